import type { Failure } from '../provisioning/steps/failure.ts'
import type {
  ModifiedProperty,
  ProvisioningAction,
  ProvisioningStatus,
  ProvisioningStep,
} from '../provisioning/steps/log-step.ts'

/** One end of what was provisioned (Graph's provisionedIdentity). */
export interface Identity {
  readonly id: string
  readonly displayName: string
  readonly identityType: string
  readonly details: Readonly<Record<string, string>>
}

/** Graph's statusInfo of a row that isn't a plain success. */
export type ErrorInformation = Omit<Failure, 'isRefusal'>

/** What became of one object in one cycle. */
export interface LogRow {
  readonly id: string
  readonly time: Date
  readonly jobId: string
  readonly servicePrincipalId: string
  readonly cycleId: string
  readonly changeId: string
  readonly action: ProvisioningAction
  readonly status: ProvisioningStatus
  readonly durationMs: number
  readonly source: Identity
  readonly target: Identity
  readonly error: ErrorInformation | null
  readonly steps: readonly ProvisioningStep[]
  readonly modifiedProperties: readonly ModifiedProperty[]
}
