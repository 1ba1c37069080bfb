import { describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../test/database.ts'
import { assertOutsideTransaction, hot, isDatabaseAway, openDatabase, openPool, run, sqlState } from './database.ts'
import { numberRows, startNumbering } from './numbering.ts'
import { Refusal } from './refusals.ts'
import { readFault } from './serve-faults.ts'

const { database, config: connection } = await freshDatabase()
await run(
  database,
  'create table public.notes (tenant text not null, id bigint generated always as identity, sequence bigint, text text not null)',
  [],
)
await run(
  database,
  'create table public.sequences (tenant text not null, feed text not null, last bigint not null, primary key (tenant, feed))',
  [],
)
await run(database, 'create table public.pairs (id int primary key, value int not null)', [])
await run(database, 'insert into public.pairs values (1, 0), (2, 0)', [])

const NOTES = { schema: 'public', table: 'notes', tenantColumn: 'tenant' }
const write = (on: Parameters<typeof run>[0], tenant: string, text: string) =>
  run(on, 'insert into public.notes (tenant, text) values ($1, $2)', [tenant, text])

describe('a transaction', () => {
  test('is all or nothing', async () => {
    await expect(
      database.transaction(async (tx) => {
        await run(tx, 'update public.pairs set value = 99', [])
        throw new Refusal('conflict', 'no')
      }),
    ).rejects.toThrow('no')
    expect(await run(database, 'select value from public.pairs where value = 99', [])).toEqual([])
  })

  test('runs again from the top when two meet in a deadlock, and both end well', async () => {
    let runs = 0
    const gate = Promise.withResolvers<void>()
    let waiting = 0
    const both = (first: number, second: number) =>
      database.transaction(async (tx) => {
        runs += 1
        await run(tx, 'update public.pairs set value = value + 1 where id = $1', [first])
        waiting += 1
        if (waiting === 2) gate.resolve()
        await gate.promise
        await run(tx, 'update public.pairs set value = value + 1 where id = $1', [second])
      })
    await Promise.all([both(1, 2), both(2, 1)])
    expect(runs).toBe(3)
    expect(await run(database, 'select value from public.pairs order by id', [])).toEqual([{ value: 2 }, { value: 2 }])
  })

  test('gives up with a refusal when the same conflict comes three times', async () => {
    let runs = 0
    const attempt = database.transaction(async (tx) => {
      runs += 1
      await run(tx, "do $$ begin raise exception 'again' using errcode = '40001'; end $$", [])
    })
    await expect(attempt).rejects.toMatchObject({ code: 'unavailable', status: 503 })
    expect(runs).toBe(3)
  })

  test.each([
    { what: 'another connection', call: () => run(database, 'select 1', []) },
    { what: 'another transaction', call: () => database.transaction(async () => {}) },
    { what: 'whatever asks to be outside', call: async () => assertOutsideTransaction('An HTTP call') },
  ])('refuses $what inside', async ({ call }) => {
    await expect(database.transaction<unknown>(call)).rejects.toThrow(/inside a transaction/)
  })

  test('ends at its limit, and nothing that it sends later is carried out', async () => {
    const late = Promise.withResolvers<unknown>()
    const attempt = database.transaction(
      async (tx) => {
        await new Promise((done) => setTimeout(done, 120))
        await write(tx, 'late', 'too late').then(late.resolve, late.resolve)
      },
      { limitMs: 40 },
    )
    await expect(attempt).rejects.toThrow(/took more than 40 ms/)
    expect(String(await late.promise)).toMatch(/already rolled back/)
    expect(await run(database, "select text from public.notes where tenant = 'late'", [])).toEqual([])
  })
})

describe('the pool', () => {
  test('sends hot statements named and others not; behind a pooler, none', async () => {
    const HOT = hot('select 41 + 1 as answer')
    const preparedWith = async (names: boolean) => {
      const pool = openPool({ ...connection, max: 1 }, { names })
      const own = openDatabase(pool)
      await run(own, HOT, [])
      await run(own, 'select 43 as other', [])
      const rows = await run<{ statement: string }>(own, 'select statement from pg_prepared_statements', [])
      await pool.end()
      return rows.map((row) => row.statement)
    }
    expect(await preparedWith(true)).toEqual([HOT])
    expect(await preparedWith(false)).toEqual([])
  })

  test('outlives connections that the server ends', async () => {
    const pool = openPool({ ...connection, max: 1 }, { names: true })
    const own = openDatabase(pool)
    const [{ pid } = { pid: 0 }] = await run<{ pid: number }>(own, 'select pg_backend_pid() as pid', [])
    await run(database, 'select pg_terminate_backend($1)', [pid])
    await new Promise((done) => setTimeout(done, 50))
    expect(await run(own, 'select 1 as one', [])).toEqual([{ one: 1 }])
    await pool.end()
  })

  test('outlives a connection that is ended between two statements of a transaction', async () => {
    const broken = database.transaction(async (tx) => {
      const [own] = await run<{ pid: number }>(tx, 'select pg_backend_pid() as pid', [])
      const other = openPool({ ...connection, max: 1 }, { names: false })
      await other.query('select pg_terminate_backend($1)', [own?.pid])
      await other.end()
      await new Promise((done) => setTimeout(done, 50))
      await run(tx, 'select 1', [])
    })
    expect(isDatabaseAway(await broken.catch((error: unknown) => error))).toBe(true)
    expect(await run(database, 'select 1 as one', [])).toEqual([{ one: 1 }])
  })

  test('tells a database that is out of reach from a statement that is wrong', async () => {
    const failing = async (config: typeof connection, text: string) => {
      const pool = openPool({ ...config, max: 1, connectionTimeoutMillis: 2_000 }, { names: true })
      const error: unknown = await run(openDatabase(pool), text, []).catch((failure) => failure)
      await pool.end()
      return error
    }
    const nobody = { host: '127.0.0.1', port: 1, user: 'x', database: 'x' }
    expect(isDatabaseAway(await failing(nobody, 'select 1'))).toBe(true)
    expect(isDatabaseAway(await failing({ ...nobody, host: '/nowhere' }, 'select 1'))).toBe(true)
    expect(isDatabaseAway(await failing(connection, 'select pg_terminate_backend(pg_backend_pid())'))).toBe(true)
    expect(isDatabaseAway(await failing(connection, 'select 1 / 0'))).toBe(false)
    expect(readFault(await failing(nobody, 'select 1'))).toMatchObject({ status: 503 })
  })

  test('gives up a connection that stays silent for too long, and opens another', async () => {
    const pool = openPool({ ...connection, max: 1 }, { names: true, silenceLimitMs: 200 })
    const impatient = openDatabase(pool)
    const silent = run(impatient, 'select pg_sleep(30)', [])
    expect(isDatabaseAway(await silent.catch((error: unknown) => error))).toBe(true)
    expect(await run(impatient, 'select 1 as one', [])).toEqual([{ one: 1 }])
    await pool.end()
  })

  test('faults carry PostgreSQL’s own code', async () => {
    expect(sqlState(await run(database, 'select 1 / 0', []).catch((error) => error))).toBe('22012')
  })
})

describe('numbering after the commit', () => {
  const sequences = async (tenant: string) =>
    (
      await run<{ sequence: string; text: string }>(
        database,
        'select sequence, text from public.notes where tenant = $1 order by sequence',
        [tenant],
      )
    ).map(({ sequence, text }) => [Number(sequence), text])

  test('a transaction that commits late is numbered late, and nobody waits for it', async () => {
    const written = Promise.withResolvers<void>()
    const mayCommit = Promise.withResolvers<void>()
    const late = database.transaction(async (tx) => {
      await write(tx, 'a', 'early, committed late')
      written.resolve()
      await mayCommit.promise
    })
    await written.promise
    await write(database, 'a', 'committed first')
    expect(await numberRows(database, NOTES, 'a')).toBe(1)
    mayCommit.resolve()
    await late
    expect(await numberRows(database, NOTES, 'a')).toBe(2)
    expect(await sequences('a')).toEqual([
      [1, 'committed first'],
      [2, 'early, committed late'],
    ])
  })

  test('many writers and many numberers leave no gap and number nothing twice', async () => {
    const writer = async (n: number) => {
      for (let i = 0; i < 20; i += 1) await database.transaction(async (tx) => write(tx, 'b', `${n}.${i}`))
    }
    const numberer = async () => {
      for (let i = 0; i < 10; i += 1) await numberRows(database, NOTES, 'b')
    }
    await Promise.all([writer(1), writer(2), writer(3), writer(4), numberer(), numberer()])
    expect(await numberRows(database, NOTES, 'b')).toBe(80)
    expect((await sequences('b')).map(([sequence]) => sequence)).toEqual(Array.from({ length: 80 }, (_, i) => i + 1))
  })

  test('the sweep numbers what others left', async () => {
    await write(database, 'c', 'left by a killed process')
    const faults: unknown[] = []
    const numbering = startNumbering(database, [NOTES], (fault) => faults.push(fault))
    await expect.poll(() => sequences('c'), { timeout: 5_000 }).toEqual([[1, 'left by a killed process']])
    await numbering.stop()
    expect(faults).toEqual([])
  })
})
