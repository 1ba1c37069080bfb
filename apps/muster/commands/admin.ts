import { createTenant, renewAdminClientSecret } from '@muster/directory/server/tenants/create-tenant.ts'
import { findOnlyTenant, findTenant, listTenants } from '@muster/directory/server/tenants/repository.ts'
import { resetPassword } from '@muster/directory/server/tenants/reset-password.ts'
import { clearAllowList } from '@muster/portal/server/workspaces/clear-allow-list.ts'
import { createWorkspace, issueAdminApiKey } from '@muster/portal/server/workspaces/create-workspace.ts'
import { findOnlyWorkspace, findWorkspace, listWorkspaces } from '@muster/portal/server/workspaces/repository.ts'
import { resetFirstAdmin } from '@muster/portal/server/workspaces/reset-first-admin.ts'
import { systemClock } from '@muster/service-kit/clock.ts'
import { ConfigurationError } from '@muster/service-kit/configuration-error.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import { openDatabases, readyApp } from '../databases.ts'
import type { Settings } from '../settings.ts'

/** What an errand is asked for on the command line. */
export interface AdminFlags {
  readonly name?: string
  readonly adminEmail?: string
  readonly workspace?: string
  readonly tenant?: string
  readonly user?: string
  readonly json?: boolean
}

/** What an errand has made or found: told once, as one JSON object or a line each. */
type Told = object

type Ready = Awaited<ReturnType<typeof readyApp>>
type Errand = (ready: Ready, flags: AdminFlags) => Promise<Told>

const workspaceErrands: Readonly<Record<string, Errand>> = {
  create: (ready, { name, adminEmail }) =>
    createWorkspace(ready, { name: named(name, '--name'), adminEmail: address(adminEmail) }),
  list: async ({ database }) => ({
    workspaces: (await listWorkspaces(database)).map(({ id, name, createdAt }) => ({
      workspaceId: id,
      name,
      createdAt: createdAt.toISOString(),
    })),
  }),
  'new-key': async (ready, flags) => {
    const workspaceId = await workspaceOf(ready, flags)
    return { workspaceId, adminApiKey: await issueAdminApiKey(ready, workspaceId, 'Command line') }
  },
  'clear-ip-allowlist': async (ready, flags) => {
    const workspaceId = await workspaceOf(ready, flags)
    return { workspaceId, removed: await clearAllowList(ready, workspaceId) }
  },
  'reset-password': async (ready, flags) => {
    const workspaceId = await workspaceOf(ready, flags)
    return { workspaceId, ...(await resetFirstAdmin(ready, workspaceId)) }
  },
}

const tenantErrands: Readonly<Record<string, Errand>> = {
  create: (ready, { name }) => {
    const wanted = named(name, '--name')
    return createTenant(ready, { name: wanted, domain: domainFor(wanted) })
  },
  list: async ({ database }) => ({
    tenants: (await listTenants(database)).map(({ tenantId, name }) => ({ tenantId, name })),
  }),
  'new-key': async (ready, flags) => {
    const tenantId = await tenantOf(ready, flags)
    return { tenantId, ...(await renewAdminClientSecret(ready, tenantId)) }
  },
  'reset-password': async (ready, flags) => {
    const tenantId = await tenantOf(ready, flags)
    return { tenantId, ...(await resetPassword(ready, tenantId, named(flags.user, '--user'))) }
  },
}

const ERRANDS = { workspace: workspaceErrands, tenant: tenantErrands } as const

/**
 * `muster admin workspace|tenant …`: what whoever holds the installation may do, beside a running Muster or alone. What
 * it changes is audited as done by the installation.
 *
 * @throws {ConfigurationError} for a name that is nobody's or that can't be; then nothing was written.
 */
export async function runAdmin(
  settings: Settings,
  kind: keyof typeof ERRANDS,
  errand: string,
  flags: AdminFlags,
): Promise<void> {
  const databases = await openDatabases(settings, 'guest')
  try {
    const app = kind === 'workspace' ? 'portal' : 'directory'
    const ready = await readyApp(settings, databases, app, systemClock(settings.clockOffsetMs))
    const told = await ERRANDS[kind][errand]?.(ready, flags)
    process.stdout.write(flags.json ? `${JSON.stringify(told)}\n` : inWords(told ?? {}))
  } catch (error) {
    if (error instanceof Refusal) throw new ConfigurationError(error.message, { cause: error })
    throw error
  } finally {
    await databases.close()
  }
}

async function workspaceOf({ database }: Ready, { workspace }: AdminFlags): Promise<string> {
  const found = workspace === undefined ? await findOnlyWorkspace(database) : await findWorkspace(database, workspace)
  if (found) return found.id
  throw new ConfigurationError(
    workspace === undefined
      ? 'there is not exactly one workspace: name yours with --workspace (muster admin workspace list)'
      : `there is no workspace ${workspace} (muster admin workspace list)`,
  )
}

async function tenantOf({ database }: Ready, { tenant }: AdminFlags): Promise<string> {
  const found = tenant === undefined ? await findOnlyTenant(database) : await findTenant(database, tenant)
  if (found) return found.tenantId
  throw new ConfigurationError(
    tenant === undefined
      ? 'there is not exactly one tenant: name yours with --tenant (muster admin tenant list)'
      : `there is no tenant ${tenant} (muster admin tenant list)`,
  )
}

const LONGEST_NAME = 200

function named(value: string | undefined, flag: string): string {
  const name = value?.trim() ?? ''
  if (name === '' || name.length > LONGEST_NAME || name.includes('\0') || !name.isWellFormed())
    throw new ConfigurationError(`${flag} must be a name of 1 to ${LONGEST_NAME} characters`)
  return name
}

function address(value: string | undefined): string {
  const email = named(value, '--admin-email')
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw new ConfigurationError(`--admin-email must be an address, not "${email}"`)
  return email
}

/** The tenant's first domain, from its name. Reserved (RFC 2606), so that no message can ever reach a stranger. */
function domainFor(name: string): string {
  const label = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
  return `${label || 'tenant'}.example`
}

const LABELS: Readonly<Record<string, string>> = {
  workspaceId: 'Workspace',
  tenantId: 'Tenant',
  adminEmail: 'Admin',
  adminPassword: 'Password',
  adminApiKey: 'API key',
  clientId: 'Client',
  clientSecret: 'Client secret',
  adminUserPrincipalName: 'Admin',
  userPrincipalName: 'User',
  password: 'Password',
  name: 'Name',
  createdAt: 'Made',
  removed: 'Removed',
}
const SECRETS = ['adminPassword', 'adminApiKey', 'clientSecret', 'password']

function inWords(told: Told): string {
  const lines = Object.entries(told).flatMap(([key, value]) =>
    Array.isArray(value)
      ? value.map((item) => `  ${Object.values(item as object).join('   ')}`)
      : [`  ${(LABELS[key] ?? key).padEnd(14)} ${value}`],
  )
  const note = SECRETS.some((key) => key in told) ? ['', '  What is secret here is shown this once.'] : []
  return `\n${[...lines, ...note].join('\n')}\n\n`
}
