import type { Clock } from '@muster/service-kit/clock.ts'
import { readCredential } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Deed } from '../audit/deed.ts'
import { comparable } from '../ip-allowlist/network.ts'
import { allowsAddress } from '../ip-allowlist/repository.ts'
import type { PortalDeps } from '../portal-deps.ts'
import { isBasicRole } from '../roles/basic-roles.ts'
import { type PermissionName, permissionsOfBasicRole } from '../roles/permissions.ts'
import { idleSince } from '../sessions/lifetime.ts'
import { type ToleranceSettings, USUAL_TOLERANCES } from '../tolerances/repository.ts'
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
    /** What the caller's workspace tolerates of SCIM clients, in the same routes. */
    toleranceSettings: ToleranceSettings
  }
}

/**
 * A hook that lets nobody in without a valid bearer or session, and leaves them as `request.actor`. Whoever calls a
 * workspace from an address that it does not list is told so first, whether the credential is good or not.
 *
 * @throws {Refusal} `forbidden` for an address that is not listed; `unauthorized` as `authenticate` does.
 */
export const requireActor = (deps: PortalDeps) => async (request: FastifyRequest, _reply: FastifyReply) => {
  const named = namedBy(request, deps.publicUrl)
  const address = comparable(request.ip)
  const found = named && (await find(named, deps, address))
  const isListed = found?.isListed ?? (!named || (await allowsAddress(deps.database, named.tenant, address)))
  if (!isListed) throw new Refusal('forbidden', `Forbidden IP address: this workspace does not list ${request.ip}.`)
  request.actor = admitted(found, deps)
  request.toleranceSettings = found?.tolerances ?? USUAL_TOLERANCES
}

/**
 * Finds out who calls: by bearer, else by session cookie. One statement reads the credential, its holder and their
 * permissions afresh for each request; nothing is cached, so an access that ended is refused with the next request.
 *
 * @throws {Refusal} `unauthorized` for a missing, unknown, expired or ended credential, always with the same words.
 */
export async function authenticate(request: FastifyRequest, deps: PortalDeps): Promise<Actor> {
  const named = namedBy(request, deps.publicUrl)
  return admitted(named && (await find(named, deps, undefined)), deps)
}

function admitted(found: Found | undefined, deps: PortalDeps): Actor {
  if (!found) throw new Refusal('unauthorized', 'This needs a valid session, API key or personal access token.')
  noteSeen(deps, found.actor)
  return found.actor
}

/** A credential in our own form, before anybody has looked whether it is good. */
interface Named {
  readonly kind: 'key' | 'token' | 'session'
  /** The workspace that it names. */
  readonly tenant: string
  readonly hash: Buffer
}

interface Found {
  readonly actor: Actor
  readonly isListed: boolean
  readonly tolerances: ToleranceSettings
}

function namedBy(request: FastifyRequest, publicUrl: string): Named | undefined {
  const { authorization } = request.headers
  // A bearer that fails is refused; it does not fall back to whoever is signed in beside it.
  if (authorization !== undefined) {
    const bearer = /^Bearer +(\S+) *$/i.exec(authorization)?.[1]
    return bearer === undefined ? undefined : readBearer(bearer)
  }
  const cookie = readSessionCookie(request, publicUrl)
  return cookie === undefined ? undefined : readAs('session', cookie, SESSION_PREFIX)
}

const readBearer = (value: string): Named | undefined =>
  readAs('key', value, KEY_PREFIX) ?? readAs('token', value, TOKEN_PREFIX)

function readAs(kind: Named['kind'], value: string, prefix: string): Named | undefined {
  const read = readCredential(value, prefix)
  return read && { kind, ...read }
}

/** Whose a bearer or a session's value is; undefined when nobody's. It notes no use: being asked about is none. */
export async function findHolder(value: string, deps: PortalDeps): Promise<Actor | undefined> {
  const named = readBearer(value) ?? readAs('session', value, SESSION_PREFIX)
  return named && (await find(named, deps, undefined))?.actor
}

async function find(
  { kind, tenant, hash }: Named,
  { database, clock }: PortalDeps,
  address: string | undefined,
): Promise<Found | undefined> {
  const now = clock.now()
  const key = { workspaceId: tenant, hash, now, address }
  const found = await (kind === 'key'
    ? findKey(database, key)
    : kind === 'token'
      ? findToken(database, key)
      : findSession(database, key, idleSince(now)))
  return (
    found && {
      actor: actorOf(kind, tenant, found),
      isListed: found.is_listed,
      tolerances: found.tolerances ?? USUAL_TOLERANCES,
    }
  )
}

function actorOf(kind: Named['kind'], workspaceId: string, found: FoundCredential): Actor {
  const { id, name, last4, via, expires_at } = found
  switch (kind) {
    case 'key':
      return { ...holder(workspaceId, found), type: 'API_KEY', cid: id, name: name ?? '', last4: last4 ?? '' }
    case 'token':
      return {
        ...person(workspaceId, found),
        type: 'PERSONAL_API_KEY',
        tokenId: id,
        tokenName: name ?? '',
        expiresAt: expires_at ?? undefined,
      }
    case 'session':
      return { ...person(workspaceId, found), type: 'USER', sessionId: id, via: via ?? 'LOCAL' }
  }
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
