import type { Json, JsonObject } from '@muster/scim'
import type { UserNew } from '../../../contract/user.ts'
import { type Arrival, BASE, isProbe } from './test-target.ts'
import { openWorld, type World } from './test-world.ts'

/** How the Tenant URL asks for PATCH bodies. */
export type WireForm = 'legacy' | 'flag'

/** One request as it left the engine, with stable names instead of ids. */
export interface RecordedRequest {
  readonly method: string
  /** Below the Tenant URL, without the query. */
  readonly path: string
  /** As sent, without its question mark; absent when there is none. */
  readonly query?: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: JsonObject
}

export interface RecordedCycle {
  readonly why: string
  readonly requests: readonly RecordedRequest[]
}

const PRIYA = {
  displayName: 'Priya Raman',
  userPrincipalName: 'priya.raman@example.com',
  mailNickname: 'priya.raman',
  mail: 'priya.raman@example.com',
  givenName: 'Priya',
  surname: 'Raman',
  jobTitle: 'Platform Engineer',
  preferredLanguage: 'en-GB',
  city: 'Leeds',
  country: 'GB',
  businessPhones: ['+44 113 555 0100'],
  employeeId: '40117',
  department: 'Platform',
}
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** What the examples of the two forms change of Priya (facts §1.7). */
const EDITS = {
  legacy: { department: 'Payments' },
  flag: { employeeId: '40118' },
}

/** Runs an initial and three incremental cycles over one small company, and answers what the engine sent. */
export async function recordRoad(form: WireForm): Promise<RecordedCycle[]> {
  const world = await openWorld()
  if (form === 'flag') await world.setSecrets({ BaseAddress: `${BASE}?aadOptscim062020` })
  const person = (name: string, given: Partial<UserNew> = {}) =>
    world.user({
      displayName: name,
      mailNickname: name.toLowerCase(),
      userPrincipalName: `${name.toLowerCase()}@example.com`,
      ...given,
    })
  const people = {
    priya: await person('Priya', { ...PRIYA, mobilePhone: '+44 7700 900100' }),
    tom: await person('Tom'),
    mia: await person('Mia'),
    noor: await person('Noor'),
    otto: await person('Otto'),
  }
  const squad = await world.group('Payments Squad', [people.priya.id])
  const night = await world.group('Night Shift', [])
  await world.setManager(people.priya.id, people.tom.id)
  await world.setManager(people.tom.id, people.mia.id)
  for (const { id } of [...Object.values(people), squad, night]) await world.assign(id)
  await world.start()

  const names = new Map<string, string>()
  for (const [name, { id }] of Object.entries({ ...people, squad, night })) names.set(id, `object-of-${name}`)
  const cycle = async (why: string, asked: boolean): Promise<RecordedCycle> => {
    await world.cycle({ asked })
    nameTargets(world, { ...people, squad, night }, names)
    return { why, requests: inOneOrder(world.target.arrivals.splice(0).map((arrival) => stable(arrival, names))) }
  }

  const initial = await cycle('initial: five people, two groups, two managers', false)

  const targetId = String(world.target.userNamed(PRIYA.userPrincipalName)?.id)
  tidyByHand(world, targetId, form)
  await world.changeUser(people.priya.id, {
    displayName: 'Priya R. Raman',
    mail: 'p.raman@example.com',
    surname: 'Raman-Holt',
    mobilePhone: '+44 7700 900101',
    ...EDITS[form],
  })
  await world.renameGroup(squad.id, 'Payments Tribe')
  const edit = await cycle('edit: one person and one group are changed', true)

  await world.addMember(squad.id, people.tom.id)
  await world.removeMember(squad.id, people.priya.id)
  await world.setManager(people.priya.id, people.mia.id)
  await world.setManager(people.tom.id, undefined)
  await world.changeUser(people.noor.id, { accountEnabled: false })
  const references = await cycle('members and managers change, one person is blocked', true)

  await world.unassign(people.mia.id)
  await world.changeUser(people.noor.id, { accountEnabled: true })
  await world.deleteUser(people.otto.id)
  await world.purgeUser(people.otto.id)
  await world.unassign(night.id)
  const leavers = await cycle('one is unassigned, one purged, one unblocked, one group unassigned', true)
  return [initial, edit, references, leavers]
}

