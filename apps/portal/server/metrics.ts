import { addCounter, addReadFigures, type Metrics } from '@muster/service-kit/metrics.ts'
import { numberingLag } from '@muster/service-kit/numbering.ts'
import type { FastifyInstance } from 'fastify'
import { NUMBERED } from './background.ts'
import type { PortalDeps } from './portal-deps.ts'

/** Counts each request under `app`, which speaks SCIM, by method and status. */
export function countScimRequests(app: FastifyInstance, metrics: Metrics): void {
  const count = addCounter(metrics, {
    name: 'muster_scim_requests_total',
    help: 'SCIM requests answered, by method and status.',
    labelNames: ['method', 'status'],
  })
  app.addHook('onResponse', async ({ method }, reply) => count({ method, status: reply.statusCode }))
}

/** The routes where a sign-in ends, and how it came there. */
const SIGN_INS: Readonly<Record<string, string>> = { 'POST /auth/local': 'local', 'GET /auth/callback': 'openid' }

/** Counts how sign-ins under `app` ended. They are read off the answers: the rules themselves know nothing of it. */
export function countSignIns(app: FastifyInstance, metrics: Metrics): void {
  const count = addCounter(metrics, {
    name: 'muster_sign_ins_total',
    help: 'Sign-ins that ended, by the way that was tried and how they ended.',
    labelNames: ['way', 'outcome'],
  })
  app.addHook('onResponse', async (request, reply) => {
    const way = SIGN_INS[`${request.method} ${request.routeOptions.url}`]
    if (way) count({ way, outcome: outcomeOf(reply.statusCode) })
  })
}

function outcomeOf(status: number): string {
  if (status < 400) return 'succeeded'
  if (status === 429) return 'throttled'
  return status < 500 ? 'refused' : 'failed'
}

/** How long what was written waits for its number: readers of the audit log and of events see it only then. */
export function tellNumberingLag(metrics: Metrics, { database, clock }: Pick<PortalDeps, 'database' | 'clock'>): void {
  addReadFigures(metrics, () => clock.now(), [
    {
      name: 'muster_numbering_lag_seconds',
      help: 'How long the oldest row without a number has waited for one, by feed.',
      labelNames: ['feed'],
      read: () =>
        Promise.all(
          NUMBERED.map(async (numbered) => ({
            labels: { feed: numbered.table },
            value: await numberingLag(database, numbered, clock.now()),
          })),
        ),
    },
  ])
}
