import { execute, hot, type Tx } from '@muster/service-kit/database.ts'
import { newId } from '@muster/service-kit/ids.ts'
import { recordDirectoryAudit } from '../audit/record.ts'
import { type NewChange, recordChanges } from '../changes/record.ts'
import type { StoreDeps } from '../deps.ts'
import { insertGroup } from '../directory/groups/repository.ts'
import { toKey, toPropertyKeys } from '../directory/keys.ts'
import { musterItself } from '../graph/caller.ts'
import { findDomains, findTenant } from '../tenants/repository.ts'
import { type SamplePerson, samplePerson } from './people.ts'

/** People made, or members added, in one transaction. */
const BATCH = 500

interface Placed {
  readonly id: string
  readonly place: number
  readonly person: SamplePerson
}

/** The sample's groups, and who is in them. */
const GROUPS: readonly { readonly name: string; readonly holds: (placed: Placed, hasReports: boolean) => boolean }[] = [
  { name: 'Engineering', holds: ({ person }) => person.department === 'Engineering' },
  { name: 'Sales', holds: ({ person }) => person.department === 'Sales' },
  {
    name: 'Finance and Legal',
    holds: ({ person }) => person.department === 'Finance' || person.department === 'Legal',
  },
  { name: 'Managers', holds: (_placed, hasReports) => hasReports },
  { name: 'Remote access', holds: ({ place }) => place % 3 === 0 },
]

/**
 * Fills a tenant with believable people: managers that form a tree, departments, a few groups. The same people every
 * time. They have no password: an administrator gives one to whoever is to sign in.
 */
export async function createSample(deps: StoreDeps, tenantId: string, people: number): Promise<void> {
  const { database, clock } = deps
  const now = clock.now()
  const [domain] = await findDomains(database, tenantId)
  const tenant = await findTenant(database, tenantId)
  if (!domain || !tenant) throw new Error(`There is no tenant ${tenantId}.`)
  const everyone: Placed[] = Array.from({ length: people }, (_, place) => ({
    id: newId(now),
    place,
    person: samplePerson(place),
  }))
  const managers = new Set(everyone.map(({ person }) => person.manager))
  for (const batch of batches(everyone))
    await database.transaction((tx) => insertPeople(tx, tenantId, domain, everyone, batch, now))
  for (const { name, holds } of GROUPS) {
    const members = everyone.filter((placed) => holds(placed, managers.has(placed.place)))
    if (members.length === 0) continue
    const groupId = await database.transaction((tx) => insertSampleGroup(tx, tenantId, name, now))
    for (const batch of batches(members))
      await database.transaction((tx) => insertMembers(tx, tenantId, groupId, batch, now))
  }
  await database.transaction((tx) =>
    recordDirectoryAudit(tx, tenantId, now, {
      category: 'DirectoryManagement',
      activity: 'Add sample people and groups',
      initiatedBy: musterItself(tenantId),
      target: { id: tenantId, displayName: tenant.name, type: 'Directory' },
      details: { users: people },
    }),
  )
}

const INSERT_USERS =
  hot(`insert into directory.users (tenant_id, id, user_principal_name, user_principal_name_key, display_name, display_name_key,
    mail_key, account_enabled, manager_id, properties, property_keys, created_at, last_modified_at)
  select $1, u.id, u.name, u.name_key, u.display_name, u.display_name_key, u.name_key, true, u.manager_id, u.properties, u.property_keys, $3, $3
  from jsonb_to_recordset($2::jsonb) as u(id uuid, name text, name_key text, display_name text, display_name_key text, manager_id uuid, properties jsonb,
    property_keys jsonb)`)

async function insertPeople(
  tx: Tx,
  tenantId: string,
  domain: string,
  everyone: readonly Placed[],
  batch: readonly Placed[],
  now: Date,
): Promise<void> {
  const managerOf = ({ person }: Placed) => (person.manager === undefined ? undefined : everyone[person.manager]?.id)
  const rows = batch.map((placed) => {
    const { person } = placed
    const name = `${person.nickname}@${domain}`
    const displayName = `${person.givenName} ${person.surname}`
    const properties = {
      givenName: person.givenName,
      surname: person.surname,
      mail: name,
      mailNickname: person.nickname,
      jobTitle: person.jobTitle,
      department: person.department,
      employeeId: person.employeeId,
      preferredLanguage: person.preferredLanguage,
      officeLocation: person.officeLocation,
      streetAddress: person.streetAddress,
      city: person.city,
      postalCode: person.postalCode,
      country: person.country,
      businessPhones: [person.phone],
      mobilePhone: person.mobile,
    }
    return {
      id: placed.id,
      name,
      name_key: toKey(name),
      display_name: displayName,
      display_name_key: toKey(displayName),
      manager_id: managerOf(placed) ?? null,
      properties,
      property_keys: toPropertyKeys({ ...properties, userPrincipalName: name }),
    }
  })
  await execute(tx, INSERT_USERS, [tenantId, JSON.stringify(rows), now])
  const changes = batch.flatMap((placed): NewChange[] => {
    const added: NewChange = {
      kind: 'object',
      operation: 'add',
      objectType: 'User',
      objectId: placed.id,
      objectVersion: 1,
    }
    const targetId = managerOf(placed)
    return targetId === undefined
      ? [added]
      : [
          added,
          {
            kind: 'reference',
            operation: 'add',
            objectType: 'User',
            objectId: placed.id,
            attribute: 'manager',
            targetId,
          },
        ]
  })
  await recordChanges(tx, tenantId, now, changes)
}

async function insertSampleGroup(tx: Tx, tenantId: string, displayName: string, now: Date): Promise<string> {
  const mailNickname = displayName.toLowerCase().replaceAll(' ', '-')
  const { id, version } = await insertGroup(
    tx,
    { tenantId, id: newId(now), displayName, mailNickname, mailEnabled: false, securityEnabled: true, properties: {} },
    now,
  )
  await recordChanges(tx, tenantId, now, [
    { kind: 'object', operation: 'add', objectType: 'Group', objectId: id, objectVersion: version },
  ])
  return id
}

const INSERT_MEMBERS = hot(`insert into directory.group_members (tenant_id, group_id, member_id, member_type, added_at)
  select $1, $2, m.id, 'User', $4 from unnest($3::uuid[]) as m(id)`)

async function insertMembers(
  tx: Tx,
  tenantId: string,
  groupId: string,
  batch: readonly Placed[],
  now: Date,
): Promise<void> {
  await execute(tx, INSERT_MEMBERS, [tenantId, groupId, batch.map(({ id }) => id), now])
  await recordChanges(
    tx,
    tenantId,
    now,
    batch.map(
      ({ id }) =>
        ({
          kind: 'reference',
          operation: 'add',
          objectType: 'Group',
          objectId: groupId,
          attribute: 'members',
          targetId: id,
        }) as const,
    ),
  )
}

function* batches<T>(list: readonly T[]): Iterable<readonly T[]> {
  for (let at = 0; at < list.length; at += BATCH) yield list.slice(at, at + BATCH)
}
