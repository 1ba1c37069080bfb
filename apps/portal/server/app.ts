import type { Clock } from '@muster/service-kit/clock.ts'
import type { Database } from '@muster/service-kit/database.ts'
import { openMetrics } from '@muster/service-kit/metrics.ts'
import { isMigrated } from '@muster/service-kit/migrate.ts'
import type { SecretBox } from '@muster/service-kit/secrets.ts'
import { createServer } from '@muster/service-kit/serve.ts'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { accessTokenRoutes } from './access-tokens/routes.ts'
import { apiKeyRoutes } from './api-keys/routes.ts'
import { auditRoutes } from './audit/routes.ts'
import { startBackground } from './background.ts'
import { callerInLog } from './caller-in-log.ts'
import { portalConsole } from './console.ts'
import { answerFault, answerUnknownAddresses } from './errors.ts'
import type { Actor } from './identity/actor.ts'
import { requireActor } from './identity/authenticate.ts'
import { refuseCrossSiteWrites } from './identity/cross-site.ts'
import { seenIsWritten } from './identity/last-seen.ts'
import { meRoutes } from './identity/routes.ts'
import { introspectionRoutes } from './introspection/routes.ts'
import { allowListRoutes } from './ip-allowlist/routes.ts'
import { limitRequests } from './limits/limit-requests.ts'
import { type PortalLimits, USUAL_FILTER_LIMIT, USUAL_LIMITS } from './limits/limits.ts'
import { countScimRequests, countSignIns, tellNumberingLag } from './metrics.ts'
import { portalMigrations } from './migrations/index.ts'
import { portalNotes } from './openapi.ts'
import type { OutgoingFetch, PortalDeps } from './portal-deps.ts'
import { roleMappingRoutes } from './role-mappings/routes.ts'
import { roleRoutes } from './roles/routes.ts'
import { answerError } from './scim/errors.ts'
import { scimRoutes } from './scim/routes.ts'
import { sessionRoutes } from './sessions/routes.ts'
import { settingsRoutes } from './settings/routes.ts'
import { authRoutes } from './sso/routes.ts'
import { teamRoutes } from './teams/routes.ts'
import { countTolerances } from './tolerances/count-uses.ts'
import { toleranceRoutes } from './tolerances/routes.ts'
import { userRoutes } from './users/routes.ts'

export interface PortalOptions {
  readonly database: Database
  readonly clock: Clock
  readonly secrets: SecretBox
  /** Where browsers and clients reach this portal. */
  readonly publicUrl: string
  readonly logger?: FastifyBaseLogger
  /** Reaches the OpenID provider; it follows no redirect. */
  readonly fetch: OutgoingFetch
  readonly version: string
  /** Those that are not named are as usual. */
  readonly limits?: Partial<PortalLimits>
  /** Most rows that a SCIM filter may look at without an index. Default: 10,000. */
  readonly filterLimit?: number
  /** Addresses or CIDR whose `X-Forwarded-For` is believed. Default: none. */
  readonly trustedProxies?: readonly string[]
}

export interface Portal {
  readonly app: FastifyInstance
  /** Answers what is in flight and ends the work in the background. The database stays open: it is the caller's. */
  close(): Promise<void>
}

/** The service provider, ready to listen, or to be called by `app.inject`. */
export async function createPortal(options: PortalOptions): Promise<Portal> {
  const { database, clock, secrets, fetch } = options
  const publicUrl = options.publicUrl.replace(/\/+$/, '')
  const deps: PortalDeps = {
    database,
    clock,
    secrets,
    publicUrl,
    fetch,
    limits: { ...USUAL_LIMITS, ...options.limits },
    filterLimit: options.filterLimit ?? USUAL_FILTER_LIMIT,
  }
  const metrics = openMetrics()
  const toleranceCounts = countTolerances(database)
  tellNumberingLag(metrics, deps)
  const app = await createServer({
    title: 'Muster portal',
    version: options.version,
    publicUrl,
    sessionCookie: 'muster_session',
    ...(options.logger ? { logger: options.logger } : {}),
    isReady: () => isMigrated(database, portalMigrations, 'portal'),
    ...(options.trustedProxies ? { trustedProxies: options.trustedProxies } : {}),
    metrics,
    notesOf: portalNotes,
    connections: () => database.connections(),
    // Unset until a room has found out who calls.
    callerOf: ({ actor }: { readonly actor?: Actor }) => actor && callerInLog(actor),
    answerFault: (error, request, reply) =>
      request.url.startsWith('/scim/v2') ? answerError(error, request, reply) : answerFault(error, request, reply),
  })
  answerUnknownAddresses(app)
  readJsonOnly(app)

  await portalConsole(app, deps)
  await app.register(async (auth) => {
    countSignIns(auth, metrics)
    await auth.register(authRoutes(deps))
  })
  await app.register(
    async (api) => {
      api.addHook('onRequest', refuseCrossSiteWrites(publicUrl))
      api.addHook('onRequest', requireActor(deps))
      api.addHook('onRequest', limitRequests(deps.limits.rest, clock))
      for (const routes of [
        meRoutes,
        introspectionRoutes,
        roleRoutes,
        apiKeyRoutes,
        accessTokenRoutes,
        sessionRoutes,
        settingsRoutes,
        userRoutes,
        teamRoutes,
        auditRoutes,
        allowListRoutes,
        roleMappingRoutes,
      ])
        await api.register(routes(deps))
      await api.register(toleranceRoutes(deps, toleranceCounts))
    },
    { prefix: '/api/v1' },
  )
  await app.register(
    async (scim) => {
      countScimRequests(scim, metrics)
      scim.addHook('onRequest', refuseCrossSiteWrites(publicUrl))
      await scim.register(scimRoutes(deps, toleranceCounts))
    },
    { prefix: '/scim/v2' },
  )

  const background = startBackground(deps, toleranceCounts, (error) =>
    app.log.error({ err: error }, 'Work in the background failed'),
  )
  return {
    app,
    async close() {
      await app.close()
      await background.stop()
      await seenIsWritten(deps)
    },
  }
}

/**
 * JSON and nothing else, unless a room adds to it: a plain text is 415. A request that announces JSON and brings nothing
 * (some clients do so with DELETE) has no body, which is no fault.
 */
function readJsonOnly(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser(['application/json', 'text/plain'])
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') return done(null, undefined)
    return parse(request, String(body), done)
  })
}
