import { Refusal } from '@muster/service-kit/refusals.ts'

/** What a restart forgets. */
export interface ResetScope {
  /** How far the directory's changes were read: the next cycle is an initial one. */
  readonly watermark: boolean
  /** What failed and waits for another try. */
  readonly escrows: boolean
  readonly quarantine: boolean
  /** Which object is which account: everything is matched anew. */
  readonly links: boolean
}

const PORTAL: ResetScope = { watermark: true, escrows: true, quarantine: true, links: false }
const NOTHING: ResetScope = { watermark: false, escrows: false, quarantine: false, links: false }

const WORDS = new Map<string, Partial<ResetScope>>([
  ['None', {}],
  ['Watermark', { watermark: true }],
  ['Escrows', { escrows: true }],
  ['QuarantineState', { quarantine: true }],
  // Without links nothing can be told from the changes alone.
  ['ConnectorDataStore', { links: true, watermark: true }],
  ['Full', { watermark: true, escrows: true, quarantine: true, links: true }],
  // Lets go what the guard against accidental deletions holds back, which is nothing.
  ['ForceDeletes', {}],
])

/**
 * Reads Graph's `resetScope` (synchronizationJobRestartCriteria): words with commas between. None at all is what the
 * portal's button sends.
 *
 * @throws {Refusal} `invalid`, naming a word that isn't one.
 */
export function readResetScope(text: string | null | undefined): ResetScope {
  if (!text?.trim()) return PORTAL
  const scope = { ...NOTHING }
  for (const word of text.split(',').map((part) => part.trim())) {
    const adds = WORDS.get(word)
    if (!adds)
      throw new Refusal(
        'invalid',
        `"${word.slice(0, 40)}" is no resetScope. Known are ${[...WORDS.keys()].join(', ')}.`,
      )
    Object.assign(scope, adds)
  }
  return scope
}
