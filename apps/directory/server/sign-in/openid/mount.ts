import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type Provider from 'oidc-provider'
import { keepStyleNonce } from './page-nonce.ts'
import { OPENID_PATHS } from './paths.ts'

type Handler = (request: FastifyRequest<{ Params: { tenantId: string } }>, reply: FastifyReply) => Promise<unknown>

/**
 * Mounts each tenant's OpenID provider at `/{tenantId}`, under Entra's paths. The library reads the raw request itself,
 * so nothing before it may have read the body.
 */
export function openIdRoutes(
  providerOf: (tenantId: string) => Promise<Provider | undefined>,
  publicUrl: string,
): FastifyPluginAsync {
  const { host, protocol } = new URL(publicUrl)
  const callbacks = new WeakMap<Provider, ReturnType<Provider['callback']>>()

  const hand =
    (path: (below: string) => string): Handler =>
    async (request, reply) => {
      const { tenantId } = request.params
      const provider = await providerOf(tenantId.toLowerCase())
      if (!provider)
        return reply
          .code(400)
          .send({ error: 'invalid_tenant', error_description: `Tenant '${tenantId.slice(0, 60)}' not found.` })
      const callback = callbacks.get(provider) ?? provider.callback()
      callbacks.set(provider, callback)
      const { raw } = request
      // A hijacked reply skips what would set these; the library's own pages post to clients, so no form-action.
      for (const [name, value] of Object.entries(reply.getHeaders()))
        if (value !== undefined) reply.raw.setHeader(name, value)
      const policy = reply.raw.getHeader('content-security-policy')
      if (typeof policy === 'string')
        reply.raw.setHeader('content-security-policy', policy.replace(/form-action [^;]*;?/, ''))
      keepStyleNonce(raw, reply.cspNonce.style)
      // Every address it writes begins with ours, whatever Host a client named.
      Object.assign(raw.headers, { host, 'x-forwarded-host': host, 'x-forwarded-proto': protocol.slice(0, -1) })
      const mount = `/${tenantId}`
      const below = path((raw.url ?? '').slice(mount.length))
      Object.assign(raw, { originalUrl: mount + below, url: below })
      reply.hijack()
      await callback(raw, reply.raw)
      return reply
    }

  return async (app: FastifyInstance) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', (_request, _payload, done) => done(null))
    const hidden = { schema: { hide: true } }
    const here = hand((below) => below)
    for (const path of [
      ...Object.values(OPENID_PATHS),
      `${OPENID_PATHS.end_session}/confirm`,
      `${OPENID_PATHS.end_session}/success`,
    ])
      app.route({
        method: ['GET', 'POST', 'OPTIONS'],
        url: `/:tenantId${path}`,
        handler: here,
        exposeHeadRoute: false,
        ...hidden,
      })
    // Where a sign-in goes on after the page.
    app.get(`/:tenantId${OPENID_PATHS.authorization}/:uid`, hidden, here)
    app.get(
      '/:tenantId/v2.0/.well-known/openid-configuration',
      hidden,
      hand(() => '/.well-known/openid-configuration'),
    )
  }
}
