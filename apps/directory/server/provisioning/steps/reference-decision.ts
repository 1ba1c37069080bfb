/** What one member of a group needs. `sent` says what we told the target before, if anything. */
export function decideOnMember({
  isWanted,
  sent,
  sendsAgain,
}: {
  readonly isWanted: boolean
  /** `unconfirmed`: a request was under way and its answer was never recorded. */
  readonly sent: 'no' | 'unconfirmed' | 'confirmed'
  /** A cycle without watermark sends what is wanted again: members are never read back. */
  readonly sendsAgain: boolean
}): 'Add' | 'Remove' | 'nothing' {
  if (isWanted) return sent === 'confirmed' && !sendsAgain ? 'nothing' : 'Add'
  return sent === 'no' ? 'nothing' : 'Remove'
}

export type ManagerDecision =
  | { readonly op: 'Add' | 'Replace'; readonly targetId: string }
  | { readonly op: 'Remove' }
  /** The target was read in this cycle and holds it already: only our own memory is to be mended. */
  | { readonly op: 'remember'; readonly targetId: string }
  | { readonly op: 'nothing' }

/** What the one manager of a user needs. */
export function decideOnManager({
  wanted,
  sent,
  seen,
  sendsAgain,
}: {
  /** Target id of the manager, when there is one and they have a link. */
  readonly wanted: string | undefined
  readonly sent: readonly { readonly targetId: string; readonly isConfirmed: boolean }[]
  /** What the target answered in this cycle: null for nobody, undefined when it was not read. */
  readonly seen: string | null | undefined
  readonly sendsAgain: boolean
}): ManagerDecision {
  const [only] = sent
  const isSettled = sent.length === 1 && only?.isConfirmed === true && only.targetId === wanted
  if (wanted === undefined) return sent.length === 0 ? { op: 'nothing' } : { op: 'Remove' }
  if (seen === wanted && sent.every(({ isConfirmed, targetId }) => isConfirmed && targetId === wanted))
    return isSettled ? { op: 'nothing' } : { op: 'remember', targetId: wanted }
  if (isSettled && !sendsAgain && seen === undefined) return { op: 'nothing' }
  const holdsSomeone = seen === undefined ? sent.length > 0 : seen !== null
  return { op: holdsSomeone ? 'Replace' : 'Add', targetId: wanted }
}
