import type { Transport } from '@muster/scim'
import type { Clock } from '@muster/service-kit/clock.ts'
import type { Database } from '@muster/service-kit/database.ts'
import type { SecretBox } from '@muster/service-kit/secrets.ts'
import type { DirectoryLimits } from './limits/limits.ts'

/** What every room of the directory is given from outside. */
export interface DirectoryDeps {
  readonly database: Database
  readonly clock: Clock
  readonly secrets: SecretBox
  /** Where browsers and clients reach the directory, without a slash at the end. */
  readonly publicUrl: string
  /** How requests reach target systems. */
  readonly transport: Transport
  /** Tells the worker of this process to look for due jobs now. */
  readonly wake: () => void
}

/** What the rooms need that only store: no network, no worker. */
export type StoreDeps = Pick<DirectoryDeps, 'database' | 'clock' | 'secrets' | 'publicUrl'>

/** What signing in needs besides. */
export type SignInDeps = StoreDeps & { readonly limits: DirectoryLimits }
