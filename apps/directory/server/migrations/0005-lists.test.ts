import { migrate } from '@muster/service-kit/migrate.ts'
import { expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import { directoryMigrations } from './index.ts'

const TENANT = '0190a000-0000-7000-8000-000000000000'
const PEOPLE = 4_500

test('what is stored already gets its comparison keys, in batches', async () => {
  const { database, pool } = await freshDatabase()
  await pool.query('drop schema directory cascade')
  const before = Object.entries(directoryMigrations).filter(([name]) => name < '0005')
  await migrate(database, Object.fromEntries(before), 'directory')
  await pool.query(`insert into directory.tenants values ('${TENANT}', 'Test', '2026-01-01Z')`)
  await pool.query(`insert into directory.users (tenant_id, id, user_principal_name, display_name, display_name_key, account_enabled, properties,
      created_at, last_modified_at)
    select '${TENANT}', gen_random_uuid(), 'Ä@x', 'A', 'a', true, '{"department":"ÉTUDES","businessPhones":["1"]}', '2026-01-01Z', '2026-01-01Z'
    from generate_series(1, ${PEOPLE})`)
  await pool.query(`insert into directory.groups (tenant_id, id, display_name, display_name_key, mail_nickname, security_enabled, mail_enabled,
      properties, created_at, last_modified_at)
    values ('${TENANT}', '${TENANT}', 'G', 'g', 'Night', true, false, '{"description":"Crew"}', '2026-01-01Z', '2026-01-01Z')`)
  await pool.query(`insert into directory.applications (tenant_id, id, app_id, display_name, created_at)
    values ('${TENANT}', '${TENANT}', '${TENANT}', 'Écran', '2026-01-01Z')`)
  await pool.query(`insert into directory.service_principals (tenant_id, id, app_id, application_id, display_name, created_at)
    values ('${TENANT}', '${TENANT}', '${TENANT}', '${TENANT}', 'Écran', '2026-01-01Z')`)

  await migrate(database, directoryMigrations, 'directory')

  const rows = async (text: string) => (await pool.query(text)).rows
  expect(await rows('select property_keys as keys, count(*)::int from directory.users group by 1')).toEqual([
    { keys: { department: 'études', userPrincipalName: 'ä@x' }, count: PEOPLE },
  ])
  expect(await rows('select property_keys as keys from directory.groups')).toEqual([
    { keys: { description: 'crew', mailNickname: 'night' } },
  ])
  expect(
    await rows(
      'select display_name_key as key from directory.applications union all select display_name_key from directory.service_principals',
    ),
  ).toEqual([{ key: 'écran' }, { key: 'écran' }])
})
