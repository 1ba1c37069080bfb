import type { Tx } from '@muster/service-kit/database.ts'
import type { FastifyRequest } from 'fastify'
import type { DirectoryDeps } from '../deps.ts'
import type { Act } from './act.ts'
import { confirmCaller, type Right, requireRight } from './caller.ts'

/**
 * One write of a Graph request: the right is checked, then `body` runs in one transaction that has read again that the
 * caller is still there.
 *
 * @throws {Refusal} `forbidden`, `unauthorized`, and whatever `body` refuses.
 */
export async function write<T>(
  { database, clock }: Pick<DirectoryDeps, 'database' | 'clock'>,
  request: FastifyRequest,
  right: Right,
  body: (tx: Tx, act: Act) => Promise<T>,
): Promise<T> {
  const { caller } = request
  requireRight(caller, right)
  const act: Act = { tenantId: caller.tenantId, caller, now: clock.now(), requestId: request.id }
  return database.transaction(async (tx) => {
    await confirmCaller(tx, caller, right)
    return body(tx, act)
  })
}
