import { run } from '@muster/service-kit/database.ts'
import { numberingLag } from '@muster/service-kit/numbering.ts'
import { afterAll, expect, test } from 'vitest'
import { connectApp, movableClock, newPerson, startBothEnds } from './both-ends.ts'
import { freshDatabase } from './database.ts'

const { database } = await freshDatabase()
const clock = movableClock()
const ends = await startBothEnds(database, clock)
afterAll(() => ends.stop())

const figures = async (app: typeof ends.portal) => {
  const answer = await app.inject('/metrics')
  expect(answer.statusCode).toBe(200)
  return answer.payload
}

test('both apps count what they do, and name nobody', async () => {
  const pair = await ends.newPair('figures')
  const provisioned = await connectApp(pair)
  const ada = await newPerson(pair, 'ada')
  await provisioned.assign(ada.id)
  await provisioned.start()
  for (const password of ['not it', pair.workspace.adminPassword])
    await ends.portal.inject({
      method: 'POST',
      url: '/auth/local',
      headers: { 'content-type': 'application/json' },
      payload: JSON.stringify({ email: pair.workspace.adminEmail, password }),
    })

  const portal = await figures(ends.portal)
  for (const line of [
    'muster_scim_requests_total{method="POST",status="201"} 1',
    'muster_sign_ins_total{way="local",outcome="refused"} 1',
    'muster_sign_ins_total{way="local",outcome="succeeded"} 1',
    'http_requests_total{method="POST",route="/scim/v2/Users",status="201"} 1',
  ])
    expect(portal).toContain(line)
  expect(portal).toMatch(/^muster_numbering_lag_seconds\{feed="audit_entries"\} [\d.]+$/m)
  expect(portal).toMatch(/^muster_database_connections\{state="idle"\} \d+$/m)

  const directory = await figures(ends.directory)
  for (const line of [
    'muster_provisioning_cycles_total{result="Succeeded"} 1',
    'muster_provisioning_exports_total{action="create",result="success"} 1',
    'muster_provisioning_jobs_in_quarantine 0',
    'muster_provisioning_job_lag_seconds 0',
  ])
    expect(directory).toContain(line)

  for (const text of [portal, directory])
    for (const secret of ['ada', 'figures', pair.tenant.tenantId, pair.workspace.workspaceId, 'portal.test'])
      expect(text).not.toContain(secret)
})

test('the lag of numbers is how long the oldest row has waited for one', async () => {
  const { workspace } = await ends.newPair('lag')
  const now = clock.now()
  // In a transaction that has not ended nobody else numbers it.
  await database.transaction(async (tx) => {
    await run(
      tx,
      `insert into portal.audit_entries (workspace_id, time, action, object_type, object_identifier, actor_type)
       values ($1, $2, 'READ', 'ROLE', 'x', 'SYSTEM')`,
      [workspace.workspaceId, new Date(now.getTime() - 90_000)],
    )
    const audit = { schema: 'portal', table: 'audit_entries', tenantColumn: 'workspace_id' }
    expect(await numberingLag(tx, audit, now)).toBe(90)
  })
})
