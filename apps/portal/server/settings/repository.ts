import { type Executor, hot, run, type Tx } from '@muster/service-kit/database.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { RoleKey } from '../roles/role.ts'

/** The workspace's connection to an OpenID provider. The secret is sealed with the context `connectorContext`. */
export interface OpenIdConnector {
  readonly type: string
  /** Client id at the provider. */
  readonly identifier: string
  readonly sealedSecret: string
  readonly issuer: string
  /** Domains whose addresses are believed without `email_verified`, in lower case. */
  readonly domains: readonly string[]
}

export interface Settings {
  /** Moves with every change. */
  readonly version: number
  /** Whether SCIM may bring people, groups and memberships. */
  readonly automaticProvisioning: boolean
  /** Whether SCIM may take them away. */
  readonly automaticDeprovisioning: boolean
  /** Whether a first sign-in of somebody unknown is refused instead of making an account. */
  readonly rejectUnprovisionedSignIn: boolean
  /** Role key such as `BASIC:VIEWER`: what somebody new, or somebody back, is given. */
  readonly defaultRole: RoleKey
  /** Whether the first admin may sign in with a password. */
  readonly localSignIn: boolean
  readonly connector?: OpenIdConnector
}

/** What the connector's secret is sealed to (`SecretBox.seal`). */
export const connectorContext = (workspaceId: string): string => `portal ${workspaceId} openid-connector`

/** A row of `portal.settings`, as `SETTINGS_COLUMNS` ask for it. */
export interface SettingsRow {
  readonly version: string
  readonly automatic_provisioning: boolean
  readonly automatic_deprovisioning: boolean
  readonly reject_unprovisioned_sign_in: boolean
  readonly default_role: RoleKey
  readonly local_sign_in: boolean
  readonly openid_connector: OpenIdConnector | null
}

/** The columns that `settingsFromRow` reads, of `portal.settings s`. */
export const SETTINGS_COLUMNS = `s.version, s.automatic_provisioning, s.automatic_deprovisioning, s.reject_unprovisioned_sign_in,
  s.default_role, s.local_sign_in, s.openid_connector`
const READ = hot(`select ${SETTINGS_COLUMNS} from portal.settings s where s.workspace_id = $1`)
const LOCK = hot(`select ${SETTINGS_COLUMNS} from portal.settings s where s.workspace_id = $1 for update`)
const UPDATE = hot(`
  update portal.settings s set version = version + 1, automatic_provisioning = $2, automatic_deprovisioning = $3,
    reject_unprovisioned_sign_in = $4, default_role = $5, local_sign_in = $6, openid_connector = $7::jsonb
  where s.workspace_id = $1 returning ${SETTINGS_COLUMNS}`)
const INSERT = hot('insert into portal.settings (workspace_id) values ($1)')

/** @throws {Refusal} `notFound` when there is no such workspace. */
export async function readSettings(on: Executor, workspaceId: string): Promise<Settings> {
  return only(await run<SettingsRow>(on, READ, [workspaceId]))
}

/** Reads the settings and keeps every other writer of them waiting until the transaction ends. */
export async function lockSettings(tx: Tx, workspaceId: string): Promise<Settings> {
  return only(await run<SettingsRow>(tx, LOCK, [workspaceId]))
}

/** Stores what `lockSettings` read, changed. `connector: undefined` takes the connection away. */
export async function updateSettings(
  tx: Tx,
  workspaceId: string,
  settings: Omit<Settings, 'version' | 'connector'> & { readonly connector?: OpenIdConnector | undefined },
): Promise<Settings> {
  return only(
    await run<SettingsRow>(tx, UPDATE, [
      workspaceId,
      settings.automaticProvisioning,
      settings.automaticDeprovisioning,
      settings.rejectUnprovisionedSignIn,
      settings.defaultRole,
      settings.localSignIn,
      settings.connector ? JSON.stringify(settings.connector) : null,
    ]),
  )
}

/** The settings of a new workspace, all as the table's defaults say. */
export async function insertSettings(tx: Tx, workspaceId: string): Promise<void> {
  await run(tx, INSERT, [workspaceId])
}

function only([row]: readonly SettingsRow[]): Settings {
  if (!row) throw new Refusal('notFound', 'No such workspace.')
  return settingsFromRow(row)
}

/** A row as settings: the one place that knows both. */
export function settingsFromRow(row: SettingsRow): Settings {
  return {
    version: Number(row.version),
    automaticProvisioning: row.automatic_provisioning,
    automaticDeprovisioning: row.automatic_deprovisioning,
    rejectUnprovisionedSignIn: row.reject_unprovisioned_sign_in,
    defaultRole: row.default_role,
    localSignIn: row.local_sign_in,
    ...(row.openid_connector ? { connector: row.openid_connector } : {}),
  }
}
