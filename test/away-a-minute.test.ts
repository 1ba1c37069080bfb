import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { type Answer, eventually, Visitor } from '../apps/muster/tour/http.ts'
import { connectOverHttp, cycleEnded } from './connect-over-http.ts'
import { muster } from './spawn-muster.ts'
import { stoppablePostgres } from './stoppable-postgres.ts'

const folder = await mkdtemp(join(tmpdir(), 'muster-minute-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

type Server = Awaited<ReturnType<typeof stoppablePostgres>>

/** Real seconds: longer than a pool waits (10), than silence is borne (15) and than a lease holds (60). */
const OUTAGE_MS = 61_000
const SAMPLE = 150
/** More than both pools have connections. */
const AT_ONCE = 40

test.concurrent.each([
  {
    how: 'stopped',
    leave: (server: Server) => server.stop(),
    comeBack: (server: Server) => server.start(),
    // "At once", on a machine that is busy with other tests.
    answeredWithinMs: 5_000,
  },
  {
    how: 'frozen',
    leave: (server: Server) => server.freeze(),
    comeBack: (server: Server) => server.thaw(),
    // 15 s for a connection or an answer, and what a busy machine adds.
    answeredWithinMs: 17_000,
  },
])(
  'a database that is $how for a minute under a cycle: 503 until it is back, then each change once',
  async ({ how, leave, comeBack, answeredWithinMs }) => {
    const server = await stoppablePostgres()
    const up = startMuster(how, server)
    try {
      const { portal, directory, key, graph, jobPath } = await connectedBy(up)
      await graph.ask(`${jobPath}/start`, { method: 'POST', expect: 204 })
      await eventually('the cycle to be under way', async () => ((await peopleIn(server)) >= 5 ? true : undefined))
      // These are in the middle of it when it happens: each is answered, and may be done or not.
      const caught = Array.from({ length: AT_ONCE }, (_, n) => `caught-${n}@acme.example`)
      const underWay = Promise.allSettled(
        caught.map((userName) => createUser(key, portal.scimUrl, userName, [201, 503])),
      )
      expect(await peopleIn(server)).toBeLessThan(SAMPLE)
      await leave(server)

      const requests = everyProtocol(key, graph, portal, directory)
      let rounds = 0
      for (const left = performance.now(); performance.now() - left < OUTAGE_MS; rounds += 1) {
        await roundWhileAway(requests, [portal.url, directory.url], answeredWithinMs)
        await sleep(1_000)
      }
      expect(rounds).toBeGreaterThan(1)
      const answers = await inTime('what was under way', 1_000, () => underWay)
      expect(answers.filter(({ status }) => status === 'rejected')).toEqual([])
      expect(up.child.exitCode).toBe(null)

      await comeBack(server)
      await eventually('both apps to be ready', async () => {
        const ready = await Promise.all([portal, directory].map(({ url }) => fetch(`${url}/readyz`)))
        return ready.every(({ status }) => status === 200) ? true : undefined
      })
      // As a client does that was told to come again; 409 tells it that its change was done.
      for (const userName of [...caught, REFUSED]) await createUser(key, portal.scimUrl, userName, [201, 409])
      // A lease that was asked for while nothing was answered may be given after the thaw, to nobody: it ends too.
      await cycleEnded(server.pool, 120)
      // Those of the sample and the directory's first admin came by the cycle.
      const made = SAMPLE + 1 + caught.length + 1
      expect(await ledger(server)).toEqual({ accounts: made, names: made, audited: made, told: made, entries: made })
      up.child.kill('SIGTERM')
      expect((await up.ended).code).toBe(0)
    } finally {
      up.child.kill('SIGKILL')
      await up.ended
      await server.close()
    }
  },
  300_000,
)

function startMuster(name: string, server: Server) {
  const file = join(folder, `${name}.json`)
  const process = muster([
    ...['up', '--data', join(folder, name), '--portal-port', '0', '--directory-port', '0'],
    ...['--database-url', server.url, '--sample', String(SAMPLE), '--bootstrap-file', file, '--log-level', 'fatal'],
  ])
  return { ...process, file }
}

/** Both ends, with an app that sends everybody to the portal and is not started yet. */
async function connectedBy({ says, file }: ReturnType<typeof startMuster>) {
  await says('Ctrl-C')
  const { portal, directory } = JSON.parse(await readFile(file, 'utf8'))
  const { base, job, graph } = await connectOverHttp(portal, directory)
  const key = new Visitor({ bearer: portal.adminApiKey })
  return { portal, directory, key, graph, jobPath: `${base}/jobs/${job}` }
}

const createUser = (key: Visitor, scimUrl: string, userName: string, expected: readonly number[]) =>
  key.ask(`${scimUrl}/Users`, {
    json: { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName, active: true },
    expect: expected,
  })

/** A request that is only made while the database is away. */
const REFUSED = 'refused@acme.example'

interface AskedWhileAway {
  readonly ask: () => Promise<Answer>
  /** How its protocol says 503. */
  readonly body: object
}

function everyProtocol(
  key: Visitor,
  graph: Visitor,
  portal: { readonly url: string; readonly scimUrl: string },
  directory: { readonly graphUrl: string },
): readonly AskedWhileAway[] {
  const scim = { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '503' }
  return [
    { ask: () => key.ask(`${portal.scimUrl}/Users?count=1`, { expect: 503 }), body: scim },
    { ask: () => createUser(key, portal.scimUrl, REFUSED, [503]), body: scim },
    {
      ask: () => key.ask(`${portal.url}/api/v1/me`, { expect: 503 }),
      body: { type: 'UNAVAILABLE', httpStatus: 503 },
    },
    {
      ask: () => graph.ask(`${directory.graphUrl}/users?$top=1`, { expect: 503 }),
      body: { error: { code: 'ServiceUnavailable' } },
    },
  ]
}

/** Many requests at once, each told in time to come again; the probes beside them; and nobody is left waiting. */
async function roundWhileAway(
  requests: readonly AskedWhileAway[],
  urls: readonly string[],
  withinMs: number,
): Promise<void> {
  const crowd = Array.from({ length: AT_ONCE / requests.length }, () => requests).flat()
  const asked = crowd.map(async ({ ask, body }) => {
    const { json, headers } = await inTime('a request', withinMs, ask)
    expect(json).toMatchObject(body)
    expect(headers.get('retry-after')).toBe('1')
  })
  const probed = urls.map(async (url) => {
    const statusOf = async (path: string) => (await fetch(`${url}${path}`)).status
    expect(await inTime('/healthz', 2_000, () => statusOf('/healthz'))).toBe(200)
    expect(await inTime('/readyz', withinMs, () => statusOf('/readyz'))).toBe(503)
  })
  await Promise.all([...asked, ...probed])
  // But our own work in the background.
  for (const url of urls) expect(await inTime('/metrics', 5_000, () => waitingAt(url))).toBeLessThan(AT_ONCE / 4)
}

function inTime<T>(what: string, withinMs: number, ask: () => Promise<T>): Promise<T> {
  const late = sleep(withinMs, undefined, { ref: false }).then(() => {
    throw new Error(`${what} took more than ${withinMs} ms`)
  })
  return Promise.race([ask(), late])
}

/** How many wait for a connection of an app's pool, as its metrics tell. */
async function waitingAt(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(/^muster_database_connections\{state="waiting"\} (\d+)/m.exec(text)?.[1])
}

const peopleIn = async ({ pool }: Server): Promise<number> =>
  (await pool.query('select count(*)::int as n from portal.users where not local_admin')).rows[0].n

/** Accounts, and what the portal wrote of their making: an audit entry and an event for each, and none besides. */
async function ledger({ pool }: Server): Promise<unknown> {
  const { rows } = await pool.query(`
    with made as (select object_id from portal.events where type = 'user.created'),
      entry as (select object_id from portal.audit_entries where action = 'CREATE' and object_type = 'USER'),
      person as (select id::text, user_name_key from portal.users where not local_admin)
    select count(*)::int as accounts, count(distinct user_name_key)::int as names,
      sum((select count(*) from entry where object_id = id))::int as audited,
      sum((select count(*) from made where object_id = id))::int as told,
      (select count(*)::int from made) as entries
    from person`)
  return rows[0]
}
