import type { KyselyPlugin, RawNode } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import { USER_SELECT } from '../../../contract/user.ts'
import { readObjectQuery } from '../../graph/odata.ts'
import { openTestDirectory } from '../../testing/test-directory.ts'
import { countUsers, listUsers, USER_ORDERS } from './list.ts'

const PEOPLE = 20_000
let directory: Awaited<ReturnType<typeof openTestDirectory>>
let tenantId: string

/** A tenant of 20,000: 100 departments, 1,000 job titles, one in a hundred blocked, one made each second. */
beforeAll(async () => {
  directory = await openTestDirectory()
  tenantId = (await directory.openTenant()).tenantId
  await directory.pool.query(
    `insert into directory.users (tenant_id, id, user_principal_name, user_principal_name_key, display_name, display_name_key, mail_key,
       account_enabled, properties, property_keys, created_at, last_modified_at)
     select $1, gen_random_uuid(), 'u' || n || '@muster.example', 'u' || n || '@muster.example', 'Name ' || n, 'name ' || n,
       'u' || n || '@muster.example', n % 100 > 0, '{}', jsonb_build_object('department', 'dept ' || n % 100, 'jobTitle', 'title ' || n % 1000,
       'employeeId', 'e' || n, 'mailNickname', 'u' || n), timestamptz '2026-01-01Z' + n * interval '1 second', now()
     from generate_series(1, ${PEOPLE}) n`,
    [tenantId],
  )
  await directory.pool.query('analyze directory.users')
})

interface Plan {
  readonly 'Node Type': string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly Plan[]
}

/** Rows that the scans of a plan looked at, whether they were answered or thrown away. */
const lookedAt = (plan: Plan): number =>
  (plan['Node Type'].includes('Scan') && !plan.Plans
    ? (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops']
    : 0) + (plan.Plans ?? []).map(lookedAt).reduce((sum, rows) => sum + rows, 0)

/** Sends each statement as `explain analyze` and keeps the plan. */
function explaining() {
  const plans: Plan[] = []
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => {
      const raw = node as RawNode
      return {
        ...raw,
        sqlFragments: [`explain (analyze, format json) ${raw.sqlFragments[0]}`, ...raw.sqlFragments.slice(1)],
      }
    },
    transformResult: async ({ result }) => {
      const [row] = result.rows as unknown as readonly { readonly 'QUERY PLAN': readonly { readonly Plan: Plan }[] }[]
      if (row?.['QUERY PLAN'][0]) plans.push(row['QUERY PLAN'][0].Plan)
      return { ...result, rows: [] }
    },
  }
  return { on: directory.database.query.withPlugin(plugin), plans }
}

describe(`a page of a list of ${PEOPLE.toLocaleString('en')} people`, () => {
  test.each([
    { filter: "department eq 'DEPT 17'" },
    { filter: "department eq 'dept 17' and accountEnabled eq true" },
    { filter: "department in ('dept 17', 'dept 18')", most: 410 },
    { filter: "department eq 'dept 17' or jobTitle eq 'title 4'", most: 410 },
    { filter: "startswith(jobTitle,'title 77')", most: 250 },
    { filter: "jobTitle eq 'Title 777'" },
    { filter: "employeeId eq 'E777'" },
    { filter: 'accountEnabled eq false' },
    { filter: 'accountEnabled eq true' },
    { filter: "mail eq 'U7@muster.example'" },
    { filter: "userPrincipalName eq 'u7@muster.example'" },
    { filter: "startswith(userPrincipalName,'u777')" },
    { filter: "displayName eq 'NAME 7'" },
    { filter: "startswith(displayName,'name 777')" },
    { filter: "userType eq 'member'" },
    { filter: "userType eq 'Guest'" },
    { filter: 'createdDateTime ge 2026-01-01T05:32:00Z' },
    { filter: 'createdDateTime eq 2026-01-01T00:00:07Z' },
    { filter: "id eq '0190a000-0000-7000-8000-000000000000'" },
    { filter: undefined, order: 'createdDateTime desc' },
    { filter: undefined, order: 'userPrincipalName' },
  ])(
    'filtered by $filter, ordered by $order: looks at little more than it answers',
    async ({ filter, order, most = 220 }) => {
      const { on, plans } = explaining()
      const options = { ...(filter ? { $filter: filter } : {}), ...(order ? { $orderby: order } : {}) }
      await listUsers(on, tenantId, readObjectQuery(options, USER_SELECT, USER_ORDERS))
      expect(plans).toHaveLength(1)
      expect(plans.map(lookedAt)[0]).toBeLessThanOrEqual(most)
    },
  )

  test('goes on from any page by the same index', async () => {
    const query = readObjectQuery({ $filter: 'accountEnabled eq true', $top: '999' }, USER_SELECT)
    let after: readonly string[] | undefined
    for (let page = 0; page < 15; page += 1)
      after = (await listUsers(directory.database.query, tenantId, { ...query, after })).next
    const { on, plans } = explaining()
    await listUsers(on, tenantId, { ...query, top: 100, after })
    expect(plans.map(lookedAt)[0]).toBeLessThanOrEqual(110)
  })

  test.each(["department eq 'dept 17'", 'accountEnabled eq false', 'createdDateTime ge 2026-01-01T05:30:00Z'])(
    'is counted by %s without reading everyone',
    async (filter) => {
      const { on, plans } = explaining()
      await countUsers(on, tenantId, readObjectQuery({ $filter: filter }, USER_SELECT))
      expect(plans.map(lookedAt)[0]).toBeLessThanOrEqual(220)
    },
  )
})
