import type { Tone } from '@muster/console-kit/status.tsx'
import type { ProvisioningLogView } from '../../../contract/provisioning-log.ts'
import { readAnswer } from '../provisioning/target-answer.ts'

type Action = ProvisioningLogView['provisioningAction']
type Result = ProvisioningLogView['provisioningStatusInfo']['status']
type StepType = ProvisioningLogView['provisioningSteps'][number]['provisioningStepType']

export const ACTIONS: Readonly<Record<Action, string>> = {
  create: 'Create',
  update: 'Update',
  disable: 'Disable',
  delete: 'Delete',
  stagedDelete: 'Staged delete',
  other: 'Other',
}

export const RESULTS: Readonly<Record<Result, { readonly word: string; readonly tone: Tone }>> = {
  failure: { word: 'Failure', tone: 'bad' },
  warning: { word: 'Warning', tone: 'warn' },
  success: { word: 'Success', tone: 'good' },
  skipped: { word: 'Skipped', tone: 'idle' },
}

export const STEPS: Readonly<Record<StepType, string>> = {
  import: 'Import',
  scoping: 'Scoping',
  matching: 'Matching',
  processing: 'Processing',
  referenceResolution: 'Reference resolution',
  export: 'Export',
}

/** Somebody's name, or what there is in its place. */
export const nameOf = ({ displayName, id }: { readonly displayName: string; readonly id: string }): string =>
  displayName || id || 'No name'

/** What the target system said itself, which tells more than any word of ours. */
export const saidBy = ({ additionalDetails }: { readonly additionalDetails: string }): string | undefined =>
  readAnswer(additionalDetails)?.said || undefined
