import type { Tx } from '@muster/service-kit/database.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { Deed } from '../audit/deed.ts'
import { recordAudit } from '../audit/record.ts'
import { TOLERANCE_LIST } from '../scim/tolerance-names.ts'
import { lockTolerances, type ToleranceSettings, updateTolerances } from './repository.ts'

export interface ToleranceChange {
  readonly strict?: boolean | undefined
  readonly quirks?: readonly { readonly name: string; readonly enabled: boolean }[] | undefined
}

/**
 * Turns the switches that are named; the others stay. Strict leaves them as they are, for the day it is off again.
 *
 * @throws {Refusal} `invalid` for a name that no tolerance has.
 */
export async function changeTolerances(
  tx: Tx,
  { actor, origin, now }: Deed,
  { strict, quirks = [] }: ToleranceChange,
): Promise<void> {
  const known = new Set(TOLERANCE_LIST.map(({ name }) => name))
  const stranger = quirks.find(({ name }) => !known.has(name))
  if (stranger) throw new Refusal('invalid', `quirks: there is no tolerance ${stranger.name}.`)
  const before = await lockTolerances(tx, actor.workspaceId)
  const off = new Set(before.switchedOff)
  for (const { name, enabled } of quirks) enabled ? off.delete(name) : off.add(name)
  const after: ToleranceSettings = { strict: strict ?? before.strict, switchedOff: [...off].sort() }
  if (JSON.stringify(after) === JSON.stringify(before)) return
  await updateTolerances(tx, actor.workspaceId, after)
  await recordAudit(tx, actor, origin, now, {
    action: 'UPDATE',
    objectType: 'SCIM_SETTINGS',
    objectIdentifier: 'SCIM tolerances',
    details: { before, after },
  })
}
