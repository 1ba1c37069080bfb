import { randomBytes } from 'node:crypto'
import type { Bootstrap } from '../bootstrap.ts'
import { TourError, Visitor } from './http.ts'
import { STEPS } from './steps.ts'
import type { Person, World } from './world.ts'

export interface StepResult {
  readonly step: number
  readonly title: string
  readonly ok: boolean
  readonly ms: number
  readonly error?: string
}

export interface TourOptions {
  readonly insistOnInterval: boolean
  /** Each request as it is answered, for `--verbose`. */
  readonly say: (line: string) => void
  readonly onStep: (result: StepResult) => void
}

/**
 * Walks the nine steps against a running portal and directory over public HTTP, stops at the first that fails, and
 * cleans up after itself.
 */
export async function tour({ portal, directory }: Bootstrap, options: TourOptions): Promise<readonly StepResult[]> {
  const world = await enter(portal, directory, options)
  const results: StepResult[] = []
  try {
    for (const [index, { title, walk }] of STEPS.entries()) {
      const began = performance.now()
      const error = await walk(world).then(
        () => undefined,
        (failure: unknown) => (failure instanceof Error ? failure.message : String(failure)),
      )
      const result = {
        step: index + 1,
        title,
        ok: error === undefined,
        ms: Math.round(performance.now() - began),
        ...(error === undefined ? {} : { error }),
      }
      results.push(result)
      options.onStep(result)
      if (error !== undefined) break
    }
  } finally {
    await cleanUp(world)
  }
  return results
}

async function enter(
  portal: Bootstrap['portal'],
  directory: Bootstrap['directory'],
  { insistOnInterval, say }: TourOptions,
): Promise<World> {
  if (!portal.adminApiKey || !directory.clientId || !directory.clientSecret)
    throw new TourError('The bootstrap file holds no admin key or client secret')
  const anyone = new Visitor({ say })
  const { json } = await anyone.ask(directory.tokenUrl, {
    form: {
      grant_type: 'client_credentials',
      client_id: directory.clientId,
      client_secret: directory.clientSecret,
      scope: `${directory.url}/.default`,
    },
  })
  const graph = new Visitor({ bearer: json.access_token, say })
  const [domain] = (await graph.ask(`${directory.graphUrl}/domains`)).json.value as { readonly id: string }[]
  const mark = randomBytes(3).toString('hex')
  const person = (givenName: string, surname: string): Person => ({
    givenName,
    surname,
    id: '',
    password: `Tour-${randomBytes(12).toString('base64url')}`,
    userPrincipalName: `${givenName}.${surname}.${mark}@${domain?.id}`.toLowerCase(),
  })
  return {
    portal,
    directory,
    mark,
    insistOnInterval,
    say,
    admin: new Visitor({ bearer: portal.adminApiKey, say }),
    graph,
    operator: new Visitor({ say }),
    operatorPerson: person('Olu', 'Adeyemi'),
    people: {
      unassigned: person('Uma', 'Nair'),
      blocked: person('Bruno', 'Keller'),
      deleted: person('Delia', 'Moreau'),
      imported: person('Ines', 'Prado'),
      manager: person('Marit', 'Dahl'),
    },
    undo: [],
    groupId: '',
    scimKey: '',
    scim: anyone,
    servicePrincipalId: '',
    jobId: '',
    importedPortalId: '',
    teamTag: '',
    browsers: new Map(),
  }
}

/** Takes away what the walk made, also after a step failed. What can't be undone is said, and hides no failure. */
async function cleanUp(world: World): Promise<void> {
  const { scim, portal, people, mark } = world
  const people_ = Object.values(people).map(({ userPrincipalName }) => ({
    type: 'Users',
    filter: `userName eq "${userPrincipalName}"`,
  }))
  const steps = [...world.undo].reverse()
  const provisioned = [...people_, { type: 'Groups', filter: `displayName eq "Tour ${mark}"` }].map(
    ({ type, filter }) => ({
      what: filter,
      how: async () => {
        const found = await scim.ask(`${portal.scimUrl}/${type}?filter=${encodeURIComponent(filter)}`)
        for (const { id } of found.json.Resources ?? [])
          await scim.ask(`${portal.scimUrl}/${type}/${id}`, { method: 'DELETE', expect: [204, 404] })
      },
    }),
  )
  // The app first: nothing must be provisioned again while accounts are being removed; the key last, it removes them.
  const app = steps.findIndex(({ what }) => what === 'the enterprise app')
  const order = [...steps.splice(app, app < 0 ? 0 : 1), ...(world.scimKey ? provisioned : []), ...steps]
  for (const { what, how } of order)
    await how().catch((error: Error) => world.say(`could not clean up ${what}: ${error.message}`))
}
