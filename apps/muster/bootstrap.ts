import { randomUUID } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { createSample } from '@muster/directory/server/sample/create-sample.ts'
import {
  createTenant,
  findFirstTenant,
  registerFirstPartyClient,
  renewAdminClientSecret,
} from '@muster/directory/server/tenants/create-tenant.ts'
import {
  connectOpenId,
  createWorkspace,
  findFirstWorkspace,
  issueAdminApiKey,
} from '@muster/portal/server/workspaces/create-workspace.ts'
import type { Clock } from '@muster/service-kit/clock.ts'
import { ConfigurationError } from '@muster/service-kit/configuration-error.ts'
import type { Database } from '@muster/service-kit/database.ts'
import type { SecretBox } from '@muster/service-kit/secrets.ts'
import type { Settings } from './settings.ts'

/** What a script needs to begin: addresses, and the secrets of both first admins. */
export interface Bootstrap {
  readonly portal: {
    readonly url: string
    readonly scimUrl: string
    readonly workspaceId: string
    readonly adminEmail?: string
    readonly adminPassword?: string
    readonly adminApiKey?: string
  }
  readonly directory: {
    readonly url: string
    readonly graphUrl: string
    readonly tenantId: string
    readonly tokenUrl: string
    readonly clientId?: string
    readonly clientSecret?: string
    readonly adminUserPrincipalName?: string
    readonly adminPassword?: string
  }
}

/** What a start knows when it prepares the first workspace and tenant. */
export interface Preparation {
  readonly settings: Settings
  readonly clock: Clock
  readonly secrets: SecretBox
  readonly portalDatabase: Database
  readonly directoryDatabase: Database
  readonly portalUrl: string
  readonly directoryUrl: string
}

const FIRST_DOMAIN = 'muster.example'

/**
 * Makes the first workspace, tenant, admins and sample where there are none, and ties the portal's sign-in to the
 * directory at the addresses of this start. Secrets that the bootstrap file still holds are kept.
 */
export async function prepare(
  preparation: Preparation,
): Promise<{ readonly bootstrap: Bootstrap; readonly isFirst: boolean }> {
  const { settings, clock, secrets, portalDatabase, directoryDatabase, portalUrl, directoryUrl } = preparation
  const portalDeps = { database: portalDatabase, clock, secrets }
  const directoryDeps = { database: directoryDatabase, clock, secrets, publicUrl: directoryUrl }
  const before = settings.bootstrapFile === undefined ? undefined : await readBootstrap(settings.bootstrapFile)

  const knownTenant = await findFirstTenant(directoryDatabase)
  const tenant = knownTenant ?? (await createTenant(directoryDeps, { name: 'Muster', domain: FIRST_DOMAIN }))
  if (!knownTenant && settings.sample > 0) await createSample(directoryDeps, tenant.tenantId, settings.sample)
  const knownWorkspace = await findFirstWorkspace(portalDatabase)
  const workspace =
    knownWorkspace ??
    (await createWorkspace(portalDeps, { name: 'Muster', adminEmail: `admin@portal.${FIRST_DOMAIN}` }))

  const client = await registerFirstPartyClient(directoryDeps, tenant.tenantId, {
    displayName: 'Muster portal',
    redirectUris: [`${portalUrl}/auth/callback`],
  })
  await connectOpenId(portalDeps, workspace.workspaceId, {
    type: 'muster',
    identifier: client.clientId,
    secret: client.clientSecret,
    issuer: client.issuer,
    domains: client.domains,
  })

  const keptPortal = before && before.portal.workspaceId === workspace.workspaceId ? before.portal : undefined
  const keptDirectory = before && before.directory.tenantId === tenant.tenantId ? before.directory : undefined
  const wantsSecrets = settings.bootstrapFile !== undefined
  const bootstrap: Bootstrap = {
    portal: {
      ...keptPortal,
      ...(knownWorkspace ? {} : workspace),
      ...(knownWorkspace && wantsSecrets && !keptPortal?.adminApiKey
        ? { adminApiKey: await issueAdminApiKey(portalDeps, workspace.workspaceId, 'Bootstrap') }
        : {}),
      workspaceId: workspace.workspaceId,
      url: portalUrl,
      scimUrl: `${portalUrl}/scim/v2`,
    },
    directory: {
      ...keptDirectory,
      ...(knownTenant ? {} : tenant),
      ...(knownTenant && wantsSecrets && !keptDirectory?.clientSecret
        ? await renewAdminClientSecret(directoryDeps, tenant.tenantId)
        : {}),
      tenantId: tenant.tenantId,
      url: directoryUrl,
      graphUrl: `${directoryUrl}/v1.0`,
      tokenUrl: `${directoryUrl}/${tenant.tenantId}/oauth2/v2.0/token`,
    },
  }
  return { bootstrap, isFirst: !knownWorkspace || !knownTenant }
}

/** Reads a bootstrap file; undefined when there is none. */
export async function readBootstrap(file: string): Promise<Bootstrap | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new ConfigurationError(`cannot read the bootstrap file ${file}: ${error.code}`)
  })
  if (text === undefined) return undefined
  try {
    const read = JSON.parse(text) as Bootstrap
    if (typeof read.portal?.url === 'string' && typeof read.directory?.url === 'string') return read
  } catch {}
  throw new ConfigurationError(`${file} is not a bootstrap file of Muster`)
}

/** Writes the file whole or not at all, readable by its owner alone. */
export async function writeBootstrap(file: string, bootstrap: Bootstrap): Promise<void> {
  const fresh = `${file}.${randomUUID()}`
  try {
    await writeFile(fresh, `${JSON.stringify(bootstrap, null, 2)}\n`, { mode: 0o600 })
    await rename(fresh, file)
  } catch (error) {
    throw new ConfigurationError(`cannot write the bootstrap file ${file}: ${(error as NodeJS.ErrnoException).code}`)
  }
}
