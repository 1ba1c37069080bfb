import type { Clock } from '@muster/service-kit/clock.ts'
import type { Database } from '@muster/service-kit/database.ts'
import type { SecretBox } from '@muster/service-kit/secrets.ts'
import type { PortalLimits } from './limits/limits.ts'

/** A request to someone else's server: the OpenID provider. Follows no redirect, so that no secret is carried along. */
export type OutgoingFetch = (url: string, init: RequestInit) => Promise<Response>

/** What every room of the portal is handed: nothing below reads the clock, the environment or the network by itself. */
export interface PortalDeps {
  readonly database: Database
  readonly clock: Clock
  readonly secrets: SecretBox
  /** Where browsers and clients reach this portal, without a slash at the end. */
  readonly publicUrl: string
  readonly fetch: OutgoingFetch
  readonly limits: PortalLimits
  /** Most rows of a workspace that a SCIM filter may look at without an index. */
  readonly filterLimit: number
}
