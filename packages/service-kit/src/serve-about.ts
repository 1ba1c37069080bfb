import type { FastifyPluginAsync } from 'fastify'
import { type Metrics, tellMetrics } from './metrics.ts'
import { docsPage } from './serve-docs.ts'

/** What a server tells of itself, to anybody: whether it lives, its figures, and what it offers. */
export const aboutRoutes =
  (isReady: () => Promise<boolean>, metrics: Metrics): FastifyPluginAsync =>
  async (app) => {
    const hidden = { schema: { hide: true } }
    app.get('/healthz', hidden, async () => ({ status: 'ok' }))
    app.get('/readyz', hidden, async (_request, reply) => {
      const ready = await isReady().catch(() => false)
      return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready' })
    })
    app.get('/metrics', hidden, async (_request, reply) =>
      reply.type(metrics.registry.contentType).send(await tellMetrics(metrics)),
    )
    app.get('/openapi.json', hidden, async () => app.swagger())
    app.get('/docs', hidden, async (_request, reply) =>
      reply.type('text/html; charset=utf-8').send(docsPage(app.swagger(), reply.cspNonce.style)),
    )
  }
