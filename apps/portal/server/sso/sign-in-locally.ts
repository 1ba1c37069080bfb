import { isPassword } from '@muster/service-kit/passwords.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { Origin } from '../identity/actor.ts'
import { countFailure, forgetFailures } from '../limits/sign-in-attempts.ts'
import type { PortalDeps } from '../portal-deps.ts'
import { type BegunSession, beginSession } from '../sessions/begin-session.ts'
import { readSettings } from '../settings/repository.ts'
import { findLocalAdmin } from './repository.ts'

export interface LocalSignIn {
  readonly workspaceId: string
  readonly email: string
  readonly password: string
}

/**
 * Signs the first admin in by password. The hash is checked outside of any transaction; inside, what it was checked
 * against is read again, so that a password that was changed meanwhile opens nothing.
 *
 * @throws {Refusal} `forbidden` while local sign-in is switched off; `unauthorized` for anything wrong, in the same words;
 *   `tooManyRequests` after too many failures.
 */
export async function signInLocally(
  deps: PortalDeps,
  { workspaceId, email, password }: LocalSignIn,
  origin: Origin,
  userAgent: string | undefined,
): Promise<BegunSession> {
  const { database, clock } = deps
  const wrong = new Refusal('unauthorized', 'This address and password do not match.')
  if (!(await readSettings(database, workspaceId)).localSignIn) throw switchedOff()
  await countFailure(deps, workspaceId, email)
  const admin = await findLocalAdmin(database, workspaceId, email)
  if (!(await isPassword(password, admin?.passwordHash)) || !admin) throw wrong
  await forgetFailures(deps, workspaceId, email)
  return database.transaction(async (tx) => {
    if (!(await readSettings(tx, workspaceId)).localSignIn) throw switchedOff()
    const again = await findLocalAdmin(tx, workspaceId, email)
    if (again?.passwordHash !== admin.passwordHash) throw wrong
    const { userId, name } = admin
    return beginSession(tx, clock.now(), {
      workspaceId,
      userId,
      email: admin.email,
      name,
      via: 'LOCAL',
      origin,
      userAgent,
    })
  })
}

const switchedOff = (): Refusal =>
  new Refusal('forbidden', 'Local sign-in is switched off. Sign in with your organisation.')
