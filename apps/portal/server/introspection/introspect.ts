import type { Introspection } from '../../contract/introspection.ts'
import { listAccessTokensOf } from '../access-tokens/repository.ts'
import { findApiKey } from '../api-keys/repository.ts'
import type { Actor } from '../identity/actor.ts'
import { findHolder } from '../identity/authenticate.ts'
import type { PortalDeps } from '../portal-deps.ts'
import { SESSION_IDLE_MS } from '../sessions/lifetime.ts'
import { findSessionById } from '../sessions/repository.ts'
import { findWorkspace } from '../workspaces/repository.ts'

interface Life {
  readonly createdAt: Date
  readonly expiresAt: Date | undefined
}

/**
 * Says whether a credential of the workspace lets somebody in at this moment, and whom (RFC 7662). Whatever is unknown,
 * ended, expired or another workspace's has the same answer, which tells nothing else (§2.2, §4). Being asked about is
 * not being used: no date moves.
 */
export async function introspect(deps: PortalDeps, workspaceId: string, token: string): Promise<Introspection> {
  const holder = await findHolder(token, deps)
  if (!holder || holder.type === 'SYSTEM' || holder.workspaceId !== workspaceId) return { active: false }
  const life = await lifeOf(deps, holder)
  const workspace = await findWorkspace(deps.database, workspaceId)
  // It ended between the two look-ups.
  if (!life || !workspace) return { active: false }
  return {
    active: true,
    ...(holder.type === 'USER' ? {} : { token_type: 'Bearer' as const }),
    type: holder.type,
    ...(holder.type === 'API_KEY' ? { sub: holder.cid } : { sub: holder.userId, username: holder.email }),
    iat: secondsOf(life.createdAt),
    ...(life.expiresAt === undefined ? {} : { exp: secondsOf(life.expiresAt) }),
    permissions: [...holder.permissions].sort(),
    workspace: { id: workspace.id, name: workspace.name },
  }
}

async function lifeOf({ database }: PortalDeps, holder: Actor): Promise<Life | undefined> {
  const { workspaceId } = holder
  switch (holder.type) {
    case 'USER': {
      const session = await findSessionById(database, workspaceId, holder.sessionId)
      if (!session) return undefined
      // As things stand: a later request moves the idle end, never the absolute one.
      const idleEnd = session.lastSeenAt.getTime() + SESSION_IDLE_MS
      return { ...session, expiresAt: new Date(Math.min(session.expiresAt.getTime(), idleEnd)) }
    }
    case 'PERSONAL_API_KEY':
      return (await listAccessTokensOf(database, workspaceId, holder.userId)).find(({ id }) => id === holder.tokenId)
    case 'API_KEY':
      return findApiKey(database, workspaceId, holder.cid)
    case 'SYSTEM':
      return undefined
    default:
      return holder satisfies never
  }
}

/** Rounded down: nobody is told of a second that is not theirs. */
const secondsOf = (time: Date): number => Math.floor(time.getTime() / 1000)
