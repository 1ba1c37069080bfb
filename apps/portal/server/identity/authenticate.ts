import type { Clock } from '@muster/service-kit/clock.ts'
import { readCredential } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Deed } from '../audit/deed.ts'
import type { PortalDeps } from '../portal-deps.ts'
import { isBasicRole } from '../roles/basic-roles.ts'
import { type PermissionName, permissionsOfBasicRole } from '../roles/permissions.ts'
import { idleSince } from '../sessions/lifetime.ts'
import type { Actor, Origin } from './actor.ts'
import { noteSeen } from './last-seen.ts'
import { listed, missingPermissions } from './missing-permissions.ts'
import { type FoundCredential, findKey, findSession, findToken } from './repository.ts'
import { readSessionCookie, SESSION_PREFIX } from './session-cookie.ts'

export const KEY_PREFIX = 'mst'
export const TOKEN_PREFIX = 'mpt'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls, in the routes behind `requireActor`. */
    actor: Actor
  }
}

/** A hook that lets nobody in without a valid bearer or session, and leaves them as `request.actor`. */
export const requireActor = (deps: PortalDeps) => async (request: FastifyRequest, _reply: FastifyReply) => {
  request.actor = await authenticate(request, deps)
}

/**
 * Finds out who calls: by bearer, else by session cookie. One statement reads the credential, its holder and their
 * permissions afresh for each request; nothing is cached, so an access that ended is refused with the next request.
 *
 * @throws {Refusal} `unauthorized` for a missing, unknown, expired or ended credential, always with the same words.
 */
export async function authenticate(request: FastifyRequest, deps: PortalDeps): Promise<Actor> {
  const actor = await findActor(request, deps)
  if (!actor) throw new Refusal('unauthorized', 'This needs a valid session, API key or personal access token.')
  noteSeen(deps, actor)
  return actor
}

async function findActor(request: FastifyRequest, deps: PortalDeps): Promise<Actor | undefined> {
  const { authorization } = request.headers
  // A bearer that fails is refused; it does not fall back to whoever is signed in beside it.
  if (authorization !== undefined) {
    const bearer = /^Bearer +(\S+) *$/i.exec(authorization)?.[1]
    return bearer === undefined ? undefined : findBearer(bearer, deps)
  }
  const cookie = readSessionCookie(request, deps.publicUrl)
  return cookie === undefined ? undefined : findBySession(cookie, deps)
}

async function findBearer(bearer: string, { database, clock }: PortalDeps): Promise<Actor | undefined> {
  const key = readCredential(bearer, KEY_PREFIX)
  if (key) {
    const found = await findKey(database, { workspaceId: key.tenant, hash: key.hash, now: clock.now() })
    return (
      found && {
        ...holder(key.tenant, found),
        type: 'API_KEY',
        cid: found.id,
        name: found.name ?? '',
        last4: found.last4 ?? '',
      }
    )
  }
  const token = readCredential(bearer, TOKEN_PREFIX)
  if (!token) return undefined
  const found = await findToken(database, { workspaceId: token.tenant, hash: token.hash, now: clock.now() })
  return (
    found && {
      ...person(token.tenant, found),
      type: 'PERSONAL_API_KEY',
      tokenId: found.id,
      tokenName: found.name ?? '',
      expiresAt: found.expires_at ?? undefined,
    }
  )
}

/** Whose a bearer or a session's value is; undefined when nobody's. It notes no use: being asked about is none. */
export const findHolder = async (value: string, deps: PortalDeps): Promise<Actor | undefined> =>
  (await findBearer(value, deps)) ?? findBySession(value, deps)

async function findBySession(value: string, { database, clock }: PortalDeps): Promise<Actor | undefined> {
  const session = readCredential(value, SESSION_PREFIX)
  if (!session) return undefined
  const now = clock.now()
  const found = await findSession(database, { workspaceId: session.tenant, hash: session.hash, now }, idleSince(now))
  return found && { ...person(session.tenant, found), type: 'USER', sessionId: found.id, via: found.via ?? 'LOCAL' }
}

function holder(workspaceId: string, { roles, custom_permissions }: FoundCredential) {
  const permissions = new Set<string>(custom_permissions)
  for (const key of roles) {
    const role = key.slice('BASIC:'.length)
    if (key.startsWith('BASIC:') && isBasicRole(role))
      for (const name of permissionsOfBasicRole(role)) permissions.add(name)
  }
  return { workspaceId, roles, permissions }
}

function person(workspaceId: string, found: FoundCredential) {
  return {
    ...holder(workspaceId, found),
    userId: found.user_id ?? '',
    email: found.email ?? '',
    name: found.display_name ?? '',
  }
}

/** @throws {Refusal} `forbidden`, naming every permission that is missing. */
export function requirePermissions(actor: Actor, ...names: readonly PermissionName[]): void {
  const missing = missingPermissions(actor, names)
  if (missing.length > 0) throw new Refusal('forbidden', `This needs the ${listed(missing)}.`, { permissions: missing })
}

/** A hook for a route behind `requireActor`: refuses before the body is read, so that a 400 never hides a 403. */
export const needs =
  (...names: readonly PermissionName[]) =>
  async (request: FastifyRequest) =>
    requirePermissions(request.actor, ...names)

/** Where a request came from, as the audit keeps it. */
export const originOf = (request: FastifyRequest): Origin => ({ ipAddress: request.ip, requestId: request.id })

/** Who does what a request asks, from where and when: taken once a request, by the routes behind `requireActor`. */
export const deedOf = (request: FastifyRequest, clock: Clock): Deed => ({
  actor: request.actor,
  origin: originOf(request),
  now: clock.now(),
})
