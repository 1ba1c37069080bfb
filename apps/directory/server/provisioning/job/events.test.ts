import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { execute } from '@muster/service-kit/database.ts'
import { newCredential } from '@muster/service-kit/ids.ts'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { JobView } from '../../../contract/synchronization.ts'
import { openWorld, type World } from '../testing/test-world.ts'

const APPLICATION_ADMINISTRATOR = '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3'
const SOON = { pollMs: 20 }

let open: World['app'][] = []
afterEach(async () => {
  await Promise.all(open.map((app) => app.close()))
  open = []
})

/** A world that listens, and how its job is watched over a connection. */
async function watchedWorld(jobEvents: Parameters<typeof openWorld>[0] = {}) {
  const world = await openWorld(jobEvents)
  open.push(world.app)
  const origin = await world.app.listen({ port: 0, host: '127.0.0.1' })
  const cookie = await world.signIn(APPLICATION_ADMINISTRATOR)
  const watch = async (identity: Readonly<Record<string, string>> = cookieOf(cookie)) => {
    const call = get(`${origin}/v1.0${world.jobPath}/events`, { headers: identity })
    const [answer] = (await once(call, 'response')) as [IncomingMessage]
    return hear(answer)
  }
  return { world, watch }
}

const cookieOf = (value: string) => ({ cookie: `__Host-muster_directory_session=${value}` })

interface Heard {
  readonly event: string
  readonly data: JobView & { readonly reason?: string }
}

