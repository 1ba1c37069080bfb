import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Database, run } from '@muster/service-kit/database.ts'
import { Pool } from 'undici'
import type { Sent } from './wire.ts'

/** As many as the engine sends at once. */
const AT_ONCE = 8

/**
 * What the same requests cost without a product: each is sent again, in this process, at the same width, to a server
 * that reads it and answers the same status with a canned body; each write also commits one row on the same PostgreSQL.
 *
 * @returns seconds.
 */
export async function timeLimit(database: Database, sent: readonly Sent[]): Promise<number> {
  await run(
    database,
    'create table if not exists public.bench_commits (id bigint generated always as identity, body text)',
    [],
  )
  const canned = JSON.stringify({ id: 'x'.repeat(36), filler: 'x'.repeat(700) })
  const server = createServer((request, response) => {
    request.resume().on('end', async () => {
      const status = Number(request.headers['x-status'])
      if (request.method !== 'GET')
        await database.transaction((tx) => run(tx, 'insert into public.bench_commits (body) values ($1)', [canned]))
      response.writeHead(status, { 'content-type': 'application/scim+json' }).end(status === 204 ? undefined : canned)
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const pool = new Pool(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { connections: AT_ONCE })
  const left = [...sent]
  const began = performance.now()
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = left.pop(); next; next = left.pop()) {
        const { method, path, body, status } = next
        const headers = { 'content-type': 'application/scim+json', 'x-status': String(status) }
        const answer = await pool.request({ method: method as 'GET', path, headers, body: body ?? null })
        await answer.body.text()
      }
    }),
  )
  const seconds = (performance.now() - began) / 1000
  await pool.close()
  await new Promise((done) => server.close(done))
  return seconds
}
