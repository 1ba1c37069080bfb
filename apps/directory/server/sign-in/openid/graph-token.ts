import { execute, hot } from '@muster/service-kit/database.ts'
import { newCredential } from '@muster/service-kit/ids.ts'
import { errors, type KoaContextWithOIDC } from 'oidc-provider'
import { findClient } from '../../applications/repository.ts'
import type { StoreDeps } from '../../deps.ts'
import { GRAPH_TOKEN } from '../../graph/caller.ts'

/** How long a Graph bearer lasts: an hour, as Entra's. */
const GRAPH_TOKEN_SECONDS = 3_600

const INSERT = hot(
  'insert into directory.access_tokens (tenant_id, hash, application_id, expires_at) values ($1, $2, $3, $4)',
)

/**
 * The client credentials grant (RFC 6749 §4.4) as Entra's v2.0 endpoint takes it: the scope names a resource and
 * `.default`. The client has been authenticated before. The answer is an opaque bearer, stored hashed.
 */
export function clientCredentialsGrant({ database, clock }: StoreDeps, tenantId: string) {
  return async (ctx: KoaContextWithOIDC): Promise<void> => {
    const { client, params } = ctx.oidc
    const scope = params?.scope
    if (typeof scope !== 'string' || !/^\S+\/\.default$/.test(scope))
      throw new errors.InvalidScope(
        'the scope of client credentials is a resource followed by /.default',
        typeof scope === 'string' ? scope : '',
      )
    const application = client && (await findClient(database, tenantId, client.clientId))
    if (!application) throw new errors.InvalidClient('client not found')
    const { value, hash } = newCredential(GRAPH_TOKEN, tenantId)
    const expiresAt = new Date(clock.now().getTime() + GRAPH_TOKEN_SECONDS * 1000)
    await execute(database, INSERT, [tenantId, hash, application.id, expiresAt])
    ctx.body = {
      token_type: 'Bearer',
      expires_in: GRAPH_TOKEN_SECONDS,
      ext_expires_in: GRAPH_TOKEN_SECONDS,
      access_token: value,
    }
  }
}
