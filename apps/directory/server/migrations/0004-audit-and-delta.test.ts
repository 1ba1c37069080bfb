import type { Kysely } from 'kysely'
import { expect, test } from 'vitest'
import { openTestDirectory } from '../testing/test-directory.ts'
import { auditAndDelta } from './0004-audit-and-delta.ts'

test('entries written before are found by their target, and their app by its client id', async () => {
  const { pool, database, openTenant } = await openTestDirectory()
  const { graph, tenantId, clientId, person } = await openTenant()
  const { id } = await person()
  await pool.query(`drop index directory.audit_entries_targets, directory.audit_entries_user, directory.audit_entries_activity;
    alter table directory.audit_entries drop column related, drop column target_terms`)
  await pool.query(
    `update directory.audit_entries e set initiated_by = jsonb_build_object('app', jsonb_build_object('appId', a.id, 'displayName', 'Client'))
     from directory.applications a where a.tenant_id = e.tenant_id and e.tenant_id = $1 and a.app_id = $2 and e.target ->> 'id' = $3`,
    [tenantId, clientId, id],
  )
  await auditAndDelta.up(database.query as Kysely<unknown>)
  const about = new URLSearchParams({ $filter: `targetResources/any(t:t/id eq '${id}')` })
  const { body } = await graph('GET', `/auditLogs/directoryAudits?${about}`)
  expect(body.value).toMatchObject([
    {
      activityDisplayName: 'Add user',
      initiatedBy: { app: { appId: clientId, displayName: 'Client' } },
      targetResources: [{ id }],
    },
  ])
})
