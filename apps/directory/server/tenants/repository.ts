import { type Executor, execute, hot, run, type Tx } from '@muster/service-kit/database.ts'
import { isUuid } from '@muster/service-kit/ids.ts'

export interface Tenant {
  readonly tenantId: string
  readonly name: string
}

interface TenantRow {
  readonly tenant_id: string
  readonly name: string
}

const FIND = hot('select tenant_id, name from directory.tenants where tenant_id = $1')
const FIRST = hot('select tenant_id, name from directory.tenants order by created_at, tenant_id limit 2')
const ALL = hot('select tenant_id, name from directory.tenants order by created_at, tenant_id')
const BY_DOMAIN = hot('select tenant_id from directory.domains where name = $1')
const DOMAINS = hot('select name from directory.domains where tenant_id = $1 order by is_default desc, name')
const INSERT = hot('insert into directory.tenants (tenant_id, name, created_at) values ($1, $2, $3)')
const CLAIM = hot(
  `insert into directory.domains (name, tenant_id, is_default) values ($1, $2, true) on conflict do nothing returning name`,
)

export async function findTenant(on: Executor, tenantId: string): Promise<Tenant | undefined> {
  if (!isUuid(tenantId)) return undefined
  return toTenant((await run<TenantRow>(on, FIND, [tenantId]))[0])
}

/** Every tenant of this database, the oldest first. */
export async function listTenants(on: Executor): Promise<Tenant[]> {
  return (await run<TenantRow>(on, ALL, [])).flatMap((row) => toTenant(row) ?? [])
}

/** The oldest tenant of this database: the one that the first start made. */
export async function findFirstTenant(on: Executor): Promise<Tenant | undefined> {
  return toTenant((await run<TenantRow>(on, FIRST, []))[0])
}

/**
 * The tenant that an address belongs to: the one that holds its domain, or else the only one there is, since people
 * may have names in domains that nobody claimed.
 */
export async function findTenantOfDomain(on: Executor, domain: string): Promise<string | undefined> {
  const [found] = await run<{ tenant_id: string }>(on, BY_DOMAIN, [domain])
  return found ? found.tenant_id : (await findOnlyTenant(on))?.tenantId
}

/** The one tenant there is; undefined when there are none or several, and so must be named. */
export async function findOnlyTenant(on: Executor): Promise<Tenant | undefined> {
  const [first, second] = await run<TenantRow>(on, FIRST, [])
  return second ? undefined : toTenant(first)
}

/** The domains of a tenant, its default one first. */
export async function findDomains(on: Executor, tenantId: string): Promise<string[]> {
  return (await run<{ name: string }>(on, DOMAINS, [tenantId])).map((row) => row.name)
}

export async function insertTenant(tx: Tx, { tenantId, name }: Tenant, now: Date): Promise<void> {
  await execute(tx, INSERT, [tenantId, name, now])
}

/** Makes a domain the tenant's default one; false when another tenant has it. */
export async function claimDomain(tx: Tx, tenantId: string, domain: string): Promise<boolean> {
  return (await run(tx, CLAIM, [domain, tenantId])).length > 0
}

function toTenant(row: TenantRow | undefined): Tenant | undefined {
  return row && { tenantId: row.tenant_id, name: row.name }
}
