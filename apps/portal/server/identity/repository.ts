import { type Executor, hot, run } from '@muster/service-kit/database.ts'
import { isListedAddress } from '../ip-allowlist/repository.ts'
import type { RoleKey } from '../roles/role.ts'
import { TOLERANCES_COLUMN, type ToleranceSettings } from '../tolerances/repository.ts'

/**
 * Roles and their permissions in the very statement that finds the credential: nothing is looked up twice, nothing is
 * remembered between requests, so what an admin takes away is gone with the next one.
 */
const PERSONAL = `,
held as (
  select r.role from portal.user_roles r join found f on r.workspace_id = $1 and r.user_id = f.user_id
  union
  select t.role from portal.team_members m join found f on m.workspace_id = $1 and m.user_id = f.user_id
  join portal.team_roles t on t.workspace_id = m.workspace_id and t.team_id = m.team_id
)`

const withPermissions = (address: `$${number}`) => `
select found.*, ${isListedAddress(address)} as is_listed, ${TOLERANCES_COLUMN} as tolerances, array(select role from held order by role) as roles,
  array(select distinct p.permission from portal.role_permissions p
        where p.workspace_id = $1 and p.role_tag in (select substr(role, 8) from held where role like 'CUSTOM:%')) as custom_permissions
from found`

const FIND_SESSION = hot(`with found as (
  select s.id::text as id, s.user_id, s.via, s.expires_at, u.email, u.display_name, null::text as name, null::text as last4
  from portal.sessions s
  join portal.users u on u.workspace_id = s.workspace_id and u.id = s.user_id and u.active
  left join portal.last_seen l on l.workspace_id = s.workspace_id and l.kind = 'SESSION' and l.id = s.id::text
  where s.workspace_id = $1 and s.hash = $2 and s.expires_at > $3 and coalesce(l.seen_at, s.created_at) > $4
)${PERSONAL}${withPermissions('$5')}`)

const FIND_TOKEN = hot(`with found as (
  select t.id::text as id, t.user_id, null::text as via, t.expires_at, u.email, u.display_name, t.name, t.last4
  from portal.access_tokens t
  join portal.users u on u.workspace_id = t.workspace_id and u.id = t.user_id and u.active
  where t.workspace_id = $1 and t.hash = $2 and (t.expires_at is null or t.expires_at > $3)
)${PERSONAL}${withPermissions('$4')}`)

const FIND_KEY = hot(`with found as (
  select k.cid as id, null::uuid as user_id, null::text as via, k.expires_at, null::text as email, null::text as display_name, k.name, k.last4
  from portal.api_keys k
  where k.workspace_id = $1 and k.hash = $2 and (k.expires_at is null or k.expires_at > $3)
), held as (
  select r.role from portal.api_key_roles r join found f on r.workspace_id = $1 and r.cid = f.id
)${withPermissions('$4')}`)

/** What one look-up of a credential finds: the credential, its holder, their roles. */
export interface FoundCredential {
  readonly id: string
  readonly user_id: string | null
  readonly via: 'OPENID' | 'LOCAL' | null
  readonly expires_at: Date | null
  readonly email: string | null
  readonly display_name: string | null
  readonly name: string | null
  readonly last4: string | null
  readonly roles: readonly RoleKey[]
  readonly custom_permissions: readonly string[]
  /** Whether the address that asks may call the workspace. */
  readonly is_listed: boolean
  /** What SCIM clients of the workspace may send against the standard; null where that is as usual. */
  readonly tolerances: ToleranceSettings | null
}

interface CredentialKey {
  readonly workspaceId: string
  readonly hash: Buffer
  readonly now: Date
  /** Who asks, as the IP allowlist compares it; undefined is in no network. */
  readonly address: string | undefined
}

export async function findSession(
  on: Executor,
  { workspaceId, hash, now, address }: CredentialKey,
  idleSince: Date,
): Promise<FoundCredential | undefined> {
  return (await run<FoundCredential>(on, FIND_SESSION, [workspaceId, hash, now, idleSince, address ?? null]))[0]
}

export async function findToken(
  on: Executor,
  { workspaceId, hash, now, address }: CredentialKey,
): Promise<FoundCredential | undefined> {
  return (await run<FoundCredential>(on, FIND_TOKEN, [workspaceId, hash, now, address ?? null]))[0]
}

export async function findKey(
  on: Executor,
  { workspaceId, hash, now, address }: CredentialKey,
): Promise<FoundCredential | undefined> {
  return (await run<FoundCredential>(on, FIND_KEY, [workspaceId, hash, now, address ?? null]))[0]
}
