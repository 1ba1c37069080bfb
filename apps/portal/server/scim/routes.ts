import { MEDIA_TYPE, ScimError } from '@muster/scim'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import { requireActor, requirePermissions } from '../identity/authenticate.ts'
import { limitRequests } from '../limits/limit-requests.ts'
import type { PortalDeps } from '../portal-deps.ts'
import { routeMethods } from '../route-methods.ts'
import type { ToleranceCounts } from '../tolerances/count-uses.ts'
import { discoveryRoutes } from './discovery-routes.ts'
import { answerError } from './errors.ts'
import { scimGroupRoutes } from './groups-routes.ts'
import { requireAcceptable } from './media-types.ts'
import { readJson } from './read-json.ts'
import { requestTolerances } from './tolerance-sink.ts'
import { scimUserRoutes } from './users-routes.ts'

/**
 * `/scim/v2`, to be registered under that prefix. Every request needs all three permissions; the workspace is the
 * caller's. Everything that goes wrong under it, whoever notices, leaves with the SCIM error body.
 */
export const scimRoutes =
  (deps: PortalDeps, counts: ToleranceCounts): FastifyPluginAsync =>
  async (app) => {
    app.setErrorHandler(answerError)
    const methodsAt = routeMethods(app)
    app.setNotFoundHandler((request, reply) => {
      const allowed = methodsAt(request.url).join(', ')
      if (allowed) void reply.header('allow', allowed)
      const fault = allowed
        ? new ScimError('methodNotAllowed', `${request.method} is not allowed here; ${allowed} are.`)
        : new ScimError('notFound', `There is nothing at ${request.url.split('?')[0]}.`)
      return answerError(fault, request, reply)
    })
    app.addHook('onRequest', requireActor(deps))
    app.addHook('onRequest', async (request) => {
      request.tolerances = requestTolerances(request.toleranceSettings)
    })
    app.addHook('onResponse', async ({ actor, tolerances }) => {
      if (tolerances?.used.size > 0) counts.add(actor.workspaceId, tolerances.used)
    })
    app.addHook('onRequest', limitRequests(deps.limits.scim, deps.clock))
    app.addHook('onRequest', async ({ actor }) => {
      requirePermissions(actor, 'Configure Open ID Connector & SCIM', 'Edit Roles', 'Manage Identity Mappings')
    })
    app.addHook('onRequest', requireAcceptable)
    readScimBodies(app)
    await app.register(discoveryRoutes(deps))
    await app.register(scimUserRoutes(deps))
    await app.register(scimGroupRoutes(deps))
  }

/** Both JSON media types, whatever parameters follow (Entra sends `charset=utf-8`); any other is 415. */
function readScimBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  for (const type of [MEDIA_TYPE, 'application/json'])
    app.addContentTypeParser(type, { parseAs: 'string' }, (_request, body, done) => {
      // A DELETE or GET may carry the header and nothing behind it.
      if (body === '') return done(null, undefined)
      try {
        done(null, readJson(body as string))
      } catch (fault) {
        done(fault as ScimError)
      }
    })
}
