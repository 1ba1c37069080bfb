import type { Tx } from '@muster/service-kit/database.ts'
import type { SecretBox } from '@muster/service-kit/secrets.ts'
import { clearWatermark } from './control.ts'
import { jobsOf } from './repository.ts'
import { isTrue, MASK, mergeSecrets, readSecrets, type Secrets } from './secrets.ts'

/**
 * Merges secrets into a service principal's. Another scope or another target means that everything has to be looked at
 * again: its jobs lose their watermark.
 */
export async function changeSecrets(
  tx: Tx,
  box: SecretBox,
  { tenantId, servicePrincipalId }: { readonly tenantId: string; readonly servicePrincipalId: string },
  given: Secrets,
): Promise<void> {
  const before = await readSecrets(tx, box, tenantId, servicePrincipalId)
  await mergeSecrets(tx, box, tenantId, servicePrincipalId, given)
  const after = await readSecrets(tx, box, tenantId, servicePrincipalId)
  const isSameScope = isTrue(before.SyncAll) === isTrue(after.SyncAll)
  if (isSameScope && before.BaseAddress === after.BaseAddress) return
  for (const job of await jobsOf(tx, tenantId, servicePrincipalId)) await clearWatermark(tx, job)
}

/** Secrets as they may be shown: the token is never told again. */
export function maskSecrets(secrets: Secrets): { key: string; value: string }[] {
  return Object.entries(secrets).map(([key, value]) => ({ key, value: key === 'SecretToken' ? MASK : value }))
}
