import { type Configuration, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider'
import { findClient } from '../../applications/repository.ts'
import type { StoreDeps } from '../../deps.ts'
import { findAccount } from './account.ts'
import { openIdAdapter } from './adapter.ts'
import type { SignInKeys } from './keys.ts'
import { askToSignOut, saySignedOut, sayWhatWentWrong } from './pages.ts'
import { OPENID_PATHS } from './paths.ts'

const HOUR = 3_600
const DAY = 24 * HOUR

/** How a tenant's sign-in differs from what the library does by itself. */
export function configure(deps: StoreDeps, tenantId: string, { jwks, cookies }: SignInKeys): Configuration {
  return {
    adapter: openIdAdapter(deps, tenantId),
    jwks: { keys: [...jwks] as NonNullable<Configuration['jwks']>['keys'] },
    routes: OPENID_PATHS,
    // Several tenants live on one host: each one's session stays below its own path.
    cookies: { keys: [...cookies], long: { path: `/${tenantId}`, httpOnly: true, sameSite: 'lax' } },
    findAccount: (_ctx, sub) => findAccount(deps.database, tenantId, sub),
    loadExistingGrant: (ctx) => grantFirstParty(deps, tenantId, ctx),
    pkce: { required: () => true },
    scopes: ['openid', 'profile', 'email', 'offline_access'],
    claims: {
      openid: ['sub', 'oid', 'tid'],
      profile: ['name', 'preferred_username', 'given_name', 'family_name'],
      email: ['email', 'email_verified'],
    },
    // Entra puts the claims of the scopes into the ID token itself.
    conformIdTokenClaims: false,
    responseTypes: ['code'],
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: { enabled: false },
      rpInitiatedLogout: { enabled: true, logoutSource: askToSignOut, postLogoutSuccessSource: saySignedOut },
      userinfo: { enabled: true },
    },
    interactions: {
      url: (_ctx, interaction) => `${deps.publicUrl}/${tenantId}/login/${interaction.uid}`,
      policy: signInPolicy(),
    },
    ttl: {
      AccessToken: HOUR,
      AuthorizationCode: 60,
      IdToken: HOUR,
      Interaction: HOUR,
      Grant: 14 * DAY,
      RefreshToken: 14 * DAY,
      Session: 12 * HOUR,
    },
    renderError: sayWhatWentWrong,
  }
}

/** The library's own rules, and one of ours: a session whose person is gone by now must sign in anew. */
function signInPolicy() {
  const { Check, base } = interactionPolicy
  const policy = base()
  policy
    .get('login')
    ?.checks.add(
      new Check('account_gone', 'End-User authentication is required', 'login_required', (ctx) =>
        ctx.oidc.session?.accountId !== undefined && ctx.oidc.account === undefined
          ? Check.REQUEST_PROMPT
          : Check.NO_NEED_TO_PROMPT,
      ),
    )
  return policy
}

/** Muster's own portal is granted what it asks for; nobody is asked for consent. Others have no grant of their own. */
async function grantFirstParty({ database }: StoreDeps, tenantId: string, ctx: KoaContextWithOIDC) {
  const { provider, client, account, params } = ctx.oidc
  if (!client || !account) return undefined
  const application = await findClient(database, tenantId, client.clientId)
  if (!application?.isFirstParty) return undefined
  const grant = new provider.Grant({ clientId: client.clientId, accountId: account.accountId })
  grant.addOIDCScope(typeof params?.scope === 'string' ? params.scope : 'openid')
  await grant.save()
  return grant
}
