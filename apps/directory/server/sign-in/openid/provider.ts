import Provider from 'oidc-provider'
import type { SignInDeps, StoreDeps } from '../../deps.ts'
import { issuerOf } from '../../tenants/create-tenant.ts'
import { findTenant } from '../../tenants/repository.ts'
import { configure } from './configuration.ts'
import { clientCredentialsGrant } from './graph-token.ts'
import { loadSignInKeys, type SignInKeys } from './keys.ts'
import { tokenLimit } from './limit-tokens.ts'

/** How long a node goes by the keys it has read. A new one is published a day before it is used. */
const RELOAD_MS = 300_000

interface Built {
  readonly provider: Provider
  /** Which keys it has. */
  readonly version: string
}

/**
 * The OpenID provider of each tenant, built when it is first asked for and again when its keys are others. What it knows
 * of anybody is in the database, so one takes over from another in the middle of a sign-in.
 */
export function openIdProviders(
  deps: SignInDeps,
  onFault: (error: unknown) => void,
): (tenantId: string) => Promise<Provider | undefined> {
  const limitTokens = tokenLimit(deps)
  const known = new Map<string, { readonly since: number; readonly built: Promise<Built | undefined> }>()

  const renew = async (tenantId: string, before: Built | undefined): Promise<Built | undefined> => {
    if (!before && !(await findTenant(deps.database, tenantId))) return undefined
    const keys = await loadSignInKeys(deps, tenantId)
    if (before?.version === keys.version) return before
    const provider = build(deps, tenantId, keys, onFault)
    limitTokens(provider, tenantId)
    return { provider, version: keys.version }
  }

  return async (tenantId) => {
    const now = deps.clock.now().getTime()
    const last = known.get(tenantId)
    if (last && now >= last.since && now < last.since + RELOAD_MS) return (await last.built)?.provider
    const built = (last?.built ?? Promise.resolve(undefined)).then((before) => renew(tenantId, before))
    known.set(tenantId, { since: now, built })
    // Neither an unknown tenant nor a failure is remembered.
    const forget = () => known.delete(tenantId)
    built.then((found) => found ?? forget(), forget)
    return (await built)?.provider
  }
}

function build(deps: StoreDeps, tenantId: string, keys: SignInKeys, onFault: (error: unknown) => void): Provider {
  const provider = new Provider(issuerOf(deps.publicUrl, tenantId), configure(deps, tenantId, keys))
  // `mount.ts` puts our own address into the headers this believes, whatever a client or a proxy sent.
  provider.proxy = true
  provider.registerGrantType('client_credentials', clientCredentialsGrant(deps, tenantId), ['scope'])
  provider.on('server_error', (_ctx, error) => onFault(error))
  return provider
}
