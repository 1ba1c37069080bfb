import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import serveStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { page } from './docs-page.ts'

export interface ConsoleOptions {
  /** The folder that the console was built into. */
  readonly dist: string
  /** The console's pages, as routes: `/`, `/settings/*`. */
  readonly pages: readonly string[]
  /** Where somebody signs in. */
  readonly signIn: string
  /** Whether the request's session is alive. What it throws is for the page to find out and tell. */
  readonly isSignedIn: (request: FastifyRequest) => Promise<boolean>
  /** Whether a session came along, alive or not: one that has ended is told apart from none. */
  readonly hasSession: (request: FastifyRequest) => boolean
}

/** What the console's build leaves where each answer's nonce goes. */
const NONCE = '__NONCE__'

/**
 * Serves a console: its files for ever, since their names say what is in them, and for each of its pages the one document
 * that draws it. Nobody's page is shown to somebody who isn't signed in: they are led to sign in, and back.
 */
export async function serveConsole(app: FastifyInstance, options: ConsoleOptions): Promise<void> {
  const { dist, pages, signIn, isSignedIn, hasSession } = options
  const isBuilt = existsSync(join(dist, 'index.html'))
  const document = isBuilt ? await readFile(join(dist, 'index.html'), 'utf8') : undefined
  if (isBuilt)
    await app.register(serveStatic, {
      root: join(dist, 'assets'),
      prefix: '/assets/',
      decorateReply: false,
      index: false,
      preCompressed: true,
      immutable: true,
      maxAge: '365d',
    })

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    // A server that can't say lets the page ask again, and tell.
    const isIn = await isSignedIn(request).catch(() => true)
    if (!isIn) {
      const query = new URLSearchParams({ returnTo: request.url })
      if (hasSession(request)) query.set('reason', 'ended')
      return reply.redirect(request.url === '/' && query.size === 1 ? signIn : `${signIn}?${query}`, 302)
    }
    void reply.type('text/html; charset=utf-8')
    if (document === undefined) return reply.code(503).send(notBuilt(reply.cspNonce.style))
    return reply.send(document.replaceAll(NONCE, reply.cspNonce.style))
  }
  for (const url of pages) app.get(url, { schema: { hide: true } }, answer)
}

const notBuilt = (styleNonce: string): string =>
  page({
    title: 'The console is not built',
    styleNonce,
    body: `<p>This server was started without its console. <code>npm start</code> and <code>npx muster</code> build it first.
Everything that the console does is also in the API: see <a href="/docs">/docs</a>.</p>`,
  })
