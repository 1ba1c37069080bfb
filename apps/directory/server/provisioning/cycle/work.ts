import { createHash } from 'node:crypto'
import type { SourceAttributes } from '../expression/evaluate.ts'
import type { Link } from '../steps/link.ts'
import {
  type CompiledMapping,
  canonicalText,
  type MappedValue,
  mapAttributes,
  type ObjectType,
} from '../steps/mapping.ts'
import { evaluateScope, type Scoping } from '../steps/scoping.ts'
import { type SourceObject, sourceAttributes } from '../steps/source-object.ts'
import type { CycleContext } from './context.ts'
import { openTrail, type Subject, type Trail } from './trail.ts'

/** One object as a batch brings it: what the directory says, and what we remember. */
export interface WorkItem {
  readonly type: ObjectType
  readonly id: string
  /** Undefined when it was purged. */
  readonly object: SourceObject | undefined
  readonly link: Link | undefined
  readonly isAssigned: boolean
  /** It failed before. */
  readonly isEscrowed: boolean
}

/** One object on its way through the steps. */
export interface Work {
  readonly context: CycleContext
  readonly item: WorkItem
  readonly mapping: CompiledMapping
  readonly scoping: Scoping
  readonly attributes: SourceAttributes
  readonly subject: Subject
  readonly trail: Trail
}

export function openWork(context: CycleContext, item: WorkItem, mapping: CompiledMapping): Work {
  const { object, link } = item
  const scoping = evaluateScope(object, { isAssigned: item.isAssigned, syncAll: context.syncAll })
  const subject: Subject = {
    type: item.type,
    id: item.id,
    displayName: object?.displayName ?? link?.displayName ?? '',
    ...(object?.type === 'User' ? { userPrincipalName: object.userPrincipalName } : {}),
  }
  return {
    context,
    item,
    mapping,
    scoping,
    attributes: object ? sourceAttributes(object, scoping.isSoftDeleted) : {},
    subject,
    trail: openTrail(context, subject),
  }
}

/** What the target should hold: of someone who left, only that. @throws {ExpressionError} */
export function wantedValues({ mapping, scoping, attributes }: Work): readonly MappedValue[] {
  return mapAttributes(mapping, attributes, scoping.isSoftDeleted ? 'leave' : 'update')
}

/** Tells mapped values apart from those exported last. */
export const digestOf = (mapped: readonly MappedValue[]): string =>
  createHash('sha256').update(canonicalText(mapped)).digest('base64url')
