import { randomUUID } from 'node:crypto'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import swagger from '@fastify/swagger'
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import {
  createJsonSchemaTransformObject,
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
} from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { ConnectionCounts } from './database.ts'
import { type Metrics, measureRequests, openMetrics } from './metrics.ts'
import { Refusal } from './refusals.ts'
import { type CallerInLog, logRequests } from './request-log.ts'
import { aboutRoutes } from './serve-about.ts'
import { answerStrayBytes, closeWithin, STRAY_HEADERS } from './serve-edges.ts'
import { answerPlainly } from './serve-faults.ts'
import { completeDocument, type NotesOf, type OpenApiDocument } from './serve-openapi.ts'

/** Largest request body either app reads: 2 MB. */
export const BODY_LIMIT = 2 * 1024 * 1024

/** How long a stop waits for answers under way. Two servers in one process are stopped one after the other, within 10 s. */
const CLOSE_LIMIT_MS = 3_000

export interface ServerOptions {
  /** What the API is called in `/openapi.json` and `/docs`. */
  readonly title: string
  readonly version: string
  /** Where browsers and clients reach this app; `https` turns HSTS on. */
  readonly publicUrl: string
  /** The cookie that a signed-in browser is known by, as OpenAPI names it. */
  readonly sessionCookie: string
  readonly logger?: FastifyBaseLogger
  /** Whether the database answers and is migrated: `/readyz`. */
  readonly isReady: () => Promise<boolean>
  /** Addresses or CIDR whose `X-Forwarded-For` is believed. Default: none. What else they forward is never believed. */
  readonly trustedProxies?: readonly string[]
  /** Where the app counts its own; `/metrics` tells both. */
  readonly metrics?: Metrics
  /** The database's connections, for `/metrics`. */
  readonly connections?: () => ConnectionCounts
  /** Who sent a request, for the log, once a room has found out. */
  readonly callerOf?: (request: FastifyRequest) => CallerInLog | undefined
  /** What `/openapi.json` says of an operation beside what its route does. */
  readonly notesOf?: NotesOf
  /** Answers every fault that no room below answers, and what can't be routed (`/%zz`), in its protocol's shape. */
  readonly answerFault?: (error: unknown, request: FastifyRequest, reply: FastifyReply) => unknown
}

/** The ground that both servers stand on: parsers, security headers, cookies, OpenAPI, health. It knows no app's routes. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { answerFault = answerPlainly } = options
  const withSchemas = createJsonSchemaTransformObject({ schemaRegistry: z.globalRegistry })
  const secure = options.publicUrl.startsWith('https:')
  const app = fastify({
    ...(options.logger ? { loggerInstance: options.logger } : {}),
    bodyLimit: BODY_LIMIT,
    genReqId: () => randomUUID(),
    trustProxy: options.trustedProxies?.length ? [...options.trustedProxies] : false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 500 },
    forceCloseConnections: 'idle',
    // What came before the connections closed is answered, in the protocol's own words.
    return503OnClosing: false,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    clientErrorHandler: answerStrayBytes,
    frameworkErrors: (error, request, reply: FastifyReply) => {
      void reply.headers({ ...STRAY_HEADERS, 'x-request-id': request.id })
      // The framework's own words repeat the address.
      const fault = Object.assign(new Error('This address cannot be read.'), { statusCode: error.statusCode ?? 400 })
      return answerFault(fault, request, reply)
    },
  }) as unknown as FastifyInstance
  // Before any route: the framework's own handler, which a route would keep, tells what went wrong inside.
  app.setErrorHandler(answerFault)
  closeWithin(app, CLOSE_LIMIT_MS)
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  await app.register(cookie)
  await app.register(helmet, {
    enableCSPNonces: true,
    crossOriginEmbedderPolicy: true,
    // `no-referrer` would make browsers send `Origin: null` with our own forms, which our own rule then refuses.
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: secure ? { maxAge: 31_536_000 } : false,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
  })
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: options.title, version: options.version },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          session: { type: 'apiKey', in: 'cookie', name: options.sessionCookie },
        },
      },
      security: [{ bearer: [] }, { session: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: (document) =>
      completeDocument(withSchemas(document) as OpenApiDocument, options.notesOf ?? (() => undefined)) as ReturnType<
        typeof withSchemas
      >,
  })
  app.addHook('onRequest', async (request, reply) => {
    // Our address is `publicUrl`, whatever a proxy says: nobody below can be told another.
    for (const name of ['x-forwarded-host', 'x-forwarded-proto']) delete request.raw.headers[name]
    // What may be kept says so itself.
    void reply.headers({ 'x-request-id': request.id, 'cache-control': 'no-store' })
  })
  logRequests(app, options.callerOf)
  const metrics = options.metrics ?? openMetrics()
  measureRequests(app, metrics, options.connections)
  app.addHook('preValidation', async (request) => refuseUnstorableText(request))

  await app.register(aboutRoutes(options.isReady, metrics))
  return app
}

/** PostgreSQL stores neither NUL nor half a surrogate pair; a text that holds one is refused before any rule sees it. */
function refuseUnstorableText(request: FastifyRequest): void {
  for (const [part, value] of [
    ['body', request.body],
    ['query', request.query],
    ['path', request.params],
  ] as const) {
    const at = findUnstorable(value, part, 0)
    if (at)
      throw new Refusal('invalid', `${at} holds a character that cannot be stored (NUL or half a surrogate pair).`)
  }
}

/** Deepest JSON that is read. Ours is 5 deep; a body of brackets alone must not exhaust the stack. */
const DEEPEST = 64

function findUnstorable(value: unknown, at: string, depth: number): string | undefined {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed() ? at : undefined
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return undefined
  if (depth > DEEPEST) throw new Refusal('invalid', `${at.slice(0, 60)} is nested more than ${DEEPEST} deep.`)
  for (const [name, inner] of Object.entries(value)) {
    if (name.includes('\0') || !name.isWellFormed()) return at
    const found = findUnstorable(inner, `${at}.${name}`, depth + 1)
    if (found) return found
  }
  return undefined
}
