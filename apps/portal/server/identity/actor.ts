import type { RoleKey } from '../roles/role.ts'

interface Holder {
  readonly workspaceId: string
  /** Union over the roles held directly and through teams, as they were when the request came. */
  readonly permissions: ReadonlySet<string>
  readonly roles: readonly RoleKey[]
}

interface Person extends Holder {
  readonly userId: string
  readonly email: string
  readonly name: string
}

/** A person in a browser. */
export interface SessionActor extends Person {
  readonly type: 'USER'
  readonly sessionId: string
  /** How they signed in: through the OpenID provider, or with the first admin's password. */
  readonly via: 'OPENID' | 'LOCAL'
}

/** A person's own token: exactly its owner's permissions, live. */
export interface TokenActor extends Person {
  readonly type: 'PERSONAL_API_KEY'
  readonly tokenId: string
  readonly tokenName: string
  readonly expiresAt: Date | undefined
}

/** A workspace API key: it belongs to no person, and outlives whoever made it. */
export interface KeyActor extends Holder {
  readonly type: 'API_KEY'
  readonly cid: string
  readonly name: string
  readonly last4: string
}

/** The program itself, at installation and at sign-in. It holds everything, and nothing reaches it from outside. */
export interface SystemActor {
  readonly type: 'SYSTEM'
  readonly workspaceId: string
  readonly name: string
}

/** On whose behalf something is done. */
export type Actor = SessionActor | TokenActor | KeyActor | SystemActor

/** Where a request came from, for the audit. */
export interface Origin {
  readonly ipAddress?: string
  readonly requestId?: string
}

/** How audit entries and grants name the actor: e-mail, `cid`, or the program's own part. */
export function actorIdentifier(actor: Actor): string {
  switch (actor.type) {
    case 'USER':
    case 'PERSONAL_API_KEY':
      return actor.email
    case 'API_KEY':
      return actor.cid
    case 'SYSTEM':
      return actor.name
    default:
      return actor satisfies never
  }
}
