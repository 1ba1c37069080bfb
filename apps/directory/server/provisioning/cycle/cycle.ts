/** What happened in a cycle, in Graph's words (synchronizationTaskExecution) without their `count`. */
export interface Counts {
  /** Source objects looked at, and changes of references. */
  imported: number
  importedReferences: number
  /** Objects found in scope. */
  entitled: number
  /** Requests that should change the target, and those that did. */
  exports: number
  exported: number
  /** Objects and references put aside for a later try. */
  escrowed: number
}

export const noCounts = (): Counts => ({
  imported: 0,
  importedReferences: 0,
  entitled: 0,
  exports: 0,
  exported: 0,
  escrowed: 0,
})

/** How far a running cycle is, in objects. */
export interface Progress {
  readonly done?: number
  readonly total?: number
  /** ISO 8601. */
  readonly observedAt?: string
}

export interface CycleError {
  readonly code: string
  readonly message: string
}

/** One run over everything (initial) or over what changed (incremental). */
export interface Cycle {
  readonly number: number
  /** Graph's activityIdentifier; the `cycleId` of log rows. */
  readonly id: string
  readonly kind: 'Initial' | 'Incremental'
  readonly state: 'Running' | 'Succeeded' | 'Failed' | 'EntryLevelErrors'
  /** The job's `resets` when the cycle began: another figure now means that a restart came since. */
  readonly resets: number
  readonly watermarkBefore: number | undefined
  /** Every change up to this number was committed before the cycle began to read objects. */
  readonly watermarkAfter: number
  readonly counts: Partial<Counts>
  readonly progress: Progress
  readonly error: CycleError | undefined
  readonly beganAt: Date
  readonly endedAt: Date | undefined
}
