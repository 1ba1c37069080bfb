import { type Tx, uniqueConstraint } from '@muster/service-kit/database.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { Deed } from '../audit/deed.ts'
import { recordAudit } from '../audit/record.ts'
import type { Origin } from '../identity/actor.ts'
import type { PortalDeps } from '../portal-deps.ts'
import { type BegunSession, beginSession } from '../sessions/begin-session.ts'
import { readSettings } from '../settings/repository.ts'
import { createUser } from '../users/change-user.ts'
import { hasDeparted, marksOf } from '../users/departed.ts'
import { lockForAccess } from '../users/person-lock.ts'
import { findUser, lockForChange } from '../users/repository.ts'
import { resourceOf } from '../users/user.ts'
import { type Claims, decideSignIn, type Match, type RefusedBecause } from './decide-sign-in.ts'
import { bindIdentity, findBoundAccount, findMatches } from './repository.ts'

export type SignInResult =
  | { readonly outcome: 'entered'; readonly session: BegunSession }
  | { readonly outcome: 'refused'; readonly because: RefusedBecause }

/** Tries until two first sign-ins at once, or one beside a SCIM create of the same person, have found their order. */
const TRIES = 3

/** Lets whoever the provider vouches for in, as the decision says, with a new session. */
export async function signInByOpenId(
  deps: PortalDeps,
  workspaceId: string,
  claims: Claims,
  origin: Origin,
  userAgent: string | undefined,
): Promise<SignInResult> {
  for (let attempt = 1; ; attempt += 1)
    try {
      const now = deps.clock.now()
      const deed: Deed = { actor: { type: 'SYSTEM', workspaceId, name: 'sign-in' }, origin, now }
      return await deps.database.transaction((tx) => enter(tx, deps, deed, claims, userAgent))
    } catch (error) {
      const metAnother =
        uniqueConstraint(error) !== undefined || (error instanceof Refusal && error.code === 'conflict')
      if (!metAnother || attempt === TRIES) throw error
    }
}

async function enter(
  tx: Tx,
  deps: PortalDeps,
  deed: Deed,
  claims: Claims,
  userAgent: string | undefined,
): Promise<SignInResult> {
  const { workspaceId } = deed.actor
  const { rejectUnprovisionedSignIn, connector, defaultRole } = await readSettings(tx, workspaceId)
  const bound = await lockBound(tx, workspaceId, claims)
  const matches = bound ? [] : await lockMatches(tx, workspaceId, claims)
  const marks = marksOf(deps.secrets, workspaceId, {
    identities: [claims],
    emails: [claims.email, claims.preferredUsername].filter((address) => address !== undefined),
  })
  const decision = decideSignIn({
    claims,
    domains: connector?.domains ?? [],
    bound,
    matches,
    departed: !bound && (await hasDeparted(tx, workspaceId, marks)),
    rejectUnprovisioned: rejectUnprovisionedSignIn,
  })
  switch (decision.action) {
    case 'refuse':
      return { outcome: 'refused', because: decision.because }
    case 'enter':
      return begin(tx, deed, decision.userId, userAgent)
    case 'bind':
      await bind(tx, deed, claims, decision.userId)
      return begin(tx, deed, decision.userId, userAgent)
    case 'create': {
      const { userName, name, email } = decision
      const { emails, ...rest } = resourceOf({ userName, name, email: email ?? userName })
      const attributes = email === undefined || emails === undefined ? rest : { ...rest, emails }
      const user = await createUser(tx, deed, deps.secrets, { attributes, source: 'SIGN_IN', defaultRole })
      await bindIdentity(tx, workspaceId, claims, user.id, deed.now)
      return begin(tx, deed, user.id, userAgent)
    }
    default:
      return decision satisfies never
  }
}

/** The account that this sign-in is bound to, held as it is: its `active`, and that the binding still stands. */
async function lockBound(tx: Tx, workspaceId: string, claims: Claims) {
  const found = await findBoundAccount(tx, workspaceId, claims)
  if (!found) return undefined
  await lockForAccess(tx, workspaceId, [found.userId])
  const again = await findBoundAccount(tx, workspaceId, claims)
  return again?.userId === found.userId ? again : undefined
}

/** The accounts that the token's addresses name, held `for update` in id order: two `sub`s can't both bind one of them. */
async function lockMatches(tx: Tx, workspaceId: string, claims: Claims): Promise<Match[]> {
  const locked = new Set<string>()
  for (;;) {
    const matches = await findMatches(tx, workspaceId, claims)
    const fresh = matches.filter(({ userId }) => !locked.has(userId))
    if (fresh.length === 0) return matches
    for (const { userId } of fresh) {
      await lockForChange(tx, { workspaceId, id: userId })
      locked.add(userId)
    }
  }
}

async function bind(tx: Tx, { actor, origin, now }: Deed, claims: Claims, userId: string): Promise<void> {
  await bindIdentity(tx, actor.workspaceId, claims, userId, now)
  const user = await findUser(tx, { workspaceId: actor.workspaceId, id: userId })
  await recordAudit(tx, actor, origin, now, {
    action: 'UPDATE',
    objectType: 'USER',
    objectId: userId,
    objectIdentifier: user?.email ?? userId,
    details: { event: 'user.bound', issuer: claims.issuer, subject: claims.subject },
  })
}

async function begin(
  tx: Tx,
  { actor: { workspaceId }, origin, now }: Deed,
  userId: string,
  userAgent: string | undefined,
): Promise<SignInResult> {
  const user = await findUser(tx, { workspaceId, id: userId })
  if (!user) throw new Refusal('forbidden', 'This account is gone.')
  const session = await beginSession(tx, now, {
    workspaceId,
    userId,
    email: user.email,
    name: user.displayName,
    via: 'OPENID',
    origin,
    userAgent,
  })
  return { outcome: 'entered', session }
}
