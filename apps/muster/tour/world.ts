import type { Bootstrap } from '../bootstrap.ts'
import { eventually, insist, type Visitor } from './http.ts'

/** Someone the walkthrough makes in the directory, and what it learns of them on the way. */
export interface Person {
  readonly givenName: string
  readonly surname: string
  readonly password: string
  /** Set when they are made. */
  id: string
  readonly userPrincipalName: string
}

/** Everything a step may know: who speaks, and what earlier steps made. */
export interface World {
  readonly portal: Bootstrap['portal']
  readonly directory: Bootstrap['directory']
  /** Ends names and addresses of this run, so that runs never meet. */
  readonly mark: string
  /** Whether the interval must be the 40 minutes that Muster starts with: not when somebody else chose it. */
  readonly insistOnInterval: boolean
  readonly say: (line: string) => void
  /** The workspace's admin, by API key. */
  readonly admin: Visitor
  /** The directory's bootstrap client, by token. */
  readonly graph: Visitor
  /** The Application Administrator of steps 2 to 6, by cookie. */
  readonly operator: Visitor
  readonly people: Record<'unassigned' | 'blocked' | 'deleted' | 'imported' | 'manager', Person>
  readonly operatorPerson: Person
  /** What must be undone at the end, newest first. */
  readonly undo: { readonly what: string; readonly how: () => Promise<unknown> }[]
  groupId: string
  scimKey: string
  scim: Visitor
  servicePrincipalId: string
  jobId: string
  importedPortalId: string
  teamTag: string
  browsers: Map<string, { readonly browser: Visitor; readonly token: string; readonly portalId: string }>
}

export const graphUrl = (world: World, path: string): string => `${world.directory.graphUrl}${path}`
export const portalApi = (world: World, path: string): string => `${world.portal.url}/api/v1${path}`
export const jobUrl = (world: World, path = ''): string =>
  graphUrl(world, `/servicePrincipals/${world.servicePrincipalId}/synchronization/jobs/${world.jobId}${path}`)

/** Runs a cycle now and waits until it shows as finished. */
export async function runCycle(world: World): Promise<void> {
  const before = await lastCycle(world)
  await world.operator.ask(jobUrl(world, '/runNow'), { method: 'POST', expect: 204 })
  await cycleAfter(world, before)
}

/** Waits for a cycle later than `before` to show as finished. */
export async function cycleAfter(world: World, before: string | undefined): Promise<void> {
  const execution = await eventually('The cycle', async () => {
    const { json } = await world.operator.ask(jobUrl(world))
    const last = json.status.lastExecution
    return last && last.activityIdentifier !== before && last.timeEnded ? last : undefined
  })
  insist(
    execution.state === 'Succeeded',
    `The cycle ended as ${execution.state}: ${JSON.stringify(execution.error ?? execution)}`,
  )
}

async function lastCycle(world: World): Promise<string | undefined> {
  return (await world.operator.ask(jobUrl(world))).json.status.lastExecution?.activityIdentifier
}

/** The portal's account of a person, found as an administrator would: in the Users list by address. */
export async function portalAccount(world: World, person: Person, status = 'ACTIVE') {
  const { json } = await world.admin.ask(
    portalApi(world, `/users?status=${status}&search=${encodeURIComponent(person.userPrincipalName)}`),
  )
  const found = json.users.filter(
    (user: { email: string }) => user.email.toLowerCase() === person.userPrincipalName.toLowerCase(),
  )
  insist(found.length <= 1, `${person.userPrincipalName} is there ${found.length} times`)
  return found[0]
}

export async function createPerson(world: World, person: Person, extra: Record<string, unknown> = {}): Promise<void> {
  const { json } = await world.graph.ask(graphUrl(world, '/users'), {
    json: {
      accountEnabled: true,
      displayName: `${person.givenName} ${person.surname}`,
      givenName: person.givenName,
      surname: person.surname,
      userPrincipalName: person.userPrincipalName,
      mailNickname: person.userPrincipalName.split('@')[0],
      mail: person.userPrincipalName,
      passwordProfile: { password: person.password, forceChangePasswordNextSignIn: false },
      ...extra,
    },
    expect: 201,
  })
  person.id = json.id
  world.undo.push({
    what: `${person.userPrincipalName} in the directory`,
    how: async () => {
      await world.graph.ask(graphUrl(world, `/users/${person.id}`), { method: 'DELETE', expect: [204, 404] })
      await world.graph.ask(graphUrl(world, `/directory/deletedItems/${person.id}`), {
        method: 'DELETE',
        expect: [204, 404],
      })
    },
  })
}
