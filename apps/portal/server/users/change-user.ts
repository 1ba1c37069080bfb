import { isDeepStrictEqual } from 'node:util'
import type { Tx } from '@muster/service-kit/database.ts'
import { newId } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { SecretBox } from '@muster/service-kit/secrets.ts'
import type { Deed } from '../audit/deed.ts'
import { recordAudit } from '../audit/record.ts'
import { recordEvent } from '../events/record.ts'
import type { JsonObject } from '../json.ts'
import { applyMappings } from '../role-mappings/apply-mappings.ts'
import { type RoleRef, readRoleKey } from '../roles/role.ts'
import { forgetDeparted, marksOf } from './departed.ts'
import { endAccessOf } from './end-access.ts'
import { appendPopulation } from './population.ts'
import { insertUser, lockForChange, type UserKey, updateUser } from './repository.ts'
import { giveDefaultRole, returnAccessTo } from './return-access.ts'
import { addressesOf, roleValuesOf, type User, type UserSource } from './user.ts'

/** What never becomes part of the stored resource: what the server itself says, and what must not be kept. */
const NOT_STORED = new Set(['id', 'meta', 'groups', 'password'])

export interface NewPerson {
  /** A SCIM resource; `active` counts as true when it is absent. */
  readonly attributes: JsonObject
  readonly source: UserSource
}

/**
 * Makes an account: SCIM POST, an admin, a first sign-in. Somebody active gets the default role, and whatever was
 * remembered of them having been removed is forgotten.
 *
 * @throws {Refusal} `conflict` when the `userName` is taken, in any letter case; `details.id` is the holder.
 */
export async function createUser(tx: Tx, deed: Deed, secrets: SecretBox, person: NewPerson): Promise<User> {
  const { actor, origin, now } = deed
  const { workspaceId } = actor
  const attributes = storable(person.attributes, true)
  const user = await insertUser(tx, { workspaceId, id: newId(now), source: person.source, attributes, now })
  await forgetDeparted(tx, workspaceId, marksOf(secrets, workspaceId, { emails: addressesOf(user) }))
  const roles = user.active
    ? [await giveDefaultRole(tx, deed, user.id), ...(await giveMappedRoles(tx, deed, user))]
    : []
  await appendPopulation(tx, workspaceId, 1, user.active ? 1 : 0)
  await recordAudit(tx, actor, origin, now, {
    action: 'CREATE',
    objectType: 'USER',
    objectId: user.id,
    objectIdentifier: user.email,
    details: { event: 'user.created', source: user.source, active: user.active, roles },
  })
  await recordEvent(tx, workspaceId, now, {
    type: 'user.created',
    objectId: user.id,
    objectVersion: user.version,
    data: summary(user),
  })
  return user
}

/** What a change of a person comes to, as far as their access goes. */
export type Transition = 'none' | 'deprovision' | 'return'

export interface ChangedUser {
  readonly user: User
  /** False when everything was so already: then nothing was written, not even the version. */
  readonly changed: boolean
  readonly transition: Transition
}

export interface ChangeOptions {
  /** Asked before access is taken or given back; it throws to refuse. SCIM's switches hang here. */
  readonly permit?: (transition: Exclude<Transition, 'none'>) => Promise<void>
}

/**
 * The one door every change to a person goes through: SCIM PUT and PATCH, the REST API, an admin.
 *
 * The row is locked while `change` runs, so a writer waits for another instead of failing. Losing access takes effect in
 * the same transaction as the change that caused it, so no request can see somebody inactive with a live session; coming
 * back gives the default role and what the provider still says. An absent `active` stays what it was.
 *
 * @throws {Refusal} `notFound`, also for the local first admin, whom only `muster admin` changes; `conflict` when a new
 * `userName` is somebody else's.
 */
export async function changeUser(
  tx: Tx,
  deed: Deed,
  key: UserKey,
  change: (before: JsonObject) => JsonObject,
  { permit }: ChangeOptions = {},
): Promise<ChangedUser> {
  const before = await lockForChange(tx, key)
  if (!before || before.localAdmin) throw new Refusal('notFound', `There is no user ${key.id}.`)
  const attributes = storable(change(before.attributes), before.active)
  if (isDeepStrictEqual(attributes, before.attributes)) return { user: before, changed: false, transition: 'none' }
  const transition = transitionOf(before.active, attributes.active === true)
  switch (transition) {
    case 'none':
      return { user: await update(tx, deed, before, attributes), changed: true, transition }
    case 'deprovision':
      await permit?.(transition)
      return { user: await deprovision(tx, deed, before, attributes), changed: true, transition }
    case 'return':
      await permit?.(transition)
      return { user: await comeBack(tx, deed, before, attributes), changed: true, transition }
    default:
      return transition satisfies never
  }
}

