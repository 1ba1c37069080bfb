import type { Clock } from '@muster/service-kit/clock.ts'
import { type Database, hot, run } from '@muster/service-kit/database.ts'
import { newId, newWorkspaceId, randomText } from '@muster/service-kit/ids.ts'
import { hashPassword } from '@muster/service-kit/passwords.ts'
import type { SecretBox } from '@muster/service-kit/secrets.ts'
import { createApiKey } from '../api-keys/create-api-key.ts'
import type { Deed } from '../audit/deed.ts'
import { recordAudit } from '../audit/record.ts'
import { grantRole } from '../roles/grants.ts'
import { type ConnectorChange, changeConnector } from '../settings/change-settings.ts'
import { insertSettings, readSettings } from '../settings/repository.ts'
import { insertUser } from '../users/repository.ts'
import { resourceOf } from '../users/user.ts'
import { insertWorkspace } from './repository.ts'

/** What installation needs of the portal; it runs before the portal listens, or beside it. */
export interface InstallationDeps {
  readonly database: Database
  readonly clock: Clock
  readonly secrets: SecretBox
}

export interface WorkspaceWish {
  readonly name: string
  readonly adminEmail: string
  /** Made when it is not given. */
  readonly adminPassword?: string
}

/** Both secrets are told this once: only hashes are stored. */
export interface CreatedWorkspace {
  readonly workspaceId: string
  readonly adminEmail: string
  readonly adminPassword: string
  readonly adminApiKey: string
}

const ADMIN = { type: 'BASIC', role: 'ADMIN' } as const

const FIRST = hot('select workspace_id from portal.workspaces order by created_at, workspace_id limit 1')

/** The workspace that was made first; undefined when there is none yet. */
export async function findFirstWorkspace(database: Database): Promise<{ readonly workspaceId: string } | undefined> {
  const [row] = await run<{ workspace_id: string }>(database, FIRST, [])
  return row && { workspaceId: row.workspace_id }
}

/** Makes a workspace with its first admin, who signs in with a password, and an admin's API key. */
export async function createWorkspace(
  { database, clock }: InstallationDeps,
  { name, adminEmail, adminPassword = randomText(20) }: WorkspaceWish,
): Promise<CreatedWorkspace> {
  const localPasswordHash = await hashPassword(adminPassword)
  const workspaceId = newWorkspaceId()
  const adminApiKey = await database.transaction(async (tx) => {
    const deed = installing(workspaceId, clock)
    const { actor, origin, now } = deed
    await insertWorkspace(tx, { id: workspaceId, name, createdAt: now })
    await insertSettings(tx, workspaceId)
    const attributes = resourceOf({ userName: adminEmail, name: 'First admin', email: adminEmail })
    const admin = await insertUser(tx, {
      workspaceId,
      id: newId(now),
      source: 'MANUAL',
      attributes,
      now,
      localPasswordHash,
    })
    await grantRole(tx, actor, now, { userId: admin.id, role: 'BASIC:ADMIN', source: 'BOOTSTRAP' })
    await recordAudit(tx, actor, origin, now, {
      action: 'CREATE',
      objectType: 'USER',
      objectId: admin.id,
      objectIdentifier: admin.email,
      details: { event: 'user.created', localAdmin: true, roles: [ADMIN] },
    })
    return (await createApiKey(tx, deed, { name: 'First admin', roles: [ADMIN] })).secret
  })
  return { workspaceId, adminEmail, adminPassword, adminApiKey }
}

/** Makes another API key with the Admin role, for whoever holds the installation. It is audited. */
export async function issueAdminApiKey(
  { database, clock }: InstallationDeps,
  workspaceId: string,
  name: string,
): Promise<string> {
  return database.transaction(
    async (tx) => (await createApiKey(tx, installing(workspaceId, clock), { name, roles: [ADMIN] })).secret,
  )
}

/**
 * Ties the workspace's sign-in to a provider that the installation brings along, at each start, as its address may have
 * changed. A connection of another type is an admin's own choice and stays.
 */
export async function connectOpenId(
  { database, clock, secrets }: InstallationDeps,
  workspaceId: string,
  change: ConnectorChange,
): Promise<void> {
  await database.transaction(async (tx) => {
    const { connector } = await readSettings(tx, workspaceId)
    if (connector && connector.type !== change.type) return
    await changeConnector(tx, installing(workspaceId, clock), secrets, change)
  })
}

/** What the installation itself does, as the audit tells it. */
export const installing = (workspaceId: string, clock: Clock): Deed => ({
  actor: { type: 'SYSTEM', workspaceId, name: 'installation' },
  origin: {},
  now: clock.now(),
})
