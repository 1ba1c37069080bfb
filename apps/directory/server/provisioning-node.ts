import { randomUUID } from 'node:crypto'
import type { Clock } from '@muster/service-kit/clock.ts'
import type { Database } from '@muster/service-kit/database.ts'
import { startNumbering } from '@muster/service-kit/numbering.ts'
import type { OutboundRules } from '@muster/service-kit/outbound.ts'
import type { SecretBox } from '@muster/service-kit/secrets.ts'
import { AUDIT_ENTRIES } from './audit/record.ts'
import { CHANGES } from './changes/feed.ts'
import { openTransport } from './provisioning/target/transport.ts'
import { startWorker, type WorkerLogger } from './provisioning/worker.ts'

/** A node that only provisions: no HTTP. Several may work on one migrated database, beside directories or alone. */
export function startProvisioning(options: {
  readonly database: Database
  readonly clock: Clock
  readonly secrets: SecretBox
  /** Where requests to target systems may go. */
  readonly outbound: OutboundRules
  readonly logger: WorkerLogger
}): { stop(): Promise<void> } {
  const { database, clock, secrets, outbound, logger } = options
  const { transport, close } = openTransport(outbound)
  const worker = startWorker({ database, clock, secrets, transport, holder: randomUUID(), logger })
  const numbering = startNumbering(database, [CHANGES, AUDIT_ENTRIES], (error) =>
    logger.error({ err: error }, 'Work in the background failed'),
  )
  return {
    stop: async () => {
      await Promise.all([worker.stop(), numbering.stop()])
      await close()
    },
  }
}
