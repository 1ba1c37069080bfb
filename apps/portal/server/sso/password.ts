import { assertOutsideTransaction } from '@muster/service-kit/database.ts'
import { randomText } from '@muster/service-kit/ids.ts'
import { hash, verify } from '@node-rs/argon2'

/** argon2id with the library's figures (19 MB, 2 passes), which are OWASP's. About 50 ms: never inside a transaction. */
export function hashPassword(password: string): Promise<string> {
  assertOutsideTransaction('A password hash')
  return hash(password)
}

let nobodys: Promise<string> | undefined

/**
 * Checks a password. Without a hash it takes as long and says no, so that the time tells nobody which addresses exist.
 */
export async function verifyPassword(passwordHash: string | undefined, password: string): Promise<boolean> {
  assertOutsideTransaction('A password hash')
  nobodys ??= hash(randomText(32))
  const matches = await verify(passwordHash ?? (await nobodys), password)
  return matches && passwordHash !== undefined
}
