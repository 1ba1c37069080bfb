import type { ObjectType } from './mapping.ts'

/** What is remembered of one source object in the target system. */
export interface Link {
  readonly sourceType: ObjectType
  readonly sourceId: string
  /** Undefined while it is an intent: a create with `matchValue` may have been sent, its answer is not known. */
  readonly targetId: string | undefined
  readonly matchAttribute: string
  readonly matchValue: string
  readonly displayName: string
  /** Whether the object was in scope when it was last looked at: only then does a hard delete travel on. */
  readonly isManaged: boolean
  /** Of the mapped values last exported; undefined: not known, the target is to be read. */
  readonly digest: string | undefined
  /** Cycle numbers: when the target was linked or came back, and when it was last brought up to date. */
  readonly linkedCycle: number
  readonly seenCycle: number
}
