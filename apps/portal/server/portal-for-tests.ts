import { channel } from 'node:diagnostics_channel'
import type { Clock } from '@muster/service-kit/clock.ts'
import type { Database } from '@muster/service-kit/database.ts'
import { openSecretBox } from '@muster/service-kit/secrets.ts'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { afterAll } from 'vitest'
import { createPortal } from './app.ts'
import { type PortalLimits, USUAL_FILTER_LIMIT } from './limits/limits.ts'
import type { OutgoingFetch, PortalDeps } from './portal-deps.ts'
import { type CreatedWorkspace, createWorkspace } from './workspaces/create-workspace.ts'

/** A clock that a test moves. */
export interface TestClock extends Clock {
  advance(ms: number): void
}

function testClock(start = new Date('2026-11-24T09:00:00Z')): TestClock {
  let time = start.getTime()
  return {
    now: () => new Date(time),
    advance: (ms) => {
      time += ms
    },
  }
}

/** The clock stands still here, so a minute never passes by itself. */
const NO_LIMITS: PortalLimits = { scim: 0, rest: 0, signIn: 0, signInFailures: 0 }

const noNetwork: OutgoingFetch = () => Promise.reject(new Error('This test has no network'))

/** What an answer comes to, for a test that looks at status and body. */
export interface TestAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: bodies of many shapes, each read at the few places it is asked about.
  readonly json: any
}

export interface TestCall {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** Someone who calls the portal, with a bearer or a cookie of theirs. */
export type TestCaller = (url: string, call?: TestCall) => Promise<TestAnswer>

/** One line of the server's own route table; `HEAD` and what `/openapi.json` hides are in it. */
export interface TestRoute {
  readonly method: string
  /** With its parameters, as in `/api/v1/users/:id`. */
  readonly url: string
}

/**
 * Runs what makes a server, and notes every route that is put into it. Fastify tells of a new server where everybody in
 * the process may listen, before its first route: the product needs no door for this.
 */
async function withRoutes<Made>(make: () => Promise<Made>): Promise<{ made: Made; routes: readonly TestRoute[] }> {
  const routes: TestRoute[] = []
  const listen = (message: unknown) =>
    (message as { fastify: FastifyInstance }).fastify.addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat()) routes.push({ method: one, url })
    })
  const made = channel('fastify.initialization')
  made.subscribe(listen)
  // The server is there before the first await; another one that is made meanwhile is not listened to.
  const making = make()
  made.unsubscribe(listen)
  return { made: await making, routes }
}

/** A whole portal on a database of the test's own, called without a socket. It is closed when the test file ends. */
export async function portalForTests(
  database: Database,
  {
    publicUrl = 'http://portal.test',
    fetch = noNetwork,
    limits = {},
    filterLimit = USUAL_FILTER_LIMIT,
    logger,
  }: {
    readonly publicUrl?: string
    readonly fetch?: OutgoingFetch
    readonly limits?: Partial<PortalLimits>
    readonly filterLimit?: number
    readonly logger?: FastifyBaseLogger
  } = {},
) {
  const clock = testClock()
  const secrets = openSecretBox('a key that only tests know, 32+ characters')
  const deps: PortalDeps = {
    database,
    clock,
    secrets,
    publicUrl,
    fetch,
    limits: { ...NO_LIMITS, ...limits },
    filterLimit,
  }
  const { made, routes } = await withRoutes(() =>
    createPortal({ ...deps, version: '0.0.0-test', ...(logger ? { logger } : {}) }),
  )
  const { app, close } = made
  afterAll(close)

  const caller =
    (identity: Readonly<Record<string, string>>): TestCaller =>
    async (url, { method, body, headers = {} } = {}) => {
      const answer = await app.inject({
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        url,
        headers: {
          ...identity,
          ...(body !== undefined && typeof body !== 'string' ? { 'content-type': 'application/json' } : {}),
          ...headers,
        },
        ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      return { status: answer.statusCode, headers: answer.headers, text: answer.body, json: parsed(answer.body) }
    }

  return {
    app,
    deps,
    clock,
    routes,
    anyone: caller({}),
    withBearer: (bearer: string): TestCaller => caller({ authorization: `Bearer ${bearer}` }),
    withCookie: (cookie: string): TestCaller => caller({ cookie }),
    /** A workspace with its first admin; argon2 makes each take a moment. */
    newWorkspace: (name = 'Acme'): Promise<CreatedWorkspace> =>
      createWorkspace(deps, { name, adminEmail: 'admin@acme.example', adminPassword: 'correct horse battery' }),
  }
}

export type TestPortal = Awaited<ReturnType<typeof portalForTests>>

/** `name=value` of the cookie that an answer sets under `name`. */
export function cookieOf({ headers }: TestAnswer, name: string): string {
  const set = [headers['set-cookie']].flat().find((line) => typeof line === 'string' && line.startsWith(`${name}=`))
  return typeof set === 'string' ? (set.split(';')[0] ?? '') : ''
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
