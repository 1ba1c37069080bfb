import { Refusal } from '@muster/service-kit/refusals.ts'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { DirectoryDeps } from '../deps.ts'
import { graphErrorHandler } from '../errors.ts'
import { authenticator } from './authenticate.ts'
import { requireRight } from './caller.ts'
import { rightOf } from './rights.ts'

/**
 * The ground of everything under /v1.0 and /beta: JSON and nothing else, a caller on every request, Graph's headers
 * and error bodies. `routes` come from the nouns.
 */
export function graph(deps: DirectoryDeps, routes: readonly FastifyPluginAsync[]): FastifyPluginAsync {
  const authenticate = authenticator(deps)
  return async (app) => {
    // A form can't be sent here, so no other site can make a browser send one.
    app.removeAllContentTypeParsers()
    const parse = app.getDefaultJsonParser('error', 'error')
    app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
      // Graph's own client names a content type on requests without a body.
      if (body === '') done(null, undefined)
      else parse(request, body, (error, value) => done(error, value && dropAnnotations(value)))
    })
    app.setErrorHandler(graphErrorHandler(deps.clock))
    app.setNotFoundHandler((request, reply) => {
      const segment = request.url.split('?')[0]?.split('/').at(-1) ?? ''
      return reply.code(404).send({
        error: {
          code: 'BadRequest',
          message: `Resource not found for the segment '${segment.slice(0, 60)}'.`,
          innerError: {
            date: deps.clock.now().toISOString().slice(0, 19),
            'request-id': request.id,
            'client-request-id': request.id,
          },
        },
      })
    })
    app.decorateRequest('caller')
    // A route without a right in the table stops the start, so none is open by being forgotten.
    app.addHook('onRoute', ({ method, url, prefix }) => {
      for (const name of [method].flat()) rightOf(name, url.slice(prefix.length))
    })
    app.addHook('onRequest', async (request, reply) => {
      void reply.headers({
        'request-id': request.id,
        'client-request-id': clientRequestId(request),
        'cache-control': 'no-store',
      })
      request.caller = await authenticate(request)
      // Before the body is read: who may not ask learns nothing about what would have been right.
      if (request.is404) return
      const path = (request.routeOptions.url ?? '').slice(app.prefix.length)
      requireRight(request.caller, rightOf(request.method, path))
      assertOptionsNamed(request)
    })
    for (const plugin of routes) await app.register(plugin)
  }
}

/**
 * A system query option (they begin with `$`) that a route doesn't name in its shape would be ignored: it is refused.
 * Others, OData's custom options, mean nothing, as in Graph.
 *
 * @throws {Refusal} `invalid`.
 */
function assertOptionsNamed({ query, routeOptions }: FastifyRequest): void {
  const shape = (routeOptions.schema?.querystring as { readonly shape?: object } | undefined)?.shape ?? {}
  for (const name of Object.keys(query ?? {}))
    if (name.startsWith('$') && !Object.hasOwn(shape, name))
      throw new Refusal('invalid', `The query option '${name.slice(0, 60)}' is not supported here.`)
}

/** What a client calls its request, echoed so that both logs can be laid side by side. */
function clientRequestId(request: FastifyRequest): string {
  const given = request.headers['client-request-id']
  return typeof given === 'string' && /^[\w-]{1,64}$/.test(given) ? given : request.id
}

/** Graph takes annotations such as `@odata.type` with any object, and here they say nothing new. `@odata.id` does. */
function dropAnnotations(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body
  return Object.fromEntries(
    Object.entries(body).filter(([name]) => !name.startsWith('@odata.') || name === '@odata.id'),
  )
}
