import { type Database, type Executor, run } from './database.ts'

/**
 * A table whose rows are numbered after they are committed (`sequence`, gap-free from 1 per tenant). Its identity column
 * `id` says the order in which rows were written, which is not the order in which they were committed; readers that must
 * never miss a late commit read numbered rows only.
 *
 * The rooms that own such tables name them here as constants: these names become part of the statements.
 */
export interface NumberedTable {
  readonly schema: string
  readonly table: string
  /** `workspace_id` or `tenant_id`. */
  readonly tenantColumn: string
}

/** Rows numbered in one transaction: few enough to hold the tenant's counter for a moment only. */
const BATCH = 2_000

/**
 * Numbers what `tenant` has committed so far and answers the last number. It locks the tenant's counter first and reads
 * what has no number in a *new* statement, which sees all that was committed until then; a transaction that commits
 * later is numbered later, and nobody waits for it.
 */
export async function numberRows<Tables>(
  database: Database<Tables>,
  { schema, table, tenantColumn }: NumberedTable,
  tenant: string,
): Promise<number> {
  const counter = `${schema}.sequences`
  for (;;) {
    const { last, numbered } = await database.transaction(async (tx) => {
      await run(tx, `insert into ${counter} (${tenantColumn}, feed, last) values ($1, $2, 0) on conflict do nothing`, [
        tenant,
        table,
      ])
      const held = await run<{ last: string }>(
        tx,
        `select last from ${counter} where ${tenantColumn} = $1 and feed = $2 for update`,
        [tenant, table],
      )
      const before = Number(held[0]?.last ?? 0)
      const rows = await run<{ id: string }>(
        tx,
        `update ${schema}.${table} t set sequence = $2 + u.place
         from (select id, row_number() over (order by id) as place from ${schema}.${table}
               where ${tenantColumn} = $1 and sequence is null order by id limit ${BATCH}) u
         where t.${tenantColumn} = $1 and t.id = u.id returning t.id`,
        [tenant, before],
      )
      if (rows.length > 0)
        await run(tx, `update ${counter} set last = $3 where ${tenantColumn} = $1 and feed = $2`, [
          tenant,
          table,
          before + rows.length,
        ])
      return { last: before + rows.length, numbered: rows.length }
    })
    if (numbered < BATCH) return last
  }
}

/** Tenants with rows that have no number yet: another node's, or those a killed process left. */
export async function tenantsToNumber<Tables>(
  database: Database<Tables>,
  { schema, table, tenantColumn }: NumberedTable,
): Promise<string[]> {
  const rows = await run<{ tenant: string }>(
    database,
    `select distinct ${tenantColumn} as tenant from ${schema}.${table} where sequence is null limit 1000`,
    [],
  )
  return rows.map((row) => row.tenant)
}

/** Seconds that the oldest row without a number has waited for one; 0 when every row has its. */
export async function numberingLag(on: Executor, { schema, table }: NumberedTable, now: Date): Promise<number> {
  const sql = `select min(time) as oldest from ${schema}.${table} where sequence is null`
  const [row] = await run<{ oldest: Date | null }>(on, sql, [])
  return row?.oldest ? Math.max(0, (now.getTime() - row.oldest.getTime()) / 1000) : 0
}

/** How often each node looks for what others left unnumbered. */
const SWEEP_MS = 500

/** Keeps `tables` numbered in the background until `stop` has ended. */
export function startNumbering<Tables>(
  database: Database<Tables>,
  tables: readonly NumberedTable[],
  onFault: (error: unknown) => void,
) {
  let running = Promise.resolve()
  const sweep = async () => {
    for (const table of tables)
      for (const tenant of await tenantsToNumber(database, table)) await numberRows(database, table, tenant)
  }
  const turn = () => {
    running = running.then(sweep).catch(onFault)
  }
  const timer = setInterval(turn, SWEEP_MS)
  return {
    async stop(): Promise<void> {
      clearInterval(timer)
      await running
    },
  }
}
