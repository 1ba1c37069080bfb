import { readCredential } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { KEY_PREFIX, TOKEN_PREFIX } from '../identity/authenticate.ts'
import { readSessionCookie, SESSION_PREFIX } from '../identity/session-cookie.ts'
import type { PortalDeps } from '../portal-deps.ts'
import { comparable } from './replace-allow-list.ts'
import { allowsAddress } from './repository.ts'

/**
 * A hook in front of `requireActor`: whoever calls a workspace from an address that it does not list is refused before
 * anybody looks whether the credential is good. The workspace is the one that the credential names; one that names none
 * is nobody's, which is told behind this.
 */
export const requireListedAddress =
  ({ database, publicUrl }: PortalDeps) =>
  async (request: FastifyRequest, _reply: FastifyReply): Promise<void> => {
    const workspaceId = workspaceNamedBy(request, publicUrl)
    if (workspaceId === undefined || (await allowsAddress(database, workspaceId, comparable(request.ip)))) return
    throw new Refusal('forbidden', `Forbidden IP address: this workspace does not list ${request.ip}.`)
  }

function workspaceNamedBy(request: FastifyRequest, publicUrl: string): string | undefined {
  const { authorization } = request.headers
  if (authorization === undefined) return tenantOf(readSessionCookie(request, publicUrl), SESSION_PREFIX)
  const bearer = /^Bearer +(\S+) *$/i.exec(authorization)?.[1]
  return tenantOf(bearer, KEY_PREFIX) ?? tenantOf(bearer, TOKEN_PREFIX)
}

const tenantOf = (value: string | undefined, prefix: string): string | undefined =>
  value === undefined ? undefined : readCredential(value, prefix)?.tenant
