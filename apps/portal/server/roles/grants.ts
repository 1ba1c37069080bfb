import { type Executor, hot, run, type Tx } from '@muster/service-kit/database.ts'
import type { Statement } from '@muster/service-kit/together.ts'
import type { Deed } from '../audit/deed.ts'
import { type Actor, actorIdentifier } from '../identity/actor.ts'
import { lockRolesForGrant } from './repository.ts'
import { type GrantSource, type RoleKey, type RoleRef, readRoleKey } from './role.ts'

/** One row of "why does this person hold that role?". */
export interface RoleGrant {
  readonly role: RoleKey
  readonly source: GrantSource
  readonly grantedBy: string | undefined
  readonly grantedAt: Date
}

interface GrantRow {
  readonly user_id: string
  readonly role: RoleKey
  readonly source: GrantSource
  readonly granted_by: string | null
  readonly granted_at: Date
}

const OF_USERS = hot(`select user_id, role, source, granted_by, granted_at from portal.user_roles
  where workspace_id = $1 and user_id = any($2::uuid[]) order by role, source`)
const GRANT = hot(`insert into portal.user_roles (workspace_id, user_id, role, source, granted_by, granted_at)
  values ($1, $2, $3, $4, $5, $6) on conflict do nothing`)
const REPLACE = hot(`with gone as (
    delete from portal.user_roles where workspace_id = $1 and user_id = $2 and source in ('DEFAULT', 'ADMIN', 'BOOTSTRAP') and role <> all($3::text[])
  )
  insert into portal.user_roles (workspace_id, user_id, role, source, granted_by, granted_at)
  select $1, $2, role, 'ADMIN', $4, $5 from unnest($3::text[]) role
  where not exists (select 1 from portal.user_roles r where r.workspace_id = $1 and r.user_id = $2 and r.role = role.role
                    and r.source in ('DEFAULT', 'ADMIN', 'BOOTSTRAP'))
  on conflict do nothing`)
const REPLACE_MAPPED = hot(`
  with wanted as (
    select user_id, role from unnest($3::uuid[], $4::text[]) as wanted (user_id, role)
  ), gone as (
    delete from portal.user_roles r where r.workspace_id = $1 and r.user_id = any($2::uuid[]) and r.source = 'MAPPING'
      and not exists (select from wanted w where w.user_id = r.user_id and w.role = r.role)
    returning r.user_id, r.role
  ), come as (
    insert into portal.user_roles (workspace_id, user_id, role, source, granted_by, granted_at)
    select $1, user_id, role, 'MAPPING', $5, $6 from wanted order by user_id, role
    on conflict do nothing returning user_id, role
  )
  select user_id, role, true as added from come union all select user_id, role, false from gone`)
const DELETE_OF = hot('delete from portal.user_roles where workspace_id = $1 and user_id = $2 returning role')
const USES = hot(`select
  (select count(*) from portal.user_roles where workspace_id = $1 and role = $2)::int as grants,
  (select count(distinct user_id) from portal.user_roles where workspace_id = $1 and role = $2)::int as people,
  (select count(*) from portal.team_roles where workspace_id = $1 and role = $2)::int as teams,
  (select count(*) from portal.api_key_roles where workspace_id = $1 and role = $2)::int as keys,
  (select count(*) from portal.role_mappings where workspace_id = $1 and role = $2)::int as mappings,
  (select count(*) from portal.settings where workspace_id = $1 and default_role = $2)::int as defaults`)
const EFFECTIVE = hot(`select r.role, r.source, null::uuid as team_id, null::text as team_tag, null::text as team_name
  from portal.user_roles r where r.workspace_id = $1 and r.user_id = $2
  union all
  select tr.role, m.source, t.id, t.tag, t.name
  from portal.team_members m
  join portal.team_roles tr on tr.workspace_id = m.workspace_id and tr.team_id = m.team_id
  join portal.teams t on t.workspace_id = m.workspace_id and t.id = m.team_id
  where m.workspace_id = $1 and m.user_id = $2
  order by 1, 2, 4`)

