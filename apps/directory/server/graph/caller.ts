import type { Executor } from '@muster/service-kit/database.ts'
import { hot, run, type Tx } from '@muster/service-kit/database.ts'
import { isUuid, readCredential } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { FastifyRequest } from 'fastify'
import { type DirectoryRole, roleOfTemplate } from '../directory/roles/role.ts'

/** Who speaks to Graph: a client with a token of its own, or a person signed in to the console. */
export type Caller =
  | {
      readonly kind: 'application'
      readonly tenantId: string
      readonly applicationId: string
      readonly displayName: string
      /** The client id. What Muster does by itself has none. */
      readonly appId?: string
    }
  | {
      readonly kind: 'user'
      readonly tenantId: string
      readonly userId: string
      readonly displayName: string
      readonly userPrincipalName: string
      readonly roles: ReadonlySet<DirectoryRole>
      readonly sessionId: string
    }

/** What a caller may need to be allowed to do; `self` is everybody's who is signed in. */
export type Right =
  | 'self'
  | 'directory.read'
  | 'directory.write'
  | 'applications.read'
  | 'applications.write'
  | 'provisioning.write'
  | 'logs.read'

const APPLICATION_ADMINISTRATION: readonly Right[] = [
  'directory.read',
  'applications.read',
  'applications.write',
  'provisioning.write',
  'logs.read',
]

/** What each directory role gives. A person without any of them may do nothing here. */
const RIGHTS: Readonly<Record<DirectoryRole, readonly Right[]>> = {
  'Global Administrator': [...APPLICATION_ADMINISTRATION, 'directory.write'],
  'Application Administrator': APPLICATION_ADMINISTRATION,
  'Cloud Application Administrator': APPLICATION_ADMINISTRATION,
  'Reports Reader': ['logs.read'],
}

/** The prefix of Graph bearers, and of the console's cookie value. */
export const GRAPH_TOKEN = 'mgt'
export const SESSION_TOKEN = 'mds'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on every Graph request before its route runs. */
    caller: Caller
  }
}

const FIND_TOKEN = hot(`select a.id, a.app_id, a.display_name from directory.access_tokens t
  join directory.applications a on a.tenant_id = t.tenant_id and a.id = t.application_id
  where t.tenant_id = $1 and t.hash = $2 and t.expires_at > $3 and a.is_admin_client`)

const FIND_SESSION = hot(`select s.id as session_id, u.id, u.display_name, u.user_principal_name,
    array(select r.role_template_id::text from directory.directory_role_members r where r.tenant_id = u.tenant_id and r.user_id = u.id) as roles
  from directory.sessions s join directory.users u on u.tenant_id = s.tenant_id and u.id = s.user_id
  where s.tenant_id = $1 and s.hash = $2 and s.expires_at > $3 and u.account_enabled and u.deleted_at is null`)

/** The caller that a Graph bearer speaks for; undefined when it is none, or has ended. */
export async function findApplicationCaller(on: Executor, bearer: string, now: Date): Promise<Caller | undefined> {
  const read = readCredential(bearer, GRAPH_TOKEN)
  if (!read || !isUuid(read.tenant)) return undefined
  const [row] = await run<{ id: string; app_id: string; display_name: string }>(on, FIND_TOKEN, [
    read.tenant,
    read.hash,
    now,
  ])
  return (
    row && {
      kind: 'application',
      tenantId: read.tenant,
      applicationId: row.id,
      displayName: row.display_name,
      appId: row.app_id,
    }
  )
}

interface SessionRow {
  readonly session_id: string
  readonly id: string
  readonly display_name: string
  readonly user_principal_name: string
  readonly roles: readonly string[]
}

/** The person that a console cookie speaks for; undefined when it is none, or has ended, or they may no longer sign in. */
export async function findUserCaller(
  on: Executor,
  cookie: string,
  now: Date,
): Promise<Extract<Caller, { kind: 'user' }> | undefined> {
  const read = readCredential(cookie, SESSION_TOKEN)
  if (!read || !isUuid(read.tenant)) return undefined
  const [row] = await run<SessionRow>(on, FIND_SESSION, [read.tenant, read.hash, now])
  return (
    row && {
      kind: 'user',
      tenantId: read.tenant,
      userId: row.id,
      displayName: row.display_name,
      userPrincipalName: row.user_principal_name,
      roles: toRoles(row.roles),
      sessionId: row.session_id,
    }
  )
}

/** @throws {Refusal} `forbidden` unless the caller's roles give `right`. */
export function requireRight(caller: Caller, right: Right): void {
  if (caller.kind === 'application' || right === 'self') return
  for (const role of caller.roles) if (RIGHTS[role].includes(right)) return
  throw new Refusal('forbidden', 'Insufficient privileges to complete the operation.')
}

const CONFIRM = hot(`select 1 from directory.sessions where tenant_id = $1 and id = $2 for key share`)
const CONFIRM_ROLES = hot(`select role_template_id::text as id from directory.directory_role_members
  where tenant_id = $1 and user_id = $2 order by role_template_id for key share`)

/**
 * Reads again, inside the transaction that writes, that a person is still signed in and still holds the right. Ending a
 * session or taking a role away deletes these rows: it waits for this write, or this write is refused.
 *
 * @throws {Refusal} `unauthorized` when the session has ended, `forbidden` when the right is gone.
 */
export async function confirmCaller(tx: Tx, caller: Caller, right: Right): Promise<void> {
  if (caller.kind === 'application') return
  const [session] = await run(tx, CONFIRM, [caller.tenantId, caller.sessionId])
  if (!session) throw new Refusal('unauthorized', 'The session has ended.')
  const rows = await run<{ id: string }>(tx, CONFIRM_ROLES, [caller.tenantId, caller.userId])
  requireRight({ ...caller, roles: toRoles(rows.map((row) => row.id)) }, right)
}

function toRoles(templateIds: readonly string[]): ReadonlySet<DirectoryRole> {
  return new Set(templateIds.flatMap((id) => roleOfTemplate(id)?.displayName ?? []))
}

/** The bearer of a request, if it carries one. */
export function bearerOf(request: FastifyRequest): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
}

/** The caller of what Muster does by itself: a first start, a command on the machine. */
export function musterItself(tenantId: string): Caller {
  return { kind: 'application', tenantId, applicationId: '00000000-0000-0000-0000-000000000000', displayName: 'Muster' }
}
