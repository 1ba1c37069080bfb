import type { Transport } from '@muster/scim'
import type { Clock } from '@muster/service-kit/clock.ts'
import type { Database } from '@muster/service-kit/database.ts'
import type { SecretBox } from '@muster/service-kit/secrets.ts'
import type { Cycle } from './cycle/cycle.ts'
import type { QuarantineThresholds } from './quarantine.ts'
import type { ProvisioningAction, ProvisioningStatus } from './steps/log-step.ts'

/** Is told of what happens, for figures; what is rolled back afterwards was told too. */
export interface ProvisioningTally {
  cycleEnded(result: Cycle['state']): void
  exported(action: ProvisioningAction, result: ProvisioningStatus): void
}

/** What provisioning is given from outside. */
export interface ProvisioningDeps {
  readonly database: Database
  readonly clock: Clock
  readonly secrets: SecretBox
  /** How requests reach target systems. */
  readonly transport: Transport
  /** Waits, or throws the signal's reason. Default: real time. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>
  readonly tally?: ProvisioningTally
  /** How many failures hold a job back. Default: Entra's. */
  readonly quarantineThresholds?: QuarantineThresholds
}

/** How jobs are watched by pages. */
export interface JobEventOptions {
  /** Time between two looks, in milliseconds. What changed, and what ended, is told within twice that. Default: 500. */
  readonly pollMs?: number
  /** Longest time without a word, in milliseconds. Default: 15 s. */
  readonly keepAliveMs?: number
  /** Most streams of one node at once. Default: 200. */
  readonly most?: number
}

/** What its routes need besides. */
export interface ProvisioningRouteDeps extends ProvisioningDeps {
  /** Tells the worker of this process to look for due jobs now. */
  readonly wake: () => void
  /** Where Graph is reached, for `@odata.context`. */
  readonly publicUrl: string
  /** Seconds between the cycles of a job that is made here. */
  readonly cycleIntervalSeconds?: number
  readonly jobEvents?: JobEventOptions
}
