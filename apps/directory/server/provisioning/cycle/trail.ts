import { randomUUID } from 'node:crypto'
import { ENTERPRISE_USER_URN, GROUP_URN } from '@muster/scim'
import { newId } from '@muster/service-kit/ids.ts'
import type { Failure } from '../steps/failure.ts'
import type { ModifiedProperty, ProvisioningAction, ProvisioningStatus, ProvisioningStep } from '../steps/log-step.ts'
import type { ObjectType } from '../steps/mapping.ts'
import type { CycleContext } from './context.ts'
import type { Gathered } from './gathered.ts'

/** Whom a log row is about, by the names that administrators look for. */
export interface Subject {
  readonly type: ObjectType
  readonly id: string
  readonly displayName: string
  readonly userPrincipalName?: string
}

/** What is known of the other end. */
export interface TargetEnd {
  readonly id: string | undefined
  readonly displayName: string
}

export interface Outcome {
  readonly action: ProvisioningAction
  readonly status: ProvisioningStatus
  readonly target: TargetEnd
  readonly failure?: Failure
  readonly reason?: string
  readonly modifiedProperties?: readonly ModifiedProperty[]
}

/** The steps of one object through the cycle, gathered until they become a log row. */
export interface Trail {
  step(step: ProvisioningStep): void
  /** Writes the row, in the transaction that remembers what it tells of. */
  write(gathered: Gathered, outcome: Outcome): void
}

export function openTrail(context: CycleContext, subject: Subject): Trail {
  const { clock } = context.deps
  const began = clock.now()
  const steps: ProvisioningStep[] = []
  return {
    step: (step) => void steps.push(step),
    write: (gathered, outcome) => {
      const now = clock.now()
      const { failure, reason, target } = outcome
      gathered.log({
        id: newId(now),
        time: now,
        jobId: context.job.jobId,
        servicePrincipalId: context.servicePrincipal.id,
        cycleId: context.cycle.id,
        changeId: randomUUID(),
        action: outcome.action,
        status: outcome.status,
        durationMs: Math.max(0, now.getTime() - began.getTime()),
        source: {
          id: subject.id,
          displayName: subject.displayName,
          identityType: subject.type,
          details: {
            odatatype: subject.type,
            DisplayName: subject.displayName,
            ...(subject.userPrincipalName === undefined ? {} : { UserPrincipalName: subject.userPrincipalName }),
          },
        },
        target: {
          id: target.id ?? '',
          displayName: target.displayName,
          identityType: subject.type === 'User' ? ENTERPRISE_USER_URN : GROUP_URN,
          details: {},
        },
        error: failure
          ? {
              errorCode: failure.errorCode,
              reason: failure.reason,
              additionalDetails: failure.additionalDetails,
              errorCategory: failure.errorCategory,
              recommendedAction: failure.recommendedAction,
            }
          : reason === undefined
            ? null
            : skipped(reason),
        steps: [...steps],
        modifiedProperties: outcome.modifiedProperties ?? [],
      })
      context.deps.tally?.exported(outcome.action, outcome.status)
    },
  }
}

/** A skipped row says why in the same place as a failed one. */
const skipped = (reason: string) => ({
  errorCode: 'EntrySynchronizationSkipped',
  reason,
  additionalDetails: '',
  errorCategory: 'nonServiceFailure' as const,
  recommendedAction: 'None is needed.',
})
