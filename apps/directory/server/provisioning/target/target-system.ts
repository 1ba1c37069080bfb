import {
  type JsonObject,
  type ScimClient,
  ScimClientError,
  scimClient,
  type Transport,
  TransportError,
} from '@muster/scim'
import type { TargetFault } from '../steps/failure.ts'
import type { ObjectType } from '../steps/mapping.ts'
import { describeAnswer } from './answer.ts'

/** Where a target system is, and the bearer that it knows us by. */
export interface TargetAddress {
  /** The Tenant URL as an administrator typed it: blanks, a trailing slash and parameters are the client's to handle. */
  readonly baseUrl: string
  readonly bearer: string
}

/** How long one request may take unless something shorter is asked for: our default, facts §5.3 give no figure. */
export const REQUEST_TIMEOUT_MS = 30_000

/** Entra's requests carry this header; some servers know it by nothing else (facts §1.1). */
const VERSION_HEADER = { ADSCIMVersion: '6.0' }

/** What the engine asks of a target system. Every call throws `ScimClientError` when it fails. */
export interface TargetSystem {
  find(
    type: ObjectType,
    attribute: string,
    value: string,
  ): Promise<{ readonly resources: readonly JsonObject[]; readonly total: number }>
  /** Undefined when the target no longer has it. */
  read(type: ObjectType, targetId: string): Promise<JsonObject | undefined>
  /** Answers the id that the target gave. */
  create(type: ObjectType, body: JsonObject): Promise<string>
  patch(type: ObjectType, targetId: string, body: JsonObject): Promise<void>
  /** True also when the target no longer had it. */
  remove(type: ObjectType, targetId: string): Promise<void>
}

const PATHS = { User: 'Users', Group: 'Groups' } as const

/** Members are never read back: every read of a group says so. */
const without = (type: ObjectType) => (type === 'Group' ? { excludedAttributes: ['members'] } : {})

/**
 * Opens the wire to one target system.
 *
 * @param requestId Makes the id that goes along as `client-request-id`, so that both ends' logs can be laid side by side.
 */
export function openTarget(
  { baseUrl, bearer }: TargetAddress,
  transport: Transport,
  options: {
    readonly requestId: () => string
    readonly timeoutMs?: number
    readonly signal?: AbortSignal
    /** Tells a `Retry-After` that is a date from now. */
    readonly now?: () => Date
    /** Waits for what a throttling target asks for. Without it nothing is waited for. */
    readonly wait?: (ms: number) => Promise<void>
  },
): TargetSystem {
  const identified: Transport = (request) =>
    transport({
      ...request,
      headers: { ...request.headers, 'client-request-id': options.requestId() },
      ...(options.signal ? { signal: options.signal } : {}),
    })
  const client: ScimClient = scimClient({
    baseUrl,
    bearer,
    transport: identified,
    timeoutMs: options.timeoutMs ?? REQUEST_TIMEOUT_MS,
    headers: VERSION_HEADER,
    ...(options.now ? { now: options.now } : {}),
  })
  const { wait } = options
  const patiently = <T>(request: () => Promise<T>): Promise<T> => (wait ? retryThrottled(request, wait) : request())
  return {
    find: (type, attribute, value) => patiently(() => client.find(PATHS[type], attribute, value, without(type))),
    read: async (type, targetId) => {
      try {
        return await patiently(() => client.get(PATHS[type], targetId, without(type)))
      } catch (error) {
        if (isGone(error)) return undefined
        throw error
      }
    },
    create: async (type, body) => idOf(await patiently(() => client.create(PATHS[type], body))),
    patch: async (type, targetId, body) => void (await patiently(() => client.patch(PATHS[type], targetId, body))),
    remove: async (type, targetId) => {
      try {
        await patiently(() => client.delete(PATHS[type], targetId))
      } catch (error) {
        if (!isGone(error)) throw error
      }
    },
  }
}

/** How often a request is tried within a cycle, and the longest that a target may make us wait in between. */
const TRIES = 3
const LONGEST_WAIT_S = 60

/** Sends again what the target throttled, when it says how long to wait and that is not long; else the error stands. */
async function retryThrottled<T>(request: () => Promise<T>, wait: (ms: number) => Promise<void>): Promise<T> {
  for (let tries = 1; ; tries += 1)
    try {
      return await request()
    } catch (error) {
      const seconds = error instanceof ScimClientError && error.status === 429 ? error.retryAfterSeconds : undefined
      if (seconds === undefined || seconds > LONGEST_WAIT_S || tries === TRIES) throw error
      await wait(seconds * 1000)
    }
}

const isGone = (error: unknown): boolean => error instanceof ScimClientError && error.status === 404

/** A resource came back without an id that can be remembered. */
class UnusableAnswer extends Error {
  override readonly name = 'UnusableAnswer'
}

/** Longest id that is remembered, in characters: ids are UUIDs or paths nearly everywhere. */
const LONGEST_ID = 1_000

/** The id of a resource that the target answered. @throws when there is none that can be stored; `faultOf` knows it. */
export function idOf(resource: JsonObject): string {
  const { id } = resource
  if (typeof id === 'string' && id !== '' && id.length <= LONGEST_ID && !id.includes('\0') && id.isWellFormed())
    return id
  throw new UnusableAnswer('The target system answered a resource without a usable id.')
}

/** What went wrong with a request, or undefined when it was something else that failed. */
export function faultOf(error: unknown): TargetFault | undefined {
  if (error instanceof UnusableAnswer) return { kind: 'notScim', status: undefined, message: error.message }
  if (!(error instanceof ScimClientError)) return undefined
  const cause = error.cause
  const kind = error.kind !== 'transport' ? error.kind : cause instanceof TransportError ? cause.kind : 'unreachable'
  const message = error.kind === 'transport' ? error.message : describeAnswer(error)
  return { kind, status: error.status, message }
}