/** The roles that people hold directly, by person; whoever holds none is absent. */
export async function rolesOfUsers(
  on: Executor,
  workspaceId: string,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, readonly RoleGrant[]>> {
  const byUser = new Map<string, RoleGrant[]>()
  for (const row of await run<GrantRow>(on, OF_USERS, [workspaceId, userIds])) {
    const grant: RoleGrant = {
      role: row.role,
      source: row.source,
      grantedBy: row.granted_by ?? undefined,
      grantedAt: row.granted_at,
    }
    byUser.set(row.user_id, [...(byUser.get(row.user_id) ?? []), grant])
  }
  return byUser
}

/** The roles that someone holds directly. */
export async function rolesOfUser(on: Executor, workspaceId: string, userId: string): Promise<readonly RoleGrant[]> {
  return (await rolesOfUsers(on, workspaceId, [userId])).get(userId) ?? []
}

/** Each way in which a role reaches someone: directly, by its source, or through a team. */
export interface EffectiveGrant {
  readonly role: RoleKey
  /** Of the grant, or of the place in the team (`SCIM`, `MANUAL`). */
  readonly source: GrantSource | 'SCIM' | 'MANUAL'
  readonly team?: { readonly id: string; readonly tag: string; readonly name: string }
}

export async function effectiveGrantsOf(on: Executor, workspaceId: string, userId: string): Promise<EffectiveGrant[]> {
  interface Row {
    readonly role: RoleKey
    readonly source: EffectiveGrant['source']
    readonly team_id: string | null
    readonly team_tag: string | null
    readonly team_name: string | null
  }
  return (await run<Row>(on, EFFECTIVE, [workspaceId, userId])).map(
    ({ role, source, team_id, team_tag, team_name }) => ({
      role,
      source,
      ...(team_id === null ? {} : { team: { id: team_id, tag: team_tag ?? '', name: team_name ?? '' } }),
    }),
  )
}

export interface NewGrant {
  readonly userId: string
  /** A role's key, such as the settings hold for the default role. */
  readonly role: string
  readonly source: GrantSource
}

/**
 * Gives someone a role; a second time it changes nothing. The caller holds the person's lock and has asked `assertMayGive`,
 * unless an admin chose the role beforehand (the default role, a mapping).
 *
 * @throws {Refusal} `invalid` when the role does not exist.
 */
export async function grantRole(tx: Tx, actor: Actor, now: Date, { userId, role, source }: NewGrant): Promise<void> {
  await lockRolesForGrant(tx, actor.workspaceId, [role])
  const { text, values } = granted(actor, now, { userId, role, source })
  await run(tx, text, values)
}

/** As `grantRole`, part of a larger statement; the role is locked already (`lockRolesForGrant`). */
export const granted = (actor: Actor, now: Date, { userId, role, source }: NewGrant): Statement => ({
  text: GRANT,
  values: [actor.workspaceId, userId, role, source, actorIdentifier(actor), now],
})

/** What `replaceGrants` replaces: all but what the provider's values gave. */
export const DIRECT_SOURCES: readonly GrantSource[] = ['DEFAULT', 'ADMIN', 'BOOTSTRAP']

/** Makes `roles` what someone holds directly. Rows that stay keep their source; those of a mapping are not touched. */
export async function replaceGrants(
  tx: Tx,
  { actor, now }: Deed,
  userId: string,
  roles: readonly RoleKey[],
): Promise<void> {
  await run(tx, REPLACE, [actor.workspaceId, userId, roles, actorIdentifier(actor), now])
}

/** A role that somebody was given or lost. */
export interface ChangedGrant {
  readonly userId: string
  readonly role: RoleKey
}

/**
 * Makes `wanted` all that these people, who are locked, hold by mappings of their provider's values. Other rows of theirs
 * stay. The roles are locked, too.
 */
export async function replaceMappedGrants(
  tx: Tx,
  { actor, now }: Deed,
  userIds: readonly string[],
  wanted: readonly ChangedGrant[],
): Promise<{ readonly added: readonly ChangedGrant[]; readonly removed: readonly ChangedGrant[] }> {
  interface Row {
    readonly user_id: string
    readonly role: RoleKey
    readonly added: boolean
  }
  const rows = await run<Row>(tx, REPLACE_MAPPED, [
    actor.workspaceId,
    userIds,
    wanted.map(({ userId }) => userId),
    wanted.map(({ role }) => role),
    actorIdentifier(actor),
    now,
  ])
  const changed = (added: boolean) =>
    rows.filter((row) => row.added === added).map(({ user_id, role }) => ({ userId: user_id, role }))
  return { added: changed(true), removed: changed(false) }
}

/** Takes every role that someone holds directly; the person is locked. */
export async function deleteRolesOf(tx: Tx, workspaceId: string, userId: string): Promise<RoleRef[]> {
  const rows = await run<{ role: string }>(tx, DELETE_OF, [workspaceId, userId])
  return [...new Set(rows.map(({ role }) => role))].sort().map(readRoleKey)
}

/** Who and what a role is given to, and whether it is the workspace's default. */
export interface RoleUses {
  readonly people: number
  readonly teams: number
  readonly keys: number
  /** Mappings of the provider's values. */
  readonly mappings: number
  readonly defaults: number
}

export async function usesOfRole(on: Executor, workspaceId: string, role: RoleKey): Promise<RoleUses> {
  const [uses] = await run<RoleUses>(on, USES, [workspaceId, role])
  return uses ?? { people: 0, teams: 0, keys: 0, mappings: 0, defaults: 0 }
}
