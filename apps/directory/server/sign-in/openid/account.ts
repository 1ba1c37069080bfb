import type { Executor } from '@muster/service-kit/database.ts'
import { isUuid } from '@muster/service-kit/ids.ts'
import type { Account } from 'oidc-provider'
import { domainOf } from '../../directory/keys.ts'
import { findUser } from '../../directory/users/repository.ts'
import type { User } from '../../directory/users/user.ts'
import { findDomains } from '../../tenants/repository.ts'

/** The account behind a subject, as it is now: nobody once they are blocked or deleted. */
export async function findAccount(on: Executor, tenantId: string, sub: string): Promise<Account | undefined> {
  const user = isUuid(sub) ? await findUser(on, tenantId, sub) : undefined
  if (!user?.accountEnabled) return undefined
  return { accountId: user.id, claims: async () => claimsOf(user, await findDomains(on, tenantId)) }
}

/**
 * What a token says of a person, under Entra's names. The directory vouches for an address only in its own domains:
 * `mail` is writable, and a domain that nobody claimed may be anyone's.
 */
function claimsOf(user: User, domains: readonly string[]) {
  const email = user.properties.mail ?? user.userPrincipalName
  return {
    sub: user.id,
    oid: user.id,
    tid: user.tenantId,
    preferred_username: user.userPrincipalName,
    name: user.displayName,
    given_name: user.properties.givenName,
    family_name: user.properties.surname,
    email,
    email_verified: domains.includes(domainOf(email)),
  }
}
