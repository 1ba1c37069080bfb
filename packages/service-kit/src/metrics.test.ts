import { describe, expect, test } from 'vitest'
import { addCounter, addReadFigures, openMetrics } from './metrics.ts'
import { createServer } from './serve.ts'

const START = Date.UTC(2026, 1, 3)

async function serverWithMetrics() {
  const metrics = openMetrics()
  const app = await createServer({
    title: 'Test',
    version: '1',
    publicUrl: 'http://127.0.0.1',
    sessionCookie: 'test_session',
    isReady: async () => true,
    metrics,
    connections: () => ({ inUse: 3, idle: 2, waiting: 1 }),
  })
  app.get('/people/:id', async () => ({}))
  const told = async () => {
    const answer = await app.inject('/metrics')
    expect(answer.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/)
    return answer.payload
  }
  return { app, metrics, told }
}

describe('/metrics', () => {
  test('counts and times requests by registered route', async () => {
    const { app, told } = await serverWithMetrics()
    for (const id of ['1', '2']) await app.inject(`/people/${id}?mail=ada@acme.example`)
    const text = await told()
    expect(text).toContain('http_requests_total{method="GET",route="/people/:id",status="200"} 2')
    expect(text).toContain('http_request_duration_seconds_count{method="GET",route="/people/:id"} 2')
    expect(text).not.toContain('ada@')
  })

  test('does not grow with paths that nobody registered', async () => {
    const { app, told } = await serverWithMetrics()
    for (let n = 0; n < 50; n += 1) await app.inject(`/wp-admin/${n}`)
    const text = await told()
    expect(text).toContain('http_requests_total{method="GET",route="unmatched",status="404"} 50')
    expect(text).not.toContain('wp-admin')
  })

  test('tells of the process, once, and of the database’s connections', async () => {
    const [one, other] = [await serverWithMetrics(), await serverWithMetrics()]
    for (const { told } of [one, other]) {
      const text = await told()
      for (const name of ['process_cpu_seconds_total', 'nodejs_eventloop_lag_seconds'])
        expect(text.split(`# TYPE ${name} `), name).toHaveLength(2)
      for (const [state, count] of Object.entries({ inUse: 3, idle: 2, waiting: 1 }))
        expect(text).toContain(`muster_database_connections{state="${state}"} ${count}`)
    }
  })

  test('tells what an app counts, on its own server only', async () => {
    const [one, other] = [await serverWithMetrics(), await serverWithMetrics()]
    const count = addCounter(one.metrics, { name: 'muster_deeds_total', help: 'Deeds.', labelNames: ['result'] })
    count({ result: 'done' })
    expect(await one.told()).toContain('muster_deeds_total{result="done"} 1')
    expect(await other.told()).not.toContain('muster_deeds_total')
  })

  test('reads costly figures every five seconds at most, and leaves them out while they can’t be read', async () => {
    const { metrics, told } = await serverWithMetrics()
    let [now, reads] = [START, 0]
    let isAway = false
    addReadFigures(metrics, () => new Date(now), [
      {
        name: 'muster_lag_seconds',
        help: 'Lag.',
        read: async () => {
          if (isAway) throw new Error('away')
          reads += 1
          return [{ value: reads }]
        },
      },
      {
        name: 'muster_lag_by_feed_seconds',
        help: 'Lag.',
        labelNames: ['feed'],
        read: async () => {
          if (isAway) throw new Error('away')
          return [{ labels: { feed: 'events' }, value: 1 }]
        },
      },
    ])
    expect(await told()).toContain('muster_lag_seconds 1')
    now += 4_999
    expect(await told()).toContain('muster_lag_seconds 1')
    now += 1
    expect(await told()).toContain('muster_lag_seconds 2')
    isAway = true
    now += 5_000
    const without = await told()
    expect(without).not.toMatch(/^muster_lag_(seconds|by_feed_seconds)[ {]/m)
    expect(without).toContain('http_requests_total')
  })
})
