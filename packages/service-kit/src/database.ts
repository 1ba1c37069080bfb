import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { CompiledQuery, Kysely, PostgresDialect, type QueryResult, type Transaction } from 'kysely'
import pg from 'pg'
import { Refusal } from './refusals.ts'

/** Set in everything that runs inside a transaction's body. */
const inTransaction = new AsyncLocalStorage<true>()

/** Longest a transaction may take: beyond it something other than statements is being waited for. */
const TRANSACTION_LIMIT_MS = 5_000
const RETRIES = 3
/** PostgreSQL's serialization_failure and deadlock_detected: the same work may pass when it is run again. */
const RERUN = new Set(['40001', '40P01'])

/**
 * Refuses what must not happen while a transaction holds a connection: HTTP, DNS, a password hash, another connection.
 * Any of these inside a transaction lets a full pool wait for itself.
 */
export function assertOutsideTransaction(what: string): void {
  if (inTransaction.getStore())
    throw new Error(`${what} inside a transaction: a transaction waits for its own statements only.`)
}

const hotNames = new Map<string, string>()

/** Marks a constant statement to be sent named, so that the server plans it once per connection. */
export function hot(text: string): string {
  hotNames.set(text, `m_${createHash('sha256').update(text).digest('base64url').slice(0, 20)}`)
  return text
}

/**
 * A pool that sends `hot` statements named; `names: false` behind a transaction pooler.
 *
 * @param silenceLimitMs How long the server may take over one statement before its connection is given up: a server that
 *   has stopped answering, or a machine that is gone, ends no connection by itself. Default: for ever.
 */
export function openPool(
  config: pg.PoolConfig,
  { names, silenceLimitMs }: { readonly names: boolean; readonly silenceLimitMs?: number },
): pg.Pool {
  class NamingClient extends pg.Client {
    // Kysely calls query(text, values); cursors and others use other shapes, which pass untouched.
    // biome-ignore lint/suspicious/noExplicitAny: pg's own overloads; every shape is handed through as it came.
    override query(...args: any[]): any {
      const [text, values, ...rest] = args
      const name = names && typeof text === 'string' && Array.isArray(values) ? hotNames.get(text) : undefined
      const answer = Reflect.apply(super.query, this, name ? [{ name, text, values }, ...rest] : args)
      if (silenceLimitMs !== undefined && answer instanceof Promise) {
        // The driver's own query_timeout would give the connection back with the statement still running in it.
        const timer = setTimeout(() => giveUp(this), silenceLimitMs)
        const answered = () => clearTimeout(timer)
        answer.then(answered, answered)
      }
      return answer
    }
  }
  const pool = new pg.Pool({ ...config, Client: NamingClient } as pg.PoolConfig)
  // A server that stops ends idle connections; with no listener that error would end the process.
  pool.on('error', () => {})
  // Nor may one that a transaction holds between two of its statements: the next statement is told.
  pool.on('connect', (client) => void client.on('error', () => {}))
  return pool
}

/** Ends the connection at once, as if the server had: every statement in it fails, and the pool forgets it. */
function giveUp(client: pg.Client): void {
  const { connection } = client as unknown as { readonly connection: { readonly stream: Duplex } }
  connection.stream.destroy()
}

/** Whatever runs a statement: the database, or a transaction of it. */
export interface Executor {
  executeQuery<Row>(query: CompiledQuery<Row>): Promise<QueryResult<Row>>
}

/** A transaction. The nouns' repositories take this wherever a rule needs several statements to hold together. */
export type Tx<Tables = unknown> = Transaction<Tables>

