import { readFault } from '@muster/service-kit/serve-faults.ts'
import type { FastifyInstance } from 'fastify'
import { sentencePage } from './sign-in-page.ts'

/** Largest form that is read, in bytes. */
const FORM_LIMIT = 64 * 1024

/** Makes a scope read forms and answer what goes wrong as a page. */
export function readForms(app: FastifyInstance): void {
  app.addContentTypeParser<string>(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: FORM_LIMIT },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(body))),
  )
  app.addHook('onRequest', async (_request, reply) => {
    void reply.header('cache-control', 'no-store')
  })
  app.setErrorHandler((error, request, reply) => {
    const { status, message } = readFault(error)
    if (status >= 500) request.log.error({ err: error, requestId: request.id }, 'A sign-in page failed')
    return reply
      .code(status)
      .type('text/html; charset=utf-8')
      .send(
        sentencePage('This did not work', message, reply.cspNonce.style, {
          next: { words: 'Go to sign-in', href: '/auth/login' },
          ...(status >= 500 ? { requestId: request.id } : {}),
        }),
      )
  })
}
