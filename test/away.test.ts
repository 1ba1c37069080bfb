import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { eventually, Visitor } from '../apps/muster/tour/http.ts'
import { connectOverHttp, cycleEnded } from './connect-over-http.ts'
import { type Connection, freshDatabase } from './database.ts'
import { muster } from './spawn-muster.ts'

const folder = await mkdtemp(join(tmpdir(), 'muster-away-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

/** A way to the database that can be cut (connections end) and frozen (nothing more arrives, nothing ends). */
async function wireTo({ host, port }: Connection) {
  const sockets = new Set<Socket>()
  let isFrozen = false
  const server: Server = createServer((near) => {
    const far = host?.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(Number(port), host)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('data', (chunk) => isFrozen || to.write(chunk))
      from.on('error', () => {})
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
    }
  })
  const listen = async (at: number) => {
    server.listen(at, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as { port: number }).port
  }
  const shake = () => {
    for (const socket of sockets) socket.destroy()
  }
  const here = await listen(0)
  return {
    port: here,
    cut: async () => {
      const closed = once(server, 'close')
      server.close()
      shake()
      await closed
    },
    mend: () => listen(here),
    freeze: () => {
      isFrozen = true
    },
    /** What was on its way is lost, as when a machine comes back. */
    thaw: () => {
      isFrozen = false
      shake()
    },
    close: async () => {
      shake()
      server.close()
    },
  }
}

test('while the database is gone, or silent, requests are 503 and the process lives; then the cycle ends with everybody once', async () => {
  const { config, pool } = await freshDatabase()
  const wire = await wireTo(config)
  const file = join(folder, 'bootstrap.json')
  const up = muster([
    ...['up', '--data', join(folder, 'data'), '--portal-port', '0', '--directory-port', '0', '--sample', '150'],
    ...[
      '--database-url',
      `postgres://${config.user}:${config.password ?? ''}@127.0.0.1:${wire.port}/${config.database}`,
    ],
    ...['--bootstrap-file', file, '--log-level', 'fatal'],
  ])
  try {
    await up.says('Ctrl-C')
    const { portal, directory } = JSON.parse(await readFile(file, 'utf8'))
    const { base, job, graph } = await connectOverHttp(portal, directory)
    const rest = new Visitor({ bearer: portal.adminApiKey })
    const requests = [
      () => rest.ask(`${portal.scimUrl}/Users?count=1`, { expect: [200, 503] }),
      () => rest.ask(`${portal.url}/api/v1/me`, { expect: [200, 503] }),
      () => graph.ask(`${directory.graphUrl}/users?$top=1`, { expect: [200, 503] }),
      () => rest.ask(`${portal.url}/readyz`, { expect: [200, 503] }),
      () => rest.ask(`${directory.url}/readyz`, { expect: [200, 503] }),
    ]
    const statuses = () => Promise.all(requests.map(async (ask) => (await ask()).status))
    const heals = () =>
      eventually('every request to be answered again', async () =>
        (await statuses()).every((status) => status === 200) ? true : undefined,
      )
    const people = async () =>
      (await pool.query('select count(*)::int as n from portal.users where not local_admin')).rows[0].n as number
    const arrived = (least: number) =>
      eventually(`${least} people to arrive`, async () => ((await people()) >= least ? true : undefined))
    // The time that a lease lasts is not waited for here.
    const endLease = () => pool.query("update directory.leases set until = until - interval '1 hour'")

    await graph.ask(`${base}/jobs/${job}/start`, { method: 'POST', expect: 204 })
    await arrived(5)
    await wire.cut()
    expect(await statuses()).toEqual(requests.map(() => 503))
    expect((await fetch(`${portal.url}/healthz`)).status).toBe(200)
    await wire.mend()
    await heals()

    await endLease()
    await arrived((await people()) + 5)
    wire.freeze()
    expect(await statuses()).toEqual(requests.map(() => 503))
    expect((await fetch(`${directory.url}/healthz`)).status).toBe(200)
    wire.thaw()
    await heals()

    await endLease()
    await cycleEnded(pool)
    const { rows } = await pool.query(`select count(*)::int as accounts, count(distinct user_name_key)::int as names
      from portal.users where not local_admin`)
    expect(rows).toEqual([{ accounts: 151, names: 151 }])
    expect(up.child.exitCode).toBe(null)
    up.child.kill('SIGTERM')
    expect((await up.ended).code).toBe(0)
  } finally {
    up.child.kill('SIGKILL')
    await up.ended
    await wire.close()
  }
}, 180_000)
