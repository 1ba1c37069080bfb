import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { introspection, introspectionRequest } from '../../contract/introspection.ts'
import { needs } from '../identity/authenticate.ts'
import type { PortalDeps } from '../portal-deps.ts'
import { introspect } from './introspect.ts'

const FORM = 'application/x-www-form-urlencoded'

/** `/introspect`: whom a credential belongs to, asked by another system that was handed it (RFC 7662). */
export const introspectionRoutes =
  (deps: PortalDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.removeContentTypeParser('application/json')
    app.addContentTypeParser(FORM, { parseAs: 'string' }, (_request, body, done) =>
      done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    )

    app.post(
      '/introspect',
      {
        onRequest: needs('View Roles'),
        schema: {
          tags: ['Introspection'],
          summary: 'Whether a session, token or key is alive, and whose it is',
          consumes: [FORM],
          body: introspectionRequest,
          response: { 200: introspection },
        },
      },
      async ({ actor, body }) => introspect(deps, actor.workspaceId, body.token),
    )
  }
