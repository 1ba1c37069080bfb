import { hash, verify } from '@node-rs/argon2'
import { assertOutsideTransaction } from './database.ts'
import { randomText } from './ids.ts'

/** argon2id as OWASP recommends it: 19 MiB, two passes, one lane. 50 to 100 ms a password on a small machine. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Hashes a password. Takes long on purpose, so it is never done while a transaction is open. */
export async function hashPassword(password: string): Promise<string> {
  assertOutsideTransaction('Hashing a password')
  return hash(password, COST)
}

let nobodys: Promise<string> | undefined

/**
 * Whether a password is the one that was hashed. Where there is no hash (nobody of that name, no password) it does the
 * same work against another one, so that the time it takes tells nobody who exists.
 */
export async function isPassword(password: string, stored: string | undefined): Promise<boolean> {
  assertOutsideTransaction('Verifying a password')
  nobodys ??= hash(randomText(32), COST)
  const matches = await verify(stored ?? (await nobodys), password)
  return matches && stored !== undefined
}
