import { isDeepStrictEqual } from 'node:util'
import type { Tx } from '@muster/service-kit/database.ts'
import { newId } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { SecretBox } from '@muster/service-kit/secrets.ts'
import { type Statement, together } from '@muster/service-kit/together.ts'
import type { Deed } from '../audit/deed.ts'
import { type AuditEntry, audited } from '../audit/record.ts'
import { type EventType, told } from '../events/record.ts'
import type { JsonObject } from '../json.ts'
import { applyMappings } from '../role-mappings/apply-mappings.ts'
import { granted } from '../roles/grants.ts'
import { lockRolesForGrant } from '../roles/repository.ts'
import { type RoleKey, type RoleRef, readRoleKey } from '../roles/role.ts'
import { forgotten, marksOf } from './departed.ts'
import { endAccessOf } from './end-access.ts'
import { counted } from './population.ts'
import { insertUser, lockOnBehalf, type UserKey, updateUser } from './repository.ts'
import { returnAccessTo } from './return-access.ts'
import { addressesOf, type Derived, derive, roleValuesOf, type User, type UserSource } from './user.ts'

/** What never becomes part of the stored resource: what the server itself says, and what must not be kept. */
const NOT_STORED = new Set(['id', 'meta', 'groups', 'password'])

export interface NewPerson {
  /** A SCIM resource; `active` counts as true when it is absent. */
  readonly attributes: JsonObject
  readonly source: UserSource
  /** What the workspace's settings give whoever comes in. */
  readonly defaultRole: RoleKey
}

/**
 * Makes an account: SCIM POST, an admin, a first sign-in. Somebody active gets the default role, and whatever was
 * remembered of them having been removed is forgotten.
 *
 * @throws {Refusal} `conflict` when the `userName` is taken, in any letter case; `details.id` is the holder.
 */
export async function createUser(tx: Tx, deed: Deed, secrets: SecretBox, person: NewPerson): Promise<User> {
  const { actor, now } = deed
  const { workspaceId } = actor
  const { source, defaultRole } = person
  const attributes = storable(person.attributes, true)
  const user = await insertUser(tx, { workspaceId, id: newId(now), source, attributes, now })
  const { id, active, version } = user
  if (active) await lockRolesForGrant(tx, workspaceId, [defaultRole])
  const roles = active ? [readRoleKey(defaultRole), ...(await giveMappedRoles(tx, deed, user))] : []
  await together(tx, [
    forgotten(workspaceId, marksOf(secrets, workspaceId, { emails: addressesOf(user) })),
    ...(active ? [granted(actor, now, { userId: id, role: defaultRole, source: 'DEFAULT' })] : []),
    counted(workspaceId, 1, active ? 1 : 0),
    audited(deed, [
      {
        action: 'CREATE',
        objectType: 'USER',
        objectId: id,
        objectIdentifier: user.email,
        details: { event: 'user.created', source, active, roles },
      },
    ]),
    told(workspaceId, now, { type: 'user.created', objectId: id, objectVersion: version, data: summary(user) }),
  ])
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
  /** Asked with the version of the locked row before anything else; it throws to refuse. A caller's `If-Match` hangs here. */
  readonly expects?: (version: number) => void
}

/**
 * The one door every change to a person goes through: SCIM PUT and PATCH, the REST API, an admin.
 *
 * It confirms on whose behalf it is, so its callers need not. The row is locked while `change` runs, so a writer waits for
 * another instead of failing. Losing access takes effect in the same transaction as the change that caused it, so no
 * request can see somebody inactive with a live session; coming back gives the default role and what the provider still
 * says. An absent `active` stays what it was.
 *
 * @throws {Refusal} `unauthorized` when the actor has ended; `notFound`, also for the local first admin, whom only `muster
 * admin` changes; `conflict` when a new `userName` is somebody else's.
 */
export async function changeUser(
  tx: Tx,
  deed: Deed,
  key: UserKey,
  change: (before: JsonObject) => JsonObject,
  { permit, expects }: ChangeOptions = {},
): Promise<ChangedUser> {
  const before = await lockOnBehalf(tx, deed.actor, key)
  if (!before || before.localAdmin) throw new Refusal('notFound', `There is no user ${key.id}.`)
  expects?.(before.version)
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
  const entries =
    before.active && changed.includes('roles') ? await changeMappedRoles(tx, deed, { ...before, attributes }) : []
  return store(tx, deed, before, attributes, {
    event: 'user.updated',
    details: { attributes: changed },
    entries,
  })
}

async function deprovision(tx: Tx, deed: Deed, before: User, attributes: JsonObject): Promise<User> {
  const removed = await endAccessOf(tx, before, deed.now, { standing: true })
  return store(tx, deed, before, attributes, {
    event: 'user.deprovisioned',
    details: { removed },
    beside: [counted(before.workspaceId, 0, -1)],
  })
}

async function comeBack(tx: Tx, deed: Deed, before: User, attributes: JsonObject): Promise<User> {
  const { roles, teams } = await returnAccessTo(tx, deed, before)
  const given = { roles: [...roles, ...(await giveMappedRoles(tx, deed, { ...before, attributes }))], teams }
  return store(tx, deed, before, attributes, {
    event: 'user.returned',
    details: { given },
    beside: [counted(before.workspaceId, 0, 1)],
  })
}

/** What the provider's role values give somebody who held nothing until now. */
async function giveMappedRoles(tx: Tx, deed: Deed, person: User): Promise<RoleRef[]> {
  if (roleValuesOf(person.attributes).length === 0) return []
  return (await applyMappings(tx, deed, [person])).added.map(({ role }) => readRoleKey(role))
}

async function changeMappedRoles(tx: Tx, deed: Deed, person: User): Promise<AuditEntry[]> {
  const { added, removed } = await applyMappings(tx, deed, [person])
  if (added.length + removed.length === 0) return []
  return [
    {
      action: 'UPDATE',
      objectType: 'ROLE_ASSIGNMENT',
      objectId: person.id,
      objectIdentifier: person.email,
      details: { source: 'MAPPING', added: added.map(({ role }) => role), removed: removed.map(({ role }) => role) },
    },
  ]
}

interface Change {
  readonly event: Extract<EventType, 'user.updated' | 'user.deprovisioned' | 'user.returned'>
  /** What audit and event tell of it. */
  readonly details: Readonly<Record<string, unknown>>
  /** Entries of their own, after the one of the person. */
  readonly entries?: readonly AuditEntry[]
  readonly beside?: readonly Statement[]
}

/** The transaction's last statement: the row, whose version moves, the audit, and the event that names the version. */
function store(
  tx: Tx,
  deed: Deed,
  before: User,
  attributes: JsonObject,
  { event, details, entries = [], beside = [] }: Change,
): Promise<User> {
  const { workspaceId, id, email, version } = before
  const entry: AuditEntry = {
    action: 'UPDATE',
    objectType: 'USER',
    objectId: id,
    objectIdentifier: email,
    details: { event, ...details },
  }
  return updateUser(tx, before, attributes, deed.now, [
    ...beside,
    audited(deed, [entry, ...entries]),
    told(workspaceId, deed.now, {
      type: event,
      objectId: id,
      objectVersion: version + 1,
      data: { ...summary(derive(attributes)), ...details },
    }),
  ])
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

type Summarised = Pick<Derived, 'userName' | 'email' | 'displayName' | 'active'> & {
  readonly externalId?: string | undefined
}

const summary = ({ userName, email, displayName, externalId, active }: Summarised) => ({
  userName,
  email,
  displayName,
  ...(externalId === undefined ? {} : { externalId }),
  active,
})
