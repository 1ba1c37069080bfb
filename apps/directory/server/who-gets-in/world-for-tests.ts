import { run } from '@muster/service-kit/database.ts'
import { newId } from '@muster/service-kit/ids.ts'
import { DEFAULT_ACCESS, NON_GALLERY_TEMPLATE } from '../../contract/application.ts'
import { insertLogRows } from '../provisioning-logs/repository.ts'
import type { GuardedDirectory, TestTenant } from './callers-for-tests.ts'
import type { TestAnswer } from './calls-for-tests.ts'

export type WorldPart =
  | 'person'
  | 'manager'
  | 'peer'
  | 'leaver'
  | 'group'
  | 'lostGroup'
  | 'application'
  | 'principal'
  | 'assignment'
  | 'job'
  | 'logRow'
  | 'entry'

/** By the name of the thing, as they stand in paths. */
export type WorldIds = Readonly<Record<WorldPart, string>>

/** A tenant with one of everything, each named so that it is found wherever it turns up. */
export interface TestWorld {
  readonly tenant: TestTenant
  readonly ids: WorldIds
  /** Texts that no answer to another tenant may hold. */
  readonly marks: readonly string[]
}

export const refer = (id: string) => ({ '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}` })

export async function worldForTests(
  { database, openTenant, time }: GuardedDirectory,
  name: string,
): Promise<TestWorld> {
  const tenant = await openTenant()
  const { tenantId, domain } = tenant
  const must = async (method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown) => {
    const answer = await tenant.graph(method, path, body)
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  const person = async (who: string): Promise<string> => {
    const userPrincipalName = `${name}-${who}@${domain}`
    return (await tenant.person({ displayName: `${name} ${who}`, department: `${name} crew`, userPrincipalName })).id
  }
  const [manager, peer] = [await person('boss'), await person('peer')]
  const [pat, leaver] = [await person('pat'), await person('leaver')]
  await must('PUT', `/users/${pat}/manager/$ref`, refer(manager))
  const { id: group } = await tenant.group(`${name} group`)
  const { id: lostGroup } = await tenant.group(`${name} lost group`)
  for (const id of [pat, leaver, lostGroup]) await must('POST', `/groups/${group}/members/$ref`, refer(id))
  const made = await must('POST', `/applicationTemplates/${NON_GALLERY_TEMPLATE}/instantiate`, {
    displayName: `${name} app`,
  })
  const principal: string = made.servicePrincipal.id
  const assign = { principalId: pat, resourceId: principal, appRoleId: DEFAULT_ACCESS }
  const { id: assignment } = await must('POST', `/servicePrincipals/${principal}/appRoleAssignedTo`, assign)
  await must('PUT', `/servicePrincipals/${principal}/synchronization/secrets`, {
    value: [
      { key: 'BaseAddress', value: `http://${name}.example/scim` },
      { key: 'SecretToken', value: `${name} secret` },
    ],
  })
  const { id: job } = await must('POST', `/servicePrincipals/${principal}/synchronization/jobs`, { templateId: 'scim' })
  await must('DELETE', `/users/${leaver}`)
  await must('DELETE', `/groups/${lostGroup}`)
  const [row] = await run<{ entry_id: string }>(
    database,
    'select entry_id from directory.audit_entries where tenant_id = $1 order by id limit 1',
    [tenantId],
  )
  const now = new Date(time.now)
  const end = (id: string) => ({ id, displayName: `${name} pat`, identityType: 'User', details: {} })
  const logRow = newId(now)
  await database.transaction((tx) =>
    insertLogRows(tx, tenantId, [
      {
        id: logRow,
        time: now,
        jobId: job,
        servicePrincipalId: principal,
        cycleId: newId(now),
        changeId: newId(now),
        action: 'create',
        status: 'success',
        durationMs: 1,
        source: end(pat),
        target: end(`${name} account`),
        error: null,
        steps: [],
        modifiedProperties: [],
      },
    ]),
  )
  const ids: WorldIds = {
    ...{ person: pat, manager, peer, leaver, group, lostGroup, application: made.application.id, principal },
    ...{ assignment, job, logRow, entry: row?.entry_id ?? '' },
  }
  return { tenant, ids, marks: [...Object.values(ids), tenantId, domain, `${name} `, `${name}-`] }
}

/** Every row of a tenant, but for what comes later by itself: the numbers of entries and changes. */
export async function rowsOf({ database }: GuardedDirectory, tenantId: string): Promise<string[]> {
  const tables = await run<{ name: string }>(
    database,
    `select table_name as name from information_schema.columns where table_schema = 'directory' and column_name = 'tenant_id'
     and table_name <> 'sequences' order by 1`,
    [],
  )
  const rows: string[] = []
  for (const { name } of tables)
    for (const { row } of await run<{ row: string }>(
      database,
      `select (to_jsonb(t) - 'sequence')::text as row from directory."${name}" t where tenant_id = $1 order by 1`,
      [tenantId],
    ))
      rows.push(`${name} ${row}`)
  return rows
}

/** What an answer tells, without what differs from request to request and without the ids that were asked for. */
export const toldBy = ({ status, text, json }: TestAnswer, asked: readonly string[]) => ({
  status,
  text: asked.reduce(
    (left, id) => left.replaceAll(id, '…'),
    text.replaceAll(String(json?.error?.innerError?.['request-id']), '…'),
  ),
})
