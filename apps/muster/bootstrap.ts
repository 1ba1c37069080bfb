import { randomUUID } from 'node:crypto'
import { access, constants, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
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

/** What the file holds after `muster portal` or `muster directory` alone: that app's half. */
export type Halves = Partial<Bootstrap>

/** What an app is prepared with. */
export interface Installing {
  readonly database: Database
  readonly clock: Clock
  readonly secrets: SecretBox
  readonly publicUrl: string
}

const FIRST_DOMAIN = 'muster.example'

/** Half of the file, and whether this start made the first admin that it tells of. */
interface Prepared<Half> {
  readonly half: Half
  readonly isFirst: boolean
}

/**
 * Makes the first workspace and its admin where there is none.
 *
 * @param before What the bootstrap file still holds: its secrets are kept. Undefined when no file is wanted.
 */
export async function preparePortal(
  deps: Installing,
  before: Halves | undefined,
): Promise<Prepared<Bootstrap['portal']>> {
  const known = await findFirstWorkspace(deps.database)
  const workspace =
    known ?? (await createWorkspace(deps, { name: 'Muster', adminEmail: `admin@portal.${FIRST_DOMAIN}` }))
  const { workspaceId } = workspace
  const kept = before?.portal?.workspaceId === workspaceId ? before.portal : undefined
  const isKeyWanted = known && before && !kept?.adminApiKey
  const half = {
    ...kept,
    ...(known ? { workspaceId } : workspace),
    ...(isKeyWanted ? { adminApiKey: await issueAdminApiKey(deps, workspaceId, 'Bootstrap') } : {}),
    url: deps.publicUrl,
    scimUrl: `${deps.publicUrl}/scim/v2`,
  }
  return { half, isFirst: !known }
}

/**
 * Makes the first tenant, its admin and `sample` people where there is none.
 *
 * @param before What the bootstrap file still holds: its secrets are kept. Undefined when no file is wanted.
 */
export async function prepareDirectory(
  deps: Installing,
  before: Halves | undefined,
  sample: number,
): Promise<Prepared<Bootstrap['directory']>> {
  const known = await findFirstTenant(deps.database)
  const tenant = known ?? (await createTenant(deps, { name: 'Muster', domain: FIRST_DOMAIN }))
  const { tenantId } = tenant
  if (!known && sample > 0) await createSample(deps, tenantId, sample)
  const kept = before?.directory?.tenantId === tenantId ? before.directory : undefined
  const isSecretWanted = known && before && !kept?.clientSecret
  const half = {
    ...kept,
    ...(known ? { tenantId } : tenant),
    ...(isSecretWanted ? await renewAdminClientSecret(deps, tenantId) : {}),
    url: deps.publicUrl,
    graphUrl: `${deps.publicUrl}/v1.0`,
    tokenUrl: `${deps.publicUrl}/${tenantId}/oauth2/v2.0/token`,
  }
  return { half, isFirst: !known }
}

/** Ties the portal's sign-in to the directory, at the addresses of this start. */
export async function tie(
  portal: Installing,
  { workspaceId }: Bootstrap['portal'],
  directory: Installing,
  { tenantId }: Bootstrap['directory'],
): Promise<void> {
  const client = await registerFirstPartyClient(directory, tenantId, {
    displayName: 'Muster portal',
    redirectUris: [`${portal.publicUrl}/auth/callback`],
  })
  await connectOpenId(portal, workspaceId, {
    type: 'muster',
    identifier: client.clientId,
    secret: client.clientSecret,
    issuer: client.issuer,
    domains: client.domains,
  })
}

/**
 * Reads what the file to be written at the end holds, and finds out before anything is opened whether it could be.
 *
 * @throws {ConfigurationError} when it can't, or holds something else.
 */
export async function readWritableBootstrap(file: string): Promise<Halves> {
  const before = await readFileOf(file)
  await access(dirname(resolve(file)), constants.W_OK | constants.X_OK).catch((error: NodeJS.ErrnoException) => {
    throw new ConfigurationError(`cannot write the bootstrap file ${file}: ${error.code}`)
  })
  return before ?? {}
}

/** Reads the bootstrap file of an `up`; undefined when there is none. */
export async function readBootstrap(file: string): Promise<Bootstrap | undefined> {
  const halves = await readFileOf(file)
  return halves && assertBoth(halves, file)
}

/** @throws {ConfigurationError} when `from` tells of one app alone. */
export function assertBoth({ portal, directory }: Halves, from: string): Bootstrap {
  if (portal && directory) return { portal, directory }
  throw new ConfigurationError(`${from} names the ${portal ? 'portal' : 'directory'} alone: both are needed`)
}

async function readFileOf(file: string): Promise<Halves | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new ConfigurationError(`cannot read the bootstrap file ${file}: ${error.code}`)
  })
  if (text === undefined) return undefined
  try {
    const read = JSON.parse(text) as Halves
    const halves = [read.portal, read.directory].filter((half) => half !== undefined)
    if (halves.length > 0 && halves.every((half) => typeof half.url === 'string')) return read
  } catch {}
  throw new ConfigurationError(`${file} is not a bootstrap file of Muster`)
}

/** Writes the file whole or not at all, readable by its owner alone. */
export async function writeBootstrap(file: string, bootstrap: Halves): Promise<void> {
  const fresh = `${file}.${randomUUID()}`
  try {
    await writeFile(fresh, `${JSON.stringify(bootstrap, null, 2)}\n`, { mode: 0o600 })
    await rename(fresh, file)
  } catch (error) {
    throw new ConfigurationError(`cannot write the bootstrap file ${file}: ${(error as NodeJS.ErrnoException).code}`)
  }
}
