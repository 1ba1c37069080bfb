import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigurationError } from './configuration-error.ts'

/** Seals what must be readable again (a provisioning secret), and hashes what must only be recognised. */
export interface SecretBox {
  /** Encrypts with AES-256-GCM. `context` (whose secret it is) is bound in: a sealed text moved elsewhere does not open. */
  seal(plain: string, context: string): string
  /** @throws when the text was changed, belongs to another context, or was sealed with another key. */
  open(sealed: string, context: string): string
  /** A keyed hash: equal texts are recognised, and no one without the key can try texts. */
  keyedHash(text: string): Buffer
  /** Names the key without telling it. Nodes of one database must show the same one. */
  readonly fingerprint: string
}

export function openSecretBox(key: string): SecretBox {
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', key, 'muster', purpose, 32))
  const sealing = derive('seal')
  const hashing = derive('hash')
  return {
    fingerprint: derive('fingerprint').toString('hex').slice(0, 16),
    seal(plain, context) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', sealing, nonce).setAAD(Buffer.from(context))
      const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return `v1.${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')}`
    },
    open(sealed, context) {
      const bytes = Buffer.from(sealed.replace(/^v1\./, ''), 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', sealing, bytes.subarray(0, 12))
        .setAAD(Buffer.from(context))
        .setAuthTag(bytes.subarray(12, 28))
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
    },
    keyedHash: (text) => createHmac('sha256', hashing).update(text).digest(),
  }
}

/** Shortest key taken from the outside, in characters. */
const SHORTEST_KEY = 32

/** @throws {ConfigurationError} when the key given is too short: to be asked before anything is opened. */
export function assertLongEnough(key: string): void {
  if (key.length < SHORTEST_KEY)
    throw new ConfigurationError(`MUSTER_SECRET_KEY has ${key.length} characters, it needs at least ${SHORTEST_KEY}`)
}

/**
 * The key that seals stored secrets: the one given, else the data folder's own (a 0600 file, made on the first start).
 *
 * @throws {ConfigurationError} when the key given is too short.
 */
export async function loadSecretKey(given: string | undefined, dataFolder: string): Promise<string> {
  if (given !== undefined) {
    assertLongEnough(given)
    return given
  }
  const file = join(dataFolder, 'secret.key')
  const fresh = randomBytes(32).toString('base64url')
  // Two starts at once: the first one's key counts, `wx` never overwrites it.
  await writeFile(file, `${fresh}\n`, { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  return (await readFile(file, 'utf8')).trim()
}
