import { randomUUID } from 'node:crypto'
import { hot, run, type Tx } from '@muster/service-kit/database.ts'
import { newId, randomText } from '@muster/service-kit/ids.ts'
import { hashPassword } from '@muster/service-kit/passwords.ts'
import type { Application } from '../applications/application.ts'
import { findClientSecret, issueClientSecret } from '../applications/passwords.ts'
import { insertApplication, lockApplication, setRedirectUris } from '../applications/repository.ts'
import { applicationTarget } from '../audit/target.ts'
import type { StoreDeps } from '../deps.ts'
import { GLOBAL_ADMINISTRATOR, roleOfTemplate } from '../directory/roles/role.ts'
import { addRoleMember } from '../directory/roles/role-members.ts'
import { createUser } from '../directory/users/change-user.ts'
import { type Act, auditAct } from '../graph/act.ts'
import { musterItself } from '../graph/caller.ts'
import { claimDomain, findDomains, insertTenant } from './repository.ts'

export { findFirstTenant } from './repository.ts'

/** What is told once, when a tenant is made. */
export interface NewTenant {
  readonly tenantId: string
  readonly clientId: string
  readonly clientSecret: string
  readonly adminUserPrincipalName: string
  readonly adminPassword: string
}

/**
 * Makes a tenant with its domain, its first Global Administrator and the client that may do everything over Graph.
 * A domain that another tenant holds gets a few random characters, so that tests and tours may ask for the same one.
 */
export async function createTenant(
  deps: Omit<StoreDeps, 'publicUrl'>,
  wanted: { readonly name: string; readonly domain: string },
): Promise<NewTenant> {
  const { database, clock, secrets } = deps
  const now = clock.now()
  const tenantId = randomUUID()
  // 24 letters and digits, about 142 bits; the rest so that every kind of character is there.
  const adminPassword = `${randomText(24)}-aA1`
  const hash = await hashPassword(adminPassword)
  const act: Act = { tenantId, caller: musterItself(tenantId), now }
  return database.transaction(async (tx) => {
    await insertTenant(tx, { tenantId, name: wanted.name }, now)
    const domain = await claimFreeDomain(tx, tenantId, wanted.domain.toLowerCase())
    const admin = await createUser(
      tx,
      act,
      {
        accountEnabled: true,
        displayName: 'Muster Administrator',
        userPrincipalName: `admin@${domain}`,
        mailNickname: 'admin',
        passwordProfile: { password: adminPassword },
      },
      hash,
    )
    const role = roleOfTemplate(GLOBAL_ADMINISTRATOR)
    if (role) await addRoleMember(tx, act, role, admin.id)
    const client = await createClient(tx, act, {
      displayName: 'Muster admin client',
      redirectUris: [],
      isAdminClient: true,
      isFirstParty: false,
    })
    const clientSecret = await issueClientSecret(tx, secrets, client, now)
    return {
      tenantId,
      clientId: client.appId,
      clientSecret,
      adminUserPrincipalName: admin.userPrincipalName,
      adminPassword,
    }
  })
}

async function claimFreeDomain(tx: Tx, tenantId: string, domain: string): Promise<string> {
  const [label = domain, ...rest] = domain.split('.')
  for (let name = domain; ; name = [`${label}-${randomText(5).toLowerCase()}`, ...rest].join('.'))
    if (await claimDomain(tx, tenantId, name)) return name
}

async function createClient(
  tx: Tx,
  act: Act,
  wanted: Pick<Application, 'displayName' | 'redirectUris' | 'isAdminClient' | 'isFirstParty'>,
): Promise<Application> {
  const application: Application = {
    ...wanted,
    tenantId: act.tenantId,
    id: newId(act.now),
    appId: randomUUID(),
    createdAt: act.now,
  }
  await insertApplication(tx, application)
  await auditAct(tx, act, {
    category: 'ApplicationManagement',
    activity: 'Add application',
    target: applicationTarget(application),
  })
  return application
}

const FIND_ADMIN_CLIENT = hot(
  'select id from directory.applications where tenant_id = $1 and is_admin_client order by id limit 1',
)
const FIND_FIRST_PARTY = hot(
  'select id from directory.applications where tenant_id = $1 and is_first_party and display_name = $2 order by id limit 1',
)

async function lockBy(
  tx: Tx,
  tenantId: string,
  statement: string,
  values: readonly unknown[],
): Promise<Application | undefined> {
  const [row] = await run<{ id: string }>(tx, statement, values)
  return row && (await lockApplication(tx, tenantId, row.id))
}

/** Gives the tenant's admin client a new secret. The old one ends; tokens it was given stay until they run out. */
export async function renewAdminClientSecret(
  { database, clock, secrets }: Omit<StoreDeps, 'publicUrl'>,
  tenantId: string,
): Promise<{ readonly clientId: string; readonly clientSecret: string }> {
  const act: Act = { tenantId, caller: musterItself(tenantId), now: clock.now() }
  return database.transaction(async (tx) => {
    const client =
      (await lockBy(tx, tenantId, FIND_ADMIN_CLIENT, [tenantId])) ??
      (await createClient(tx, act, {
        displayName: 'Muster admin client',
        redirectUris: [],
        isAdminClient: true,
        isFirstParty: false,
      }))
    const clientSecret = await issueClientSecret(tx, secrets, client, act.now)
    await auditAct(tx, act, {
      category: 'ApplicationManagement',
      activity: 'Update application – Certificates and secrets management',
      target: applicationTarget(client),
    })
    return { clientId: client.appId, clientSecret }
  })
}

/** What a sign-in client must know of the directory. */
export interface FirstPartyClient {
  readonly clientId: string
  readonly clientSecret: string
  readonly issuer: string
  /** The tenant's own domains: only in these does it speak for an address. */
  readonly domains: string[]
}

/**
 * Registers Muster's own portal as a client that people sign in to without being asked for consent. The same name again
 * is the same client: its addresses are brought up to date, its secret stays.
 */
export async function registerFirstPartyClient(
  { database, clock, secrets, publicUrl }: StoreDeps,
  tenantId: string,
  wanted: { readonly displayName: string; readonly redirectUris: readonly string[] },
): Promise<FirstPartyClient> {
  const act: Act = { tenantId, caller: musterItself(tenantId), now: clock.now() }
  const { clientId, clientSecret } = await database.transaction(async (tx) => {
    const known = await lockBy(tx, tenantId, FIND_FIRST_PARTY, [tenantId, wanted.displayName])
    const client = known ?? (await createClient(tx, act, { ...wanted, isAdminClient: false, isFirstParty: true }))
    if (known && known.redirectUris.join(' ') !== wanted.redirectUris.join(' ')) {
      await setRedirectUris(tx, known, wanted.redirectUris)
      await auditAct(tx, act, {
        category: 'ApplicationManagement',
        activity: 'Update application',
        target: applicationTarget(known),
        details: { redirectUris: wanted.redirectUris },
      })
    }
    const kept = known && (await findClientSecret(tx, secrets, known, act.now))
    return { clientId: client.appId, clientSecret: kept ?? (await issueClientSecret(tx, secrets, client, act.now)) }
  })
  return {
    clientId,
    clientSecret,
    issuer: issuerOf(publicUrl, tenantId),
    domains: await findDomains(database, tenantId),
  }
}

/** The issuer of a tenant's tokens, in Entra's form. */
export function issuerOf(publicUrl: string, tenantId: string): string {
  return `${publicUrl}/${tenantId}/v2.0`
}