/** Somebody worked on Priya in the target, so that what differs is what the examples of facts §1.7 change. */
function tidyByHand({ target }: World, id: string, form: WireForm): void {
  const { [ENTERPRISE]: extension, phoneNumbers: _, ...rest } = target.users.get(id) ?? {}
  target.users.set(id, {
    ...rest,
    phoneNumbers: [{ primary: true, type: 'work', value: '+44 113 555 0100' }],
    name: { formatted: 'Priya Raman-Holt', familyName: 'Raman', givenName: 'Priya' },
    [ENTERPRISE]: form === 'legacy' ? { employeeNumber: '40117' } : (extension ?? {}),
  })
}

/** The ids that the target gave, by what they were given to. */
function nameTargets(
  { target }: World,
  objects: Readonly<Record<string, { readonly id: string; readonly displayName: string }>>,
  names: Map<string, string>,
): void {
  for (const [id, resource] of [...target.users, ...target.groups])
    for (const [name, object] of Object.entries(objects))
      if (!names.has(id) && resource.displayName === object.displayName) names.set(id, `id-of-${name}`)
}

function stable(arrival: Arrival, names: ReadonlyMap<string, string>): RecordedRequest {
  const named = (text: string) => [...names].reduce((result, [id, name]) => result.replaceAll(id, name), text)
  const { text } = arrival
  // So that a body read from the file and written again is the body that was sent.
  if (text !== undefined && JSON.stringify(JSON.parse(text)) !== text) throw new Error(`A body with blanks: ${text}`)
  const [path = '', query] = named(arrival.path).split('?')
  return {
    method: arrival.method,
    path,
    ...(query === undefined
      ? {}
      : { query: isProbe(arrival) ? query.replace(/%22[0-9a-f-]{36}%22$/, '%22random-guid%22') : query }),
    headers: { ...arrival.headers, 'client-request-id': 'request-id' },
    ...(text === undefined ? {} : { body: JSON.parse(named(text)) as JsonObject }),
  }
}

/** A cycle works on several objects at once: here they stand one after the other, as the phases go. */
function inOneOrder(requests: readonly RecordedRequest[]): RecordedRequest[] {
  const rank = (request: RecordedRequest): string => {
    const { method, path, query = '', body } = request
    if (query.includes('random-guid')) return '0'
    const text = `${path} ${query} ${JSON.stringify(body ?? '')}`
    const isReference = method === 'PATCH' && /:manager"|"members/.test(text)
    const subject =
      /%22([^%]+)(?:%40example.com)?%22/.exec(query)?.[1] ??
      /id-of-(\w+)/.exec(path)?.[1] ??
      /"(?:userName|displayName)":"([^"@]+)/.exec(text)?.[1] ??
      ''
    return `${isReference ? 2 : 1} ${path.startsWith('/Groups') ? 1 : 0} ${ALIASES[subject] ?? subject}`
  }
  return requests
    .map((request) => ({ request, key: rank(request) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ request }) => request)
}

const ALIASES: Readonly<Record<string, string>> = {
  'priya.raman': 'priya',
  'Payments+Squad': 'squad',
  'Payments Squad': 'squad',
  'Night+Shift': 'night',
  'Night Shift': 'night',
}

const WIDTH = 120

/** JSON as the formatter leaves it: lists of texts on one line where they fit. */
export function layOut(value: Json, indent = 0, used = indent): string {
  const pad = ' '.repeat(indent + 2)
  if (Array.isArray(value)) {
    const line = `[${value.map((item) => JSON.stringify(item)).join(', ')}]`
    if (value.every((item) => typeof item !== 'object') && used + line.length + 1 <= WIDTH) return line
    return `[\n${value.map((item) => pad + layOut(item, indent + 2)).join(',\n')}\n${' '.repeat(indent)}]`
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).map(([name, inner]) => {
    const key = `${pad}${JSON.stringify(name)}: `
    return key + layOut(inner, indent + 2, key.length)
  })
  return `{\n${entries.join(',\n')}\n${' '.repeat(indent)}}`
}
