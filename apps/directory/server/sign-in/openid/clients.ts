import type { Executor } from '@muster/service-kit/database.ts'
import type { SecretBox } from '@muster/service-kit/secrets.ts'
import type { AdapterPayload } from 'oidc-provider'
import { findClientSecret } from '../../applications/passwords.ts'
import { findClient } from '../../applications/repository.ts'

/** An application as a client of the sign-in protocol (RFC 7591 §2 names); undefined when nothing has that client id. */
export async function findClientMetadata(
  on: Executor,
  secrets: SecretBox,
  tenantId: string,
  clientId: string,
  now: Date,
): Promise<AdapterPayload | undefined> {
  const application = await findClient(on, tenantId, clientId)
  const secret = application && (await findClientSecret(on, secrets, application, now))
  if (!application || secret === undefined) return undefined
  const signsPeopleIn = application.redirectUris.length > 0
  return {
    client_id: application.appId,
    client_secret: secret,
    client_name: application.displayName,
    redirect_uris: [...application.redirectUris],
    response_types: signsPeopleIn ? ['code'] : [],
    grant_types: ['client_credentials', ...(signsPeopleIn ? ['authorization_code', 'refresh_token'] : [])],
    // HTTP Basic and the form field alike are taken for it.
    token_endpoint_auth_method: 'client_secret_basic',
    // Where a logout may lead: the places that a sign-in leads to.
    post_logout_redirect_uris: [...new Set(application.redirectUris.map((uri) => `${new URL(uri).origin}/`))],
  }
}