export interface Database<Tables = unknown> {
  /** For queries whose shape varies, outside transactions. Constant ones go through `run`. */
  readonly query: Kysely<Tables>
  /**
   * Runs `body` in one transaction, again from the top when PostgreSQL asks for it (40001, 40P01), so `body` has no
   * effect outside `tx`. Only statements on `tx` may be awaited inside; 5 s end it unless `limitMs` says otherwise.
   *
   * @throws {Refusal} `unavailable` when three runs met the same conflict.
   */
  transaction<T>(body: (tx: Tx<Tables>) => Promise<T>, options?: { readonly limitMs?: number }): Promise<T>
  executeQuery<Row>(query: CompiledQuery<Row>): Promise<QueryResult<Row>>
  /** How busy the pool is now. */
  connections(): ConnectionCounts
}

/** Connections that work and that are free, and statements that wait for one. */
export interface ConnectionCounts {
  readonly inUse: number
  readonly idle: number
  readonly waiting: number
}

export function openDatabase<Tables = unknown>(pool: pg.Pool): Database<Tables> {
  // Kysely asks this for every connection, a nested transaction's too: so that is where it is refused.
  const guarded = {
    connect: () => {
      assertOutsideTransaction('A second connection')
      return pool.connect()
    },
    end: () => pool.end(),
  }
  const query = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: guarded as unknown as pg.Pool }) })

  // Past the limit Kysely rolls back and refuses whatever the body still sends.
  const once = <T>(body: (tx: Tx<Tables>) => Promise<T>, limitMs: number): Promise<T> =>
    query.transaction().execute(async (tx) => {
      const limit = Promise.withResolvers<never>()
      const timer = setTimeout(
        () => limit.reject(new Error(`A transaction took more than ${limitMs} ms and was rolled back.`)),
        limitMs,
      )
      try {
        return await Promise.race([inTransaction.run(true, () => body(tx)), limit.promise])
      } finally {
        clearTimeout(timer)
      }
    })

  return {
    query,
    executeQuery: (compiled) => query.executeQuery(compiled),
    connections: () => ({
      inUse: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }),
    transaction: async (body, { limitMs = TRANSACTION_LIMIT_MS } = {}) => {
      for (let attempt = 1; ; attempt += 1)
        try {
          return await once(body, limitMs)
        } catch (error) {
          if (!RERUN.has(sqlState(error) ?? '')) throw error
          if (attempt === RETRIES)
            throw new Refusal('unavailable', 'Too many changes met at once. Try again.', undefined, { cause: error })
          await sleep(attempt * 10 + Math.random() * 10)
        }
    },
  }
}

/** PostgreSQL's five-character code of what went wrong, if it was PostgreSQL that spoke. */
export function sqlState(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined
}

/** The socket's words, and PostgreSQL's (classes 08, 53, 57 of its Appendix A), for a database that is not there now. */
const AWAY = /^(08...|53300|57P0[1-3]|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH)$/
/** What the driver says, with no code, when a connection ends under a statement or none comes free. */
const DRIVER_WORDS =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection)/

/** Whether a statement failed because the database was out of reach: the same may pass in a moment. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  // A socket file that is gone is the server gone; any other file is not.
  if (code === 'ENOENT') return 'syscall' in error && error.syscall === 'connect'
  return AWAY.test(code) || DRIVER_WORDS.test(error.message)
}

/** The name of the unique constraint that refused a row, or undefined when it was something else. */
export function uniqueConstraint(error: unknown): string | undefined {
  if (sqlState(error) !== '23505') return undefined
  return error instanceof Error && 'constraint' in error && typeof error.constraint === 'string' ? error.constraint : ''
}

/** A constant statement, through the same transaction (or database) as every other. */
export const run = async <Row>(on: Executor, text: string, values: readonly unknown[]): Promise<Row[]> =>
  (await on.executeQuery<Row>(CompiledQuery.raw(text, [...values]) as CompiledQuery<Row>)).rows

/** As `run`, for statements whose count of rows touched is what matters. */
export const execute = async (on: Executor, text: string, values: readonly unknown[]): Promise<number> =>
  Number((await on.executeQuery(CompiledQuery.raw(text, [...values]))).numAffectedRows ?? 0n)