/** What a browser's EventSource would hear, one event at a time. */
function hear(answer: IncomingMessage) {
  let text = ''
  let at = 0
  let isOver = false
  let wake = () => {}
  answer.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    wake()
  })
  answer
    .on('error', () => {})
    .on('close', () => {
      isOver = true
      wake()
    })
  const next = async (): Promise<Heard | undefined> => {
    for (;;) {
      const block = /^(?:(?:retry|:).*\n\n)*event: (\w+)\ndata: (.*)\n\n/.exec(text.slice(at))
      if (block) {
        at += block[0].length
        return { event: block[1] ?? '', data: JSON.parse(block[2] ?? '') }
      }
      if (isOver) return undefined
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  return {
    status: answer.statusCode,
    headers: answer.headers,
    next,
    /** The job, once it is as the page waits for. */
    until: async (isSo: (job: JobView) => boolean): Promise<JobView> => {
      for (;;) {
        const heard = await next()
        if (heard?.event !== 'job') throw new Error(`It ended: ${JSON.stringify(heard)}`)
        if (isSo(heard.data)) return heard.data
      }
    },
    comments: () => text.match(/^: keep-alive$/gm)?.length ?? 0,
    text: () => text,
    leave: () => answer.destroy(),
  }
}

describe('…/jobs/{id}/events', () => {
  test('begins with the whole job, under the headers of every answer and those that keep it flowing', async () => {
    const { world, watch } = await watchedWorld()
    const page = await watch()
    expect(page.status).toBe(200)
    expect(await page.next()).toEqual({ event: 'job', data: await world.job() })
    expect(page.text()).toMatch(/^retry: 2000\n\nevent: job\ndata: /)
    expect(page.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'request-id': expect.any(String),
    })
  })

  test('tells each page of a start, of a cycle that runs, and of how it ended', async () => {
    const { world, watch } = await watchedWorld({ jobEvents: SOON })
    const pages = [await watch(), await watch()]
    const all = <T>(body: (page: (typeof pages)[number]) => Promise<T>) => Promise.all(pages.map(body))
    await all((page) => page.until(({ schedule }) => schedule.state === 'Disabled'))
    await world.assign((await world.user()).id)
    await world.start()
    await all((page) => page.until(({ status }) => status.nextExecution !== null))

    // The target answers when every page has seen that the cycle runs.
    world.target.intercept = async ({ method }, proceed) => {
      if (method === 'POST') await all((page) => page.until(({ status }) => status.running?.cycleType === 'Initial'))
      return proceed()
    }
    await world.cycle({ asked: false })
    const told = await all((page) => page.until(({ status }) => status.lastExecution !== null && !status.running))
    expect(told).toEqual([await world.job(), await world.job()])
    expect(told[0]?.status.lastExecution).toMatchObject({ state: 'Succeeded', countExported: 1 })
    expect(told[0]?.status.synchronizedEntryCountByType).toContainEqual({ key: 'User', value: 1 })
  })

  test('says that it is still there when nothing happens', async () => {
    const { watch } = await watchedWorld({ jobEvents: { pollMs: 10, keepAliveMs: 30 } })
    const page = await watch()
    await vi.waitFor(() => expect(page.comments()).toBeGreaterThan(2))
    expect(page.text().match(/^event: /gm)).toHaveLength(1)
  })

  test.each<{ why: string; reason: string; end: (world: World) => Promise<unknown>; asClient?: true }>([
    {
      why: 'the session ends',
      reason: 'signedOut',
      end: ({ rows }) => rows('delete from directory.sessions where tenant_id = $1'),
    },
    {
      why: 'the person is blocked',
      reason: 'signedOut',
      end: ({ rows }) => rows('update directory.users set account_enabled = false where tenant_id = $1'),
    },
    {
      why: 'the client’s token runs out',
      reason: 'signedOut',
      asClient: true,
      end: ({ rows }) => rows(`update directory.access_tokens set expires_at = '2026-01-01' where tenant_id = $1`),
    },
    {
      why: 'the role is taken',
      reason: 'forbidden',
      end: ({ rows }) => rows('delete from directory.directory_role_members where tenant_id = $1'),
    },
    {
      why: 'the job is deleted',
      reason: 'deleted',
      end: ({ call, jobPath }) => call('DELETE', jobPath),
    },
    { why: 'the app is deleted', reason: 'deleted', end: ({ deleteServicePrincipal }) => deleteServicePrincipal() },
    {
      why: 'the job can’t be read any more',
      reason: 'unavailable',
      end: ({ rows }) => rows(`update directory.secrets set sealed_value = 'nonsense' where tenant_id = $1`),
    },
  ])('ends within a second when $why: $reason', async ({ reason, end, asClient }) => {
    const { world, watch } = await watchedWorld()
    const page = await watch(asClient ? { authorization: `Bearer ${await clientOf(world)}` } : undefined)
    await page.next()
    await end(world)
    const endedAt = performance.now()
    expect(await page.next()).toEqual({ event: 'end', data: { reason } })
    expect(await page.next()).toBeUndefined()
    expect(performance.now() - endedAt).toBeLessThan(1_000)
  })

  test('of two people ends for the one who lost their role, and goes on for the other', async () => {
    const { world, watch } = await watchedWorld({ jobEvents: SOON })
    const other = await watch(cookieOf(await world.signIn(APPLICATION_ADMINISTRATOR)))
    const page = await watch()
    await execute(
      world.database,
      `delete from directory.directory_role_members where tenant_id = $1 and user_id =
         (select user_id from directory.sessions where tenant_id = $1 order by created_at limit 1)`,
      [world.tenantId],
    )
    expect([await page.next(), await page.next()]).toMatchObject([{ event: 'job' }, { data: { reason: 'forbidden' } }])
    await world.start()
    expect((await other.until(({ schedule }) => schedule.state === 'Active')).id).toBe(world.jobId)
  })

  test('ends when the server stops, which does not wait for it', async () => {
    const { world, watch } = await watchedWorld()
    const page = await watch()
    await page.next()
    const stoppedAt = performance.now()
    await world.app.close()
    expect(performance.now() - stoppedAt).toBeLessThan(1_000)
    expect(await page.next()).toEqual({ event: 'end', data: { reason: 'stopping' } })
  })

  test('is refused with 503 when too many watch, until one of them leaves', async () => {
    const { world, watch } = await watchedWorld({ jobEvents: { ...SOON, most: 2 } })
    // What is refused for another reason takes no place.
    for (let tries = 0; tries < 3; tries += 1)
      expect((await world.call('GET', `${world.root}/jobs/nothing/events`)).status).toBe(404)
    const [one, two, three] = [await watch(), await watch(), await watch()]
    expect([one.status, two.status, three.status]).toEqual([200, 200, 503])
    expect(three.headers['retry-after']).toBe('1')
    one.leave()
    await vi.waitFor(async () => {
      const again = await watch()
      expect(again.status).toBe(200)
    })
    expect((await watch()).status).toBe(503)
  })

  test('keeps nothing for a client that does not read: it gets what is true when it reads again', async () => {
    const { world, watch } = await watchedWorld({ jobEvents: SOON })
    const slow = await world.app.inject({
      url: `/v1.0${world.jobPath}/events`,
      headers: cookieOf(await world.signIn(APPLICATION_ADMINISTRATOR)),
      payloadAsStream: true,
    })
    const quick = await watch()
    // More than is kept for a client.
    await world.start()
    world.target.intercept = async () => ({ status: 500, headers: {}, body: '' })
    await world.cycle({ asked: false })
    await execute(
      world.database,
      `update directory.cycles set error = json_build_object('code', 'Long', 'message', repeat('x', 200000)) where tenant_id = $1`,
      [world.tenantId],
    )
    await quick.until(({ status }) => status.lastExecution?.error?.code === 'Long')
    const stream = slow.stream()
    await vi.waitFor(() => expect(stream.readableLength).toBeGreaterThan(200_000))
    const kept = stream.readableLength
    for (const minutes of [11, 12, 13]) {
      await world.call('PATCH', world.jobPath, { schedule: { interval: `PT${minutes}M` } })
      await quick.until(({ schedule }) => schedule.interval === `PT${minutes}M`)
    }
    expect(stream.readableLength).toBe(kept)

    let text = ''
    for await (const chunk of stream) {
      text += String(chunk)
      if (text.includes('"PT13M"')) break
    }
    expect(text).not.toMatch(/"PT1[12]M"/)
    slow.raw.res.destroy()
  })
})

/** A bearer of the tenant's client. */
async function clientOf(world: World): Promise<string> {
  const bearer = newCredential('mgt', world.tenantId)
  await execute(
    world.database,
    `insert into directory.access_tokens (tenant_id, hash, application_id, expires_at)
     select $1, $2, id, '2099-01-01' from directory.applications where tenant_id = $1 and is_admin_client`,
    [world.tenantId, bearer.hash],
  )
  return bearer.value
}
