import { randomUUID } from 'node:crypto'
import type { Transport } from '@muster/scim'
import type { Clock } from '@muster/service-kit/clock.ts'
import type { Database } from '@muster/service-kit/database.ts'
import { openMetrics } from '@muster/service-kit/metrics.ts'
import { isMigrated } from '@muster/service-kit/migrate.ts'
import { startNumbering } from '@muster/service-kit/numbering.ts'
import { isLoopbackHost, type OutboundRules } from '@muster/service-kit/outbound.ts'
import type { SecretBox } from '@muster/service-kit/secrets.ts'
import { createServer } from '@muster/service-kit/serve.ts'
import { readFault } from '@muster/service-kit/serve-faults.ts'
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { assignmentRoutes } from './applications/assignment-routes.ts'
import { applicationRoutes } from './applications/routes.ts'
import { AUDIT_ENTRIES } from './audit/record.ts'
import { auditRoutes } from './audit/routes.ts'
import { CHANGES } from './changes/feed.ts'
import { directoryConsole } from './console.ts'
import { deltaRoutes } from './delta/routes.ts'
import type { DirectoryDeps, SignInDeps } from './deps.ts'
import { deletedItemRoutes } from './directory/deleted-items/routes.ts'
import { groupRoutes } from './directory/groups/routes.ts'
import { roleRoutes } from './directory/roles/routes.ts'
import { userRoutes } from './directory/users/routes.ts'
import { graphErrorHandler } from './errors.ts'
import type { Caller } from './graph/caller.ts'
import { graph } from './graph/plugin.ts'
import { type DirectoryLimits, USUAL_LIMITS } from './limits/limits.ts'
import { meRoutes } from './me/routes.ts'
import { countProvisioning, tellJobs } from './metrics.ts'
import { directoryMigrations } from './migrations/index.ts'
import { directoryNotes } from './openapi.ts'
import { organizationRoutes } from './organization/routes.ts'
import { synchronizationRoutes } from './provisioning/routes.ts'
import { openTransport } from './provisioning/target/transport.ts'
import { startWorker } from './provisioning/worker.ts'
import { provisioningLogRoutes } from './provisioning-logs/routes.ts'
import { startPurging } from './retention/purge.ts'
import { openIdRoutes } from './sign-in/openid/mount.ts'
import { openIdProviders } from './sign-in/openid/provider.ts'
import { openIdSignInRoutes } from './sign-in/openid/sign-in-routes.ts'
import { sessionRoutes } from './sign-in/session-routes.ts'
import { domainRoutes } from './tenants/routes.ts'

export interface DirectoryOptions {
  readonly database: Database
  readonly clock: Clock
  readonly secrets: SecretBox
  /** Where browsers and clients reach the directory, without a slash at the end. */
  readonly publicUrl: string
  /** How requests reach target systems. Default: kept-alive connections over the network. */
  readonly transport?: Transport
  /** Where requests to target systems may go. Default: public addresses, and loopback if the directory itself is there. */
  readonly outbound?: OutboundRules
  /** Seconds between the cycles of a provisioning job that is made here. */
  readonly cycleIntervalSeconds: number
  readonly logger?: FastifyBaseLogger
  readonly version: string
  /** Addresses or CIDR whose `X-Forwarded-For` is believed. Default: none. */
  readonly trustedProxies?: readonly string[]
  /** Most requests a minute; what is not given is as usual. */
  readonly limits?: Partial<DirectoryLimits>
}

/**
 * Builds the directory on a migrated database and starts what works in its background: numbering, provisioning, purging.
 * The caller listens, or injects; `close` answers what is in flight and stops all of it.
 */
export async function createDirectory(
  options: DirectoryOptions,
): Promise<{ readonly app: FastifyInstance; close(): Promise<void> }> {
  const { database, clock, secrets, publicUrl, cycleIntervalSeconds, logger, version } = options
  const { transport, close: closeTransport } = options.transport
    ? { transport: options.transport, close: async () => {} }
    : openTransport(options.outbound ?? { allowed: [], isLoopbackAllowed: isLoopbackHost(new URL(publicUrl).hostname) })
  const metrics = openMetrics()
  tellJobs(metrics, { database, clock })
  const answerGraph = graphErrorHandler(clock)
  const app = await createServer({
    title: 'Muster directory',
    version,
    publicUrl,
    sessionCookie: 'muster_directory_session',
    ...(logger ? { logger } : {}),
    isReady: () => isMigrated(database, directoryMigrations, 'directory'),
    ...(options.trustedProxies ? { trustedProxies: options.trustedProxies } : {}),
    metrics,
    notesOf: directoryNotes,
    connections: () => database.connections(),
    // Unset until a caller is known.
    callerOf: ({ caller }: { readonly caller?: Caller }) =>
      caller && { kind: caller.kind, id: caller.kind === 'user' ? caller.userId : caller.applicationId },
    answerFault: (error, request, reply) =>
      /^\/(v1\.0|beta)\//.test(request.url) ? answerGraph(error, request, reply) : answerPlainly(error, request, reply),
  })
  const onFault = (error: unknown) => app.log.error({ err: error }, 'Something failed that no request could be told')
  const worker = startWorker({
    database,
    clock,
    secrets,
    transport,
    holder: randomUUID(),
    logger: app.log,
    tally: countProvisioning(metrics),
  })
  const limits = { ...USUAL_LIMITS, ...options.limits }
  const deps = { database, clock, secrets, publicUrl, transport, limits, wake: () => worker.wake() }
  await registerRoutes(app, deps, cycleIntervalSeconds, onFault)
  const numbering = startNumbering(database, [CHANGES, AUDIT_ENTRIES], onFault)
  const purging = startPurging(database, { clock, onFault })
  return {
    app,
    close: async () => {
      await app.close()
      await Promise.all([worker.stop(), numbering.stop(), purging.stop()])
      await closeTransport()
    },
  }
}

async function registerRoutes(
  app: FastifyInstance,
  deps: DirectoryDeps & SignInDeps,
  cycleIntervalSeconds: number,
  onFault: (error: unknown) => void,
): Promise<void> {
  const provisioning = { ...deps, cycleIntervalSeconds }
  const routes = graph(deps, [
    domainRoutes(deps),
    organizationRoutes(deps),
    meRoutes(deps),
    userRoutes(deps),
    groupRoutes(deps),
    roleRoutes(deps),
    deletedItemRoutes(deps),
    applicationRoutes(deps),
    assignmentRoutes(deps),
    synchronizationRoutes(provisioning),
    provisioningLogRoutes(provisioning),
    auditRoutes(deps),
    deltaRoutes(deps),
  ])
  await app.register(routes, { prefix: '/v1.0' })
  await app.register(routes, { prefix: '/beta' })

  const providerOf = openIdProviders(deps, onFault)
  await directoryConsole(app, deps)
  await app.register(sessionRoutes(deps))
  await app.register(openIdSignInRoutes(deps, providerOf))
  await app.register(openIdRoutes(providerOf, deps.publicUrl))
  app.setNotFoundHandler((request, reply) => reply.code(404).send(plainError(request, 'NotFound', 'No such address.')))
}

/** Errors outside Graph have its outline, without its words. */
const plainError = (request: FastifyRequest, code: string, message: string) => ({
  error: { code, message, innerError: { 'request-id': request.id } },
})

function answerPlainly(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, message } = readFault(error)
  return reply.code(status).send(plainError(request, status >= 500 ? 'InternalServerError' : 'BadRequest', message))
}
