import { countRequests } from '@muster/service-kit/limits/count-requests.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import Provider, { errors } from 'oidc-provider'
import type { SignInDeps } from '../../deps.ts'

/**
 * Lets each client through the token endpoint as often as the limit says. All of ours have a secret, so every grant comes
 * by where it is compared; counted is who showed the right one, so that nobody uses up the share of another by its name.
 * One count for all providers of the node.
 */
export function tokenLimit({ limits, clock }: Pick<SignInDeps, 'limits' | 'clock'>) {
  const count = countRequests(limits.token, clock)
  return (provider: Provider, tenantId: string): void => {
    const { prototype } = provider.Client
    const { compareClientSecret } = prototype
    prototype.compareClientSecret = async function (actual) {
      const isRight = await compareClientSecret.call(this, actual)
      if (isRight) refuseIfTooMany(() => count(`${tenantId} ${this.clientId}`))
      return isRight
    }
  }
}

/** 429 (RFC 6585 §4) with the word that RFC 6749 §4.1.2.1 has for a server that can't keep up. */
function refuseIfTooMany(counted: () => void): void {
  try {
    counted()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    Provider.ctx?.set('retry-after', String(error.details?.retryAfter ?? 1))
    throw Object.assign(new errors.OIDCProviderError(error.status, 'temporarily_unavailable'), {
      error_description: error.message,
    })
  }
}
