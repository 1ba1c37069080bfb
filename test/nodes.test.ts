import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { CookieJar, eventually, Visitor } from '../apps/muster/tour/http.ts'
import { connectOverHttp, cycleEnded } from './connect-over-http.ts'
import { freshDatabase } from './database.ts'
import { muster } from './spawn-muster.ts'

const folder = await mkdtemp(join(tmpdir(), 'muster-nodes-'))
const KEY = 'a key that all nodes of one database are given'
const running: ReturnType<typeof muster>[] = []
afterEach(async () => {
  for (const { child } of running) child.kill('SIGTERM')
  for (const { ended } of running.splice(0)) await ended
})
afterAll(() => rm(folder, { recursive: true, force: true }))

let count = 0

/** Starts a node on the database; its half of the bootstrap file comes when it answers. */
function node(url: string, command: readonly string[], flags: readonly string[] = [], key = KEY) {
  count += 1
  const file = join(folder, `bootstrap-${count}.json`)
  const isWorker = command.includes('worker')
  const started = muster(
    [
      ...command,
      ...['--database-url', url, '--data', join(folder, `never-${count}`), '--log-level', 'error'],
      ...(isWorker ? [] : ['--bootstrap-file', file]),
      ...flags,
    ],
    { MUSTER_SECRET_KEY: key, MUSTER_PORTAL_PORT: '0', MUSTER_DIRECTORY_PORT: '0' },
  )
  running.push(started)
  return {
    ...started,
    bootstrap: async () => {
      await started.says('Ctrl-C')
      return JSON.parse(await readFile(file, 'utf8'))
    },
  }
}

describe('several nodes on one database', () => {
  test('that start at once make one workspace, one tenant and one sample; each file holds its app’s half', async () => {
    const { url, pool } = await freshDatabase()
    const nodes = [
      node(url, ['portal']),
      node(url, ['directory'], ['--sample', '5']),
      node(url, ['portal']),
      node(url, ['directory'], ['--sample', '5']),
    ]
    const halves = await Promise.all(nodes.map(({ bootstrap }) => bootstrap()))
    expect(halves.map((half) => Object.keys(half))).toEqual([['portal'], ['directory'], ['portal'], ['directory']])
    expect(halves[0].portal.workspaceId).toBe(halves[2].portal.workspaceId)
    expect(halves[1].directory.tenantId).toBe(halves[3].directory.tenantId)
    const { rows } = await pool.query(`select (select count(*)::int from portal.workspaces) as workspaces,
      (select count(*)::int from portal.users) as accounts, (select count(*)::int from directory.tenants) as tenants,
      (select count(*)::int from directory.users) as people`)
    expect(rows).toEqual([{ workspaces: 1, accounts: 1, tenants: 1, people: 6 }])
    // Only the node that made the admins knows their passwords.
    expect(halves.filter((half) => half.portal?.adminPassword ?? half.directory?.adminPassword)).toHaveLength(2)

    // A session that one portal began is the other's too, and ended for both.
    const { workspaceId, adminEmail, adminPassword } = { ...halves[0].portal, ...passwordOf(halves) }
    const [first, second] = [halves[0].portal.url, halves[2].portal.url]
    const signedIn = await new Visitor().ask(`${first}/auth/local`, {
      method: 'POST',
      json: { workspace: workspaceId, email: adminEmail, password: adminPassword },
      expect: 204,
    })
    const jar = new CookieJar()
    jar.keep(new URL(first), signedIn.headers)
    const cookie = jar.header(new URL(first))
    const me = async (portal: string) =>
      (await new Visitor().ask(`${portal}/api/v1/me`, { headers: { cookie }, expect: [200, 401] })).status
    expect([await me(first), await me(second)]).toEqual([200, 200])
    await new Visitor().ask(`${second}/auth/logout`, { method: 'POST', headers: { cookie }, expect: 204 })
    expect([await me(first), await me(second)]).toEqual([401, 401])

    // Two directories and a worker see the job; its one cycle is run once.
    const worker = node(url, ['directory', 'worker'])
    await worker.says('Ctrl-C')
    // The node that did not make the tenant renewed the client's secret for its own file.
    const renewed = halves.find(({ directory }) => directory && !directory.adminPassword)
    const { base, job, graph } = await connectOverHttp(halves[0].portal, renewed.directory)
    await graph.ask(`${base}/jobs/${job}/start`, { method: 'POST', expect: 204 })
    await cycleEnded(pool)
    const ran = await pool.query(`select (select count(*)::int from directory.cycles) as cycles,
      (select count(*)::int from portal.users where not local_admin) as accounts`)
    expect(ran.rows).toEqual([{ cycles: 1, accounts: 6 }])
    await expect(fetch(`${halves[3].directory.url}/readyz`)).resolves.toMatchObject({ status: 200 })
  }, 120_000)

  test('with another secret key is one line and exit code 2', async () => {
    const { url } = await freshDatabase()
    await node(url, ['portal']).bootstrap()
    const odd = node(url, ['portal'], [], 'another key, as long as it must be but not ours')
    const { code, stdout, stderr } = await odd.ended
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(stderr).toMatch(/MUSTER_SECRET_KEY|secret key/)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  }, 60_000)

  test('a cycle that a directory and then a worker is killed in goes on at the next worker, and nobody is made twice', async () => {
    const { url, pool } = await freshDatabase()
    const [portal, directory] = [node(url, ['portal']), node(url, ['directory'], ['--sample', '200'])]
    const [{ portal: p }, { directory: d }] = await Promise.all([portal.bootstrap(), directory.bootstrap()])
    const { base, job, graph } = await connectOverHttp(p, d)
    await graph.ask(`${base}/jobs/${job}/start`, { method: 'POST', expect: 204 })

    const people = async () =>
      (await pool.query('select count(*)::int as n from portal.users where not local_admin')).rows[0].n as number
    const arrived = (least: number) =>
      eventually(`${least} people to arrive`, async () => ((await people()) >= least ? true : undefined))
    const kill = async ({ child, ended }: ReturnType<typeof muster>) => {
      child.kill('SIGKILL')
      await ended
      // The time that a lease lasts is not waited for here.
      await pool.query("update directory.leases set until = until - interval '1 hour'")
    }
    await arrived(10)
    await kill(directory)
    const first = node(url, ['directory', 'worker'])
    await arrived((await people()) + 10)
    await kill(first)
    node(url, ['directory', 'worker'])
    await cycleEnded(pool)
    const { rows } = await pool.query(`select count(*)::int as accounts, count(distinct user_name_key)::int as names,
      (select count(*)::int from directory.users) as people from portal.users where not local_admin`)
    expect(rows).toEqual([{ accounts: 201, names: 201, people: 201 }])
  }, 120_000)
})

// biome-ignore lint/suspicious/noExplicitAny: what the nodes wrote, read here alone.
const passwordOf = (halves: readonly any[]) => halves.find((half) => half.portal?.adminPassword)?.portal
