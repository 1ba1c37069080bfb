import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { ConnectionCounts } from './database.ts'

/**
 * The figures of one server, for Prometheus. An app adds its own to `registry` under `muster_…`; labels are words from a
 * closed list, never a tenant, a person or a raw address: anybody may read `/metrics`.
 */
export interface Metrics {
  readonly registry: Registry
}

export function openMetrics(): Metrics {
  return { registry: new Registry() }
}

/** A figure that only grows, counted as it happens: one for each set of labels. */
export function addCounter<Label extends string>(
  { registry }: Metrics,
  counter: { readonly name: string; readonly help: string; readonly labelNames: readonly Label[] },
): (labels: Readonly<Record<Label, string | number>>) => void {
  const counted = new Counter({ ...counter, labelNames: [...counter.labelNames], registers: [registry] })
  return (labels) => counted.inc(labels as Parameters<typeof counted.inc>[0] & object)
}

let ofProcess: Registry | undefined

/** CPU, memory, event loop and garbage collection: they are the process's, however many servers run in it. */
function processFigures(): Registry {
  if (!ofProcess) {
    ofProcess = new Registry()
    collectDefaultMetrics({ register: ofProcess })
  }
  return ofProcess
}

/** Seconds. The largest is the longest that a transaction may take, twice. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/**
 * The route that a request met, as it was registered: `/users/:id`. Whatever nobody registered is one label, so that
 * hostile paths don't grow the figures.
 */
export const routeOf = (request: FastifyRequest): string =>
  request.is404 ? 'unmatched' : (request.routeOptions.url ?? 'unmatched')

/** Counts and times requests, and tells of the database's connections. */
export function measureRequests(
  app: FastifyInstance,
  metrics: Metrics,
  connections: (() => ConnectionCounts) | undefined,
): void {
  const { registry } = metrics
  const registers = [registry]
  const count = addCounter(metrics, {
    name: 'http_requests_total',
    help: 'Requests answered, by method, registered route and status.',
    labelNames: ['method', 'route', 'status'],
  })
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer.',
    labelNames: ['method', 'route'],
    buckets: BUCKETS,
    registers,
  })
  if (connections)
    new Gauge({
      name: 'muster_database_connections',
      help: 'Connections to the database in use and idle, and requests waiting for one.',
      labelNames: ['state'],
      registers,
      collect() {
        for (const [state, count] of Object.entries(connections())) this.set({ state }, count)
      },
    })
  app.addHook('onResponse', async (request, reply) => {
    const labels = { method: request.method, route: routeOf(request) }
    count({ ...labels, status: reply.statusCode })
    duration.observe(labels, reply.elapsedTime / 1000)
  })
}

/** The process's figures and the server's own, in Prometheus' text format. */
export async function tellMetrics({ registry }: Metrics): Promise<string> {
  return `${await processFigures().metrics()}\n${await registry.metrics()}`
}

/** How long a figure that costs a query is told again, in milliseconds: nobody may make the database work by asking. */
const TOLD_AGAIN_MS = 5_000
/** How long such a figure is waited for, in milliseconds: a silent database must not silence all others. */
const PATIENCE_MS = 2_000

/** A figure that is read from the database when it is asked for, and not more often than every five seconds. */
export interface ReadFigure {
  readonly name: string
  readonly help: string
  /** A set of labels and its value, for each that there is. */
  read(): Promise<readonly { readonly labels?: Readonly<Record<string, string>>; readonly value: number }[]>
  readonly labelNames?: readonly string[]
}

/** Adds figures that cost a query. While the database is away they are missing, and everything else is still told. */
export function addReadFigures({ registry }: Metrics, now: () => Date, figures: readonly ReadFigure[]): void {
  for (const { name, help, read, labelNames = [] } of figures) {
    let readAt = Number.NEGATIVE_INFINITY
    new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      registers: [registry],
      async collect() {
        const at = now().getTime()
        if (Math.abs(at - readAt) < TOLD_AGAIN_MS) return
        readAt = at
        const values = await Promise.race([read(), sleep(PATIENCE_MS, [], { ref: false })]).catch(() => [])
        this.reset()
        // A gauge without labels is 0 after a reset, which would be a figure that nobody read.
        if (values.length === 0 && labelNames.length === 0) this.remove()
        for (const { labels = {}, value } of values) this.set(labels, value)
      },
    })
  }
}
