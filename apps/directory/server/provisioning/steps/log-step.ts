import type { SourceAttributes } from '../expression/evaluate.ts'
import type { SkipReason } from './decide.ts'
import type { Failure } from './failure.ts'
import type { Link } from './link.ts'
import type { Scoping } from './scoping.ts'
import type { SourceObject } from './source-object.ts'

/** One step of a provisioning log row, in Graph's words (`provisioningStep`). */
export interface ProvisioningStep {
  readonly name: string
  readonly provisioningStepType: 'import' | 'scoping' | 'matching' | 'processing' | 'referenceResolution' | 'export'
  readonly status: 'success' | 'warning' | 'failure' | 'skipped'
  readonly description: string
  readonly details: Readonly<Record<string, string>>
}

export type ProvisioningAction = 'create' | 'update' | 'delete' | 'disable' | 'other'
export type ProvisioningStatus = 'success' | 'failure' | 'skipped' | 'warning'

/** What one attribute of the target held and holds now. */
export interface ModifiedProperty {
  readonly displayName: string
  readonly oldValue: string | null
  readonly newValue: string | null
}

const noun = (type: string) => type.toLowerCase()

export function importStep(
  type: string,
  id: string,
  object: SourceObject | undefined,
  link: Link | undefined,
  attributes: SourceAttributes,
): ProvisioningStep {
  const kind = object === undefined || object.isDeleted ? 'Delete' : link?.targetId === undefined ? 'Add' : 'Update'
  const details = Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) =>
      value === null ? [] : [[name, typeof value === 'string' ? value : value.join(', ')]],
    ),
  )
  return {
    name: `EntryImport${kind}`,
    provisioningStepType: 'import',
    status: 'success',
    description: `Received ${type} '${object?.displayName ?? link?.displayName ?? id}' change of type (${kind}) from the directory`,
    details,
  }
}

export function scopingStep(type: string, scoping: Scoping): ProvisioningStep {
  const passed = scoping.isInScope && scoping.isActiveInSource
  return {
    name: 'EntrySynchronizationScoping',
    provisioningStepType: 'scoping',
    status: 'success',
    description: passed
      ? `Determined that the ${noun(type)} is in scope and active`
      : `Determined that the ${noun(type)} ${scoping.isInScope ? 'is not active in the source system' : 'is not in scope'}`,
    details: scoping.details,
  }
}

export function matchingStep(type: string, asked: readonly string[], found: string | undefined): ProvisioningStep {
  return {
    name: 'EntryMatching',
    provisioningStepType: 'matching',
    status: 'success',
    description: found
      ? `Found the matching ${noun(type)} '${found}' in the target system`
      : `No matching ${noun(type)} was found in the target system`,
    details: { Filter: asked.join('; '), ...(found ? { TargetId: found } : {}) },
  }
}

/** The engine's verdict on the object, before anything is exported. */
export function processingStep(type: string, verb: 'Add' | 'Update' | 'Delete' | 'Disable'): ProvisioningStep {
  const does = { Add: 'created', Update: 'updated', Delete: 'deleted', Disable: 'disabled' }[verb]
  return {
    name: `EntrySynchronization${verb === 'Disable' ? 'Update' : verb}`,
    provisioningStepType: 'processing',
    status: 'success',
    description: `The ${noun(type)} will be ${does} in the target system`,
    details: {},
  }
}

const SKIPPED: Readonly<Record<SkipReason, string>> = {
  NotEffectivelyEntitled:
    'It is not active in the source system, or not assigned, and has no account in the target system: none is created.',
  RedundantExport: 'The target system already holds every mapped value, so nothing was sent.',
  SkipOutOfScopeDeletions: 'It left the scope, and SkipOutOfScopeDeletions keeps it as it is in the target system.',
  ImportSkipped: 'The attribute used for matching has no value in the source system.',
}

export const skipSentence = (reason: SkipReason): string => SKIPPED[reason]

export function skipStep(reason: SkipReason): ProvisioningStep {
  return {
    name: 'EntrySynchronizationSkip',
    provisioningStepType: 'processing',
    status: 'skipped',
    description: SKIPPED[reason],
    details: { SkipReason: reason },
  }
}

export function exportStep(
  type: string,
  verb: 'Add' | 'Update' | 'Delete',
  targetId: string,
  details: Readonly<Record<string, string>> = {},
): ProvisioningStep {
  const done = { Add: 'created', Update: 'updated', Delete: 'deleted' }[verb]
  return {
    name: `EntryExport${verb}`,
    provisioningStepType: 'export',
    status: 'success',
    description: `${type} '${targetId}' was ${done} in the target system`,
    details: { TargetId: targetId, ...details },
  }
}

export function failureStep(
  type: string,
  step: 'matching' | 'processing' | 'referenceResolution' | 'export',
  name: string,
  failure: Failure,
): ProvisioningStep {
  return {
    name,
    provisioningStepType: step,
    status: 'failure',
    description: `${type}: ${failure.reason}`,
    details: { ErrorCode: failure.errorCode, ErrorDetails: failure.additionalDetails },
  }
}
