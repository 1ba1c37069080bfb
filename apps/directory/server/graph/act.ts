import type { Tx } from '@muster/service-kit/database.ts'
import { type NewDirectoryAudit, recordDirectoryAudit } from '../audit/record.ts'
import type { Caller } from './caller.ts'

/** One write, as every verb is told of it: whose tenant, who asks, when. */
export interface Act {
  readonly tenantId: string
  readonly caller: Caller
  readonly now: Date
  readonly requestId?: string
}

type Told = Omit<NewDirectoryAudit, 'initiatedBy' | 'requestId'>

/** Puts the act into the tenant's audit log, in the transaction that does it. */
export async function auditAct(tx: Tx, act: Act, told: Told): Promise<void> {
  await recordDirectoryAudit(tx, act.tenantId, act.now, {
    ...told,
    initiatedBy: act.caller,
    ...(act.requestId === undefined ? {} : { requestId: act.requestId }),
  })
}
