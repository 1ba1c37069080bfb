import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openDatabases } from '../apps/muster/databases.ts'
import { readSettings } from '../apps/muster/settings.ts'
import { startBoth } from '../apps/muster/start.ts'
import { Visitor } from '../apps/muster/tour/http.ts'
import { connectOverHttp } from '../test/connect-over-http.ts'
import { fillGroups } from './fill.ts'
import { timeLimit } from './limit.ts'
import { listenToWire, quantile } from './wire.ts'

const USERS = 1_000
const GROUPS = 40
const MEMBERSHIPS = 10_000
/** Longest that the road may take, in milliseconds. */
const LIMIT_MS = 600_000

const { values } = parseArgs({ options: { json: { type: 'string' } } })
const folder = await mkdtemp(join(tmpdir(), 'muster-bench-'))
const settings = readSettings(
  {},
  {
    MUSTER_DATA_DIR: join(folder, 'data'),
    MUSTER_BOOTSTRAP_FILE: join(folder, 'bootstrap.json'),
    MUSTER_PORTAL_PORT: '0',
    MUSTER_DIRECTORY_PORT: '0',
    MUSTER_LOG_LEVEL: 'error',
    MUSTER_SAMPLE: String(USERS),
  },
)

try {
  const { bootstrap, stop } = await startBoth(settings)
  await stop()
  const filling = await openDatabases(settings, 'owner')
  await fillGroups(filling.directory, bootstrap.directory.tenantId, new Date(), {
    groups: GROUPS,
    memberships: MEMBERSHIPS,
  })
  await filling.close()

  const running = await startBoth(settings)
  const result = await road(running.bootstrap).finally(() => running.stop())
  const alone = await openDatabases(settings, 'owner')
  const limitSeconds = await timeLimit(alone.portal, result.sent).finally(() => alone.close())
  report(result, limitSeconds)
  if (values.json !== undefined)
    await writeFile(values.json, `${JSON.stringify(asJson(result, limitSeconds), null, 2)}\n`)
  process.exitCode = result.errors === 0 ? 0 : 1
} finally {
  await rm(folder, { recursive: true, force: true })
}

/** From start to everything provisioned, over loopback HTTP. */
async function road({ portal, directory }: Awaited<ReturnType<typeof startBoth>>['bootstrap']) {
  const admin = new Visitor({ bearer: portal.adminApiKey ?? '' })
  const { base, job, graph } = await connectOverHttp(portal, directory)
  const { sent, stop } = listenToWire()
  let peakBytes = 0
  const watch = setInterval(() => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss())
  }, 50)
  const began = performance.now()
  await graph.ask(`${base}/jobs/${job}/start`, { method: 'POST', expect: 204 })
  let last: { state: string; countEscrowed: number } | undefined
  while (!last && performance.now() - began < LIMIT_MS) {
    await new Promise((done) => setTimeout(done, 100))
    last = (await graph.ask(`${base}/jobs/${job}`)).json.status.lastExecution ?? undefined
  }
  const seconds = (performance.now() - began) / 1000
  clearInterval(watch)
  stop()
  // What the portal holds is what counts: one more than the sample, for the directory's admin is synchronised too.
  const users = (await admin.ask(`${portal.scimUrl}/Users?count=0`)).json.totalResults as number
  const groups = (await admin.ask(`${portal.scimUrl}/Groups?count=200`)).json.Resources as { members?: unknown[] }[]
  const memberships = groups.reduce((sum, { members = [] }) => sum + members.length, 0)
  const right =
    last?.state === 'Succeeded' && users === USERS + 1 && groups.length === GROUPS && memberships === MEMBERSHIPS
  if (!right)
    console.error(`The road did not end well: ${JSON.stringify({ last, users, groups: groups.length, memberships })}`)
  const errors = sent.filter(({ status }) => status === 0 || status >= 400).length + (right ? 0 : 1)
  return { sent, seconds, peakBytes, users, memberships, errors }
}

type Result = Awaited<ReturnType<typeof road>>

function report({ sent, seconds, peakBytes, users, memberships, errors }: Result, limitSeconds: number): void {
  const times = sent.map(({ milliseconds }) => milliseconds)
  console.log(`${users} users, ${GROUPS} groups, ${memberships} memberships in ${seconds.toFixed(1)} s`)
  console.log(
    `${(users / seconds).toFixed(0)} users/s, ${(memberships / seconds).toFixed(0)} memberships/s, ${sent.length} requests, ${errors} errors`,
  )
  console.log(
    `SCIM requests: p50 ${quantile(times, 0.5)} ms, p95 ${quantile(times, 0.95)} ms, p99 ${quantile(times, 0.99)} ms`,
  )
  console.log(`peak memory ${Math.round(peakBytes / 2 ** 20)} MiB (both apps and the bench; PostgreSQL apart)`)
  console.log(
    `the same requests, bare, one commit a write: ${limitSeconds.toFixed(1)} s; ratio ${(limitSeconds / seconds).toFixed(2)}`,
  )
}

/** The shape that every bench answers. `product` and `limit` are per second. */
function asJson({ sent, seconds, peakBytes, users, memberships, errors }: Result, limitSeconds: number) {
  const times = sent.map(({ milliseconds }) => milliseconds)
  const operation = (name: string, count: number) => ({
    name,
    product: count / seconds,
    limit: count / limitSeconds,
    ratio: limitSeconds / seconds,
    p50: quantile(times, 0.5),
    p95: quantile(times, 0.95),
    p99: quantile(times, 0.99),
    errors,
  })
  return {
    machine: {
      cores: availableParallelism(),
      processor: cpus()[0]?.model ?? 'unknown',
      memoryBytes: totalmem(),
      node: process.version,
    },
    operations: [operation('users', users), operation('memberships', memberships), operation('requests', sent.length)],
    seconds,
    peakMemoryBytes: peakBytes,
  }
}
