import { assertOutsideTransaction } from '@muster/service-kit/database.ts'
import { hash, verify } from '@node-rs/argon2'

/**
 * argon2id with the OWASP recommendation of 19 MiB, two passes, one lane: 50 to 100 ms a password on a small machine.
 */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Hashes a password. Takes long on purpose, so it is never done while a transaction is open. */
export async function hashPassword(password: string): Promise<string> {
  assertOutsideTransaction('Hashing a password')
  return hash(password, COST)
}

let anyHash: Promise<string> | undefined

/**
 * Whether a password is the one that was hashed. Where there is no hash (nobody of that name, no password) it does the
 * same work against another one, so that the time it takes tells nobody who exists.
 */
export async function isPassword(password: string, stored: string | undefined): Promise<boolean> {
  assertOutsideTransaction('Verifying a password')
  anyHash ??= hash('a password that nobody has', COST)
  const matches = await verify(stored ?? (await anyHash), password)
  return matches && stored !== undefined
}
