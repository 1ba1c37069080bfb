import { Refusal } from '@muster/service-kit/refusals.ts'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import type { SignInDeps } from '../deps.ts'
import { countAddress, countFailure, forgetFailures } from '../limits/sign-in-attempts.ts'
import { changeOwnPassword, checkCredentials, type Proven } from './credentials.ts'
import type { SignInPage } from './sign-in-page.ts'

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
  | { readonly outcome: 'tooMany'; readonly sentence: string; readonly retryAfter: number }
  | { readonly outcome: 'mustChange'; readonly sentence?: string }

/** Shortest password that someone may choose, in characters. */
const SHORTEST = 8

/**
 * Signs someone in with what they typed. Who must choose a new password is asked for it first. Tries are counted before
 * anything is looked at: too many are told the same, whoever exists.
 */
export async function attemptSignIn(
  deps: SignInDeps,
  tenantId: string | undefined,
  form: SignInForm,
  ipAddress: string,
): Promise<Attempt> {
  try {
    await countAddress(deps, ipAddress)
    await countFailure(deps, tenantId, form.username)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const retryAfter = Number(error.details?.retryAfter ?? 1)
    return { outcome: 'tooMany', sentence: `Too many tries. Try again in ${retryAfter} s.`, retryAfter }
  }
  const proven = await checkCredentials(deps.database, tenantId, form.username, form.password)
  if (!proven)
    return { outcome: 'refused', sentence: 'The name or the password is not right, or the account is blocked.' }
  await forgetFailures(deps, proven.user.tenantId, form.username)
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

const STATUS = { refused: 401, tooMany: 429, mustChange: 200 } as const

/** Status and headers with which the page is shown again. */
export function setOutcome(reply: FastifyReply, attempt: Exclude<Attempt, { outcome: 'proven' }>): void {
  void reply.code(STATUS[attempt.outcome])
  if (attempt.outcome === 'tooMany') void reply.header('retry-after', String(attempt.retryAfter))
}

/** What the page says when it is shown again. */
export function shownAgain(username: string, attempt: Exclude<Attempt, { outcome: 'proven' }>): Partial<SignInPage> {
  const { outcome, sentence } = attempt
  if (outcome === 'tooMany') return { username, problem: { sentence } }
  if (outcome === 'refused') return { username, problem: { at: 'password', sentence } }
  return { username, mustChange: true, problem: sentence === undefined ? undefined : { at: 'newPassword', sentence } }
}
