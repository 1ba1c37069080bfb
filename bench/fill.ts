import { recordChanges } from '@muster/directory/server/changes/record.ts'
import { insertGroup } from '@muster/directory/server/directory/groups/repository.ts'
import { type Database, execute, run } from '@muster/service-kit/database.ts'
import { newId } from '@muster/service-kit/ids.ts'

/** Members added in one transaction, which may take five seconds at most. */
const BATCH = 500

/** Adds groups until the tenant has `groups` of them, and members until there are exactly `memberships`. */
export async function fillGroups(
  database: Database,
  tenantId: string,
  now: Date,
  { groups, memberships }: { readonly groups: number; readonly memberships: number },
): Promise<void> {
  const people = await run<{ id: string }>(
    database,
    `select id from directory.users where tenant_id = $1 and user_principal_name not like 'admin@%' order by id`,
    [tenantId],
  )
  const count = async (table: string) =>
    Number(
      (
        await run<{ n: string }>(database, `select count(*) as n from directory.${table} where tenant_id = $1`, [
          tenantId,
        ])
      )[0]?.n,
    )
  const missing = groups - (await count('groups'))
  const toAdd = memberships - (await count('group_members'))
  for (let place = 0; place < missing; place += 1) {
    const share = Math.floor(toAdd / missing) + (place < toAdd % missing ? 1 : 0)
    const members = Array.from({ length: share }, (_, step) => people[(place * 37 + step) % people.length]?.id ?? '')
    const groupId = newId(now)
    await database.transaction(async (tx) => {
      const { version } = await insertGroup(
        tx,
        {
          tenantId,
          id: groupId,
          displayName: `Bench ${place}`,
          mailNickname: `bench-${place}`,
          mailEnabled: false,
          securityEnabled: true,
          properties: {},
        },
        now,
      )
      await recordChanges(tx, tenantId, now, [
        { kind: 'object', operation: 'add', objectType: 'Group', objectId: groupId, objectVersion: version },
      ])
    })
    for (let at = 0; at < members.length; at += BATCH) {
      const batch = members.slice(at, at + BATCH)
      await database.transaction(async (tx) => {
        await execute(
          tx,
          `insert into directory.group_members (tenant_id, group_id, member_id, member_type, added_at)
           select $1, $2, m.id, 'User', $4 from unnest($3::uuid[]) as m(id)`,
          [tenantId, groupId, batch, now],
        )
        await recordChanges(
          tx,
          tenantId,
          now,
          batch.map(
            (targetId) =>
              ({
                kind: 'reference',
                operation: 'add',
                objectType: 'Group',
                objectId: groupId,
                attribute: 'members',
                targetId,
              }) as const,
          ),
        )
      })
    }
  }
}
