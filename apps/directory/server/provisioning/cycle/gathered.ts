import type { Tx } from '@muster/service-kit/database.ts'
import type { LogRow } from '../../provisioning-logs/log-row.ts'
import { insertLogRows } from '../../provisioning-logs/repository.ts'
import type { JobKey } from '../job/job.ts'
import { clearEscrows, type Escrow, storeEscrows } from '../memory/escrows.ts'
import { storeLinks } from '../memory/links.ts'
import { confirmReferences, doubtReferences, type References } from '../memory/references-sent.ts'
import type { Link } from '../steps/link.ts'

/**
 * What objects that share a transaction have to remember: gathered as values, and written at its end by one statement
 * for each kind. Whatever an object sends by itself in that transaction comes before, so nothing here may be read back.
 */
export interface Gathered {
  link(link: Link): void
  doubt(references: References): void
  confirm(references: References): void
  /** The object, or its manager, did not fail. */
  settle(attribute: '' | 'manager', sourceId: string): void
  escrow(cycle: number, escrows: readonly Escrow[]): void
  log(row: LogRow): void
  /** Writes all of it. */
  write(tx: Tx, job: JobKey, now: Date): Promise<void>
}

export function openGathered(): Gathered {
  const links: Link[] = []
  const doubted: References[] = []
  const confirmed: References[] = []
  const settled = { '': [] as string[], manager: [] as string[] }
  const escrows = new Map<number, Escrow[]>()
  const rows: LogRow[] = []
  return {
    link: (link) => void links.push(link),
    doubt: (references) => void doubted.push(references),
    confirm: (references) => void confirmed.push(references),
    settle: (attribute, sourceId) => void settled[attribute].push(sourceId),
    escrow: (cycle, failed) => void escrows.set(cycle, [...(escrows.get(cycle) ?? []), ...failed]),
    log: (row) => void rows.push(row),
    write: async (tx, job, now) => {
      await storeLinks(tx, job, now, links)
      await doubtReferences(tx, job, doubted)
      await confirmReferences(tx, job, confirmed)
      await clearEscrows(tx, job, '', settled[''])
      await clearEscrows(tx, job, 'manager', settled.manager)
      for (const [cycle, failed] of escrows) await storeEscrows(tx, job, { cycle, now }, failed)
      await insertLogRows(tx, job.tenantId, rows)
    },
  }
}
