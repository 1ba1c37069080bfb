import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { userTerms } from '@muster/portal/server/scim/terms.ts'
import { type Database, execute, run } from '@muster/service-kit/database.ts'
import { newId } from '@muster/service-kit/ids.ts'
import { openDatabases } from '../apps/muster/databases.ts'
import { readSettings } from '../apps/muster/settings.ts'
import { startBoth } from '../apps/muster/start.ts'
import { quantile } from './wire.ts'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const BATCH = 1_000
const ROUNDS = 100
/** What PostgreSQL's statistics may lag behind by, in milliseconds. */
const STATISTICS_MS = 1_500

const { values } = parseArgs({
  options: { json: { type: 'string' }, sizes: { type: 'string', default: '1000,10000,100000' } },
})
const sizes = values.sizes.split(',').map(Number)

/** Each form of filter, asked for somebody in the middle. */
const FORMS: readonly { readonly name: string; readonly filter: (n: number) => string }[] = [
  { name: 'userName eq', filter: (n) => `userName eq "u${n}@example.com"` },
  { name: 'externalId eq', filter: (n) => `externalId eq "x${n}"` },
  { name: 'displayName eq', filter: (n) => `displayName eq "Person ${n}"` },
  { name: 'emails.value eq', filter: (n) => `emails.value eq "u${n}@example.com"` },
  { name: 'emails[type and value]', filter: (n) => `emails[type eq "work" and value eq "u${n}@example.com"]` },
  { name: 'active eq', filter: () => 'active eq false' },
  { name: 'other equality', filter: (n) => `${ENTERPRISE}:employeeNumber eq "${n}"` },
  { name: 'equality and pr', filter: (n) => `externalId eq "x${n}" and title pr` },
  { name: 'or of two', filter: (n) => `userName eq "u${n}@example.com" or externalId eq "x${n}"` },
  { name: 'pr without an index', filter: () => 'title pr' },
  { name: 'not', filter: (n) => `not (userName eq "u${n}@example.com")` },
]

interface Measured {
  readonly name: string
  readonly users: number
  readonly plan: 'index' | 'sequential'
  readonly status: number
  readonly times: readonly number[]
  readonly errors: number
}

const folder = await mkdtemp(join(tmpdir(), 'muster-bench-'))
const settings = readSettings(
  {},
  {
    MUSTER_DATA_DIR: join(folder, 'data'),
    MUSTER_PORTAL_PORT: '0',
    MUSTER_DIRECTORY_PORT: '0',
    MUSTER_LOG_LEVEL: 'error',
    MUSTER_SAMPLE: '1',
  },
)
const measured: Measured[] = []
try {
  const { bootstrap, stop } = await startBoth(settings)
  const databases = await openDatabases(settings, 'guest')
  const { workspaceId, scimUrl, adminApiKey } = bootstrap.portal
  try {
    let there = 0
    for (const size of sizes) {
      for (; there < size; there += BATCH) await fill(databases.portal, workspaceId, there)
      await execute(databases.portal, 'analyze portal.users, portal.user_emails', [])
      for (const form of FORMS) measured.push(await measure(databases.portal, form, size, scimUrl, adminApiKey ?? ''))
    }
  } finally {
    await databases.close()
    await stop()
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(asJson(), null, 2)}\n`)
process.exitCode = measured.some(({ errors }) => errors > 0) ? 1 : 0

/** People as the portal itself keeps them: a thousand more, in one statement. */
async function fill(database: Database, workspaceId: string, from: number): Promise<void> {
  const now = new Date()
  const people = Array.from({ length: BATCH }, (_, place) => {
    const n = from + place
    const attributes = {
      userName: `u${n}@example.com`,
      externalId: `x${n}`,
      displayName: `Person ${n}`,
      title: 'Engineer',
      emails: [{ type: 'work', value: `u${n}@example.com`, primary: true }],
      [ENTERPRISE]: { employeeNumber: String(n), department: `Department ${n % 50}` },
    }
    return { id: newId(now), n, active: n % 20 > 0, attributes, keys: userTerms(workspaceId, attributes) }
  })
  await execute(
    database,
    `with p as (select * from jsonb_to_recordset($2::jsonb) as p(id uuid, n int, active boolean, attributes jsonb, keys jsonb)),
     u as (insert into portal.users (workspace_id, id, user_name_key, user_name, external_id, display_name, display_name_key,
       email, email_key, active, source, attributes, keys, created_at, last_modified_at)
       select $1, id, 'u' || n || '@example.com', 'u' || n || '@example.com', 'x' || n, 'Person ' || n, 'person ' || n,
         'u' || n || '@example.com', 'u' || n || '@example.com', active, 'SCIM', attributes,
         array(select jsonb_array_elements_text(keys)), $3, $3 from p),
     c as (insert into portal.population (workspace_id, people, active_people)
       select $1, count(*), count(*) filter (where active) from p)
     insert into portal.user_emails select $1, 'u' || n || '@example.com', id from p`,
    [workspaceId, JSON.stringify(people), now],
  )
}

async function measure(
  database: Database,
  { name, filter }: (typeof FORMS)[number],
  users: number,
  scimUrl: string,
  key: string,
): Promise<Measured> {
  const times: number[] = []
  let status = 0
  let errors = 0
  const before = await sequentialScans(database)
  for (let round = 0; round < ROUNDS; round += 1) {
    const url = `${scimUrl}/Users?count=10&filter=${encodeURIComponent(filter((round * 7_919) % users))}`
    const began = performance.now()
    const answer = await fetch(url, { headers: { authorization: `Bearer ${key}` } })
    const { scimType, totalResults } = (await answer.json()) as { scimType?: string; totalResults?: number }
    times.push(performance.now() - began)
    status = answer.status
    // What no index narrows is refused in a large workspace, and that is right.
    if (scimType !== 'tooMany' && (status !== 200 || totalResults === 0)) errors += 1
  }
  const plan = (await sequentialScans(database)) - before >= ROUNDS ? 'sequential' : 'index'
  const told = `${users} users, ${name}: ${plan}, ${status}, p50 ${quantile(times, 0.5)} ms, p95 ${quantile(times, 0.95)} ms, ${errors} errors`
  console.log(told)
  return { name, users, plan, status, times, errors }
}

/** How often the people of all workspaces were read from end to end, as PostgreSQL itself counts. */
async function sequentialScans(database: Database): Promise<number> {
  await sleep(STATISTICS_MS)
  const [row] = await run<{ n: string }>(
    database,
    `select seq_scan as n from pg_stat_user_tables where schemaname = 'portal' and relname = 'users'`,
    [],
  )
  return Number(row?.n)
}

/** `limit` is the same form in the smallest workspace: an index makes the two alike. */
function asJson() {
  const rate = ({ times }: Measured) => (1_000 * times.length) / times.reduce((sum, time) => sum + time, 0)
  const operations = measured.map((one) => {
    const smallest = measured.find(({ name }) => name === one.name) ?? one
    const at = (share: number) => quantile([...one.times], share)
    return {
      name: `${one.name}, ${one.users} users`,
      plan: one.plan,
      status: one.status,
      product: rate(one),
      limit: rate(smallest),
      ratio: rate(one) / rate(smallest),
      p50: at(0.5),
      p95: at(0.95),
      p99: at(0.99),
      errors: one.errors,
    }
  })
  const processor = cpus()[0]?.model ?? 'unknown'
  return { machine: { cores: availableParallelism(), processor, memoryBytes: totalmem() }, operations }
}