async function update(tx: Tx, deed: Deed, before: User, attributes: JsonObject): Promise<User> {
  const names = Object.keys({ ...before.attributes, ...attributes })
  const changed = names.filter((name) => !isDeepStrictEqual(before.attributes[name], attributes[name]))
  await recordAudit(tx, deed.actor, deed.origin, deed.now, {
    action: 'UPDATE',
    objectType: 'USER',
    objectId: before.id,
    objectIdentifier: before.email,
    details: { event: 'user.updated', attributes: changed },
  })
  if (before.active && changed.includes('roles')) await changeMappedRoles(tx, deed, { ...before, attributes })
  return store(tx, deed, before, attributes, 'user.updated', { attributes: changed })
}

async function deprovision(tx: Tx, deed: Deed, before: User, attributes: JsonObject): Promise<User> {
  const removed = await endAccessOf(tx, before, deed.now, { standing: true })
  await appendPopulation(tx, before.workspaceId, 0, -1)
  await recordAudit(tx, deed.actor, deed.origin, deed.now, {
    action: 'UPDATE',
    objectType: 'USER',
    objectId: before.id,
    objectIdentifier: before.email,
    details: { event: 'user.deprovisioned', removed },
  })
  return store(tx, deed, before, attributes, 'user.deprovisioned', { removed })
}

async function comeBack(tx: Tx, deed: Deed, before: User, attributes: JsonObject): Promise<User> {
  const { roles, teams } = await returnAccessTo(tx, deed, before)
  const given = { roles: [...roles, ...(await giveMappedRoles(tx, deed, { ...before, attributes }))], teams }
  await appendPopulation(tx, before.workspaceId, 0, 1)
  await recordAudit(tx, deed.actor, deed.origin, deed.now, {
    action: 'UPDATE',
    objectType: 'USER',
    objectId: before.id,
    objectIdentifier: before.email,
    details: { event: 'user.returned', given },
  })
  return store(tx, deed, before, attributes, 'user.returned', { given })
}

/** What the provider's role values give somebody who held nothing until now. */
async function giveMappedRoles(tx: Tx, deed: Deed, person: User): Promise<RoleRef[]> {
  if (roleValuesOf(person.attributes).length === 0) return []
  return (await applyMappings(tx, deed, [person])).added.map(({ role }) => readRoleKey(role))
}

async function changeMappedRoles(tx: Tx, deed: Deed, person: User): Promise<void> {
  const { added, removed } = await applyMappings(tx, deed, [person])
  if (added.length + removed.length === 0) return
  await recordAudit(tx, deed.actor, deed.origin, deed.now, {
    action: 'UPDATE',
    objectType: 'ROLE_ASSIGNMENT',
    objectId: person.id,
    objectIdentifier: person.email,
    details: { source: 'MAPPING', added: added.map(({ role }) => role), removed: removed.map(({ role }) => role) },
  })
}

/** The transaction's last two statements: the version moves, then the event that names it. */
async function store(
  tx: Tx,
  { now }: Deed,
  before: User,
  attributes: JsonObject,
  type: 'user.updated' | 'user.deprovisioned' | 'user.returned',
  data: Readonly<Record<string, unknown>>,
): Promise<User> {
  const user = await updateUser(tx, before, attributes, now)
  await recordEvent(tx, user.workspaceId, now, {
    type,
    objectId: user.id,
    objectVersion: user.version,
    data: { ...summary(user), ...data },
  })
  return user
}

function transitionOf(before: boolean, after: boolean): Transition {
  if (before === after) return 'none'
  return after ? 'return' : 'deprovision'
}

/** The resource as it is kept: plain JSON, `active` always said, nothing that is not the client's to say. */
function storable(resource: JsonObject, active: boolean): JsonObject {
  const kept = Object.entries(resource).filter(([name]) => !NOT_STORED.has(name))
  return JSON.parse(JSON.stringify({ active, ...Object.fromEntries(kept) })) as JsonObject
}

const summary = ({ userName, email, displayName, externalId, active }: User) => ({
  userName,
  email,
  displayName,
  ...(externalId === undefined ? {} : { externalId }),
  active,
})
