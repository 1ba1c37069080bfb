import { z } from 'zod'
import type { StoreDeps } from '../deps.ts'
import { changeOwnPassword, checkCredentials, type Proven } from './credentials.ts'

/** What the sign-in form sends. Longer values than any account has are cut off before the work begins. */
export const signInForm = z.object({
  username: z.string().max(320).default(''),
  password: z.string().max(256).default(''),
  newPassword: z.string().max(256).optional(),
  returnTo: z.string().max(2_000).optional(),
})

export type SignInForm = z.infer<typeof signInForm>

/** How an attempt to sign in ended: someone is known, or the page is shown again. */
export type Attempt =
  | { readonly outcome: 'proven'; readonly proven: Proven }
  | { readonly outcome: 'refused'; readonly sentence: string }
  | { readonly outcome: 'mustChange'; readonly sentence?: string }

/** Shortest password that someone may choose, in characters. */
const SHORTEST = 8

/** Signs someone in with what they typed. Who must choose a new password is asked for it first. */
export async function attemptSignIn(deps: StoreDeps, tenantId: string | undefined, form: SignInForm): Promise<Attempt> {
  const proven = await checkCredentials(deps.database, tenantId, form.username, form.password)
  if (!proven)
    return { outcome: 'refused', sentence: 'The name or the password is not right, or the account is blocked.' }
  if (!proven.user.forceChangePassword) return { outcome: 'proven', proven }
  if (!form.newPassword) return { outcome: 'mustChange' }
  if (form.newPassword.length < SHORTEST)
    return { outcome: 'mustChange', sentence: `The new password needs at least ${SHORTEST} characters.` }
  if (form.newPassword === form.password)
    return { outcome: 'mustChange', sentence: 'The new password must be another one.' }
  const changed = await changeOwnPassword(deps, proven, form.newPassword)
  if (!changed) return { outcome: 'refused', sentence: 'The account was changed meanwhile. Sign in again.' }
  return { outcome: 'proven', proven: changed }
}
