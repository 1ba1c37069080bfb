import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'

let lastMs = 0
let counter = 0

/**
 * A UUID version 7 (RFC 9562 §5.7) for the time given. Ids of one process grow, also within a millisecond (method 1 of
 * §6.2): the 12 bits after the version count. Nobody learns anything from one but a time.
 */
export function newId(now: Date): string {
  const ms = now.getTime()
  counter = ms === lastMs ? counter + 1 : randomInt(0x400)
  lastMs = ms
  const bytes = randomBytes(16)
  bytes.writeUIntBE(ms, 0, 6)
  bytes.writeUInt16BE(0x7000 | (counter & 0xfff), 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Whether a text can be an id at all: anything else is unknown without asking the database. */
export function isUuid(text: string): boolean {
  return UUID.test(text)
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Random text of letters and digits, about 5.95 bits a character. */
export function randomText(length: number): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
}

/** The 8 characters that a workspace is known by inside a credential: lower case and digits, never starting with a digit. */
export function newWorkspaceId(): string {
  const letters = 'abcdefghijkmnpqrstuvwxyz'
  const rest = `${letters}23456789`
  return letters[randomInt(letters.length)] + Array.from({ length: 7 }, () => rest[randomInt(rest.length)]).join('')
}

/** A bearer secret: shown once, stored as `hash`, recognised by `last4`. */
export interface Credential {
  readonly value: string
  readonly hash: Buffer
  readonly last4: string
}

/**
 * Makes `<prefix>_<tenant>_<32 random characters>_<6 of checksum>`. The tenant stands in it, so that a look-up is
 * (tenant, hash); the checksum lets secret scanners and us tell a credential from a typing error without the database.
 */
export function newCredential(prefix: string, tenant: string): Credential {
  const body = `${prefix}_${tenant}_${randomText(32)}`
  const value = `${body}_${checksum(body)}`
  return { value, hash: hashOf(value), last4: value.slice(-4) }
}

/** Takes a credential apart; undefined when it is none of ours (wrong form, prefix or checksum). */
export function readCredential(
  value: string,
  prefix: string,
): { readonly tenant: string; readonly hash: Buffer } | undefined {
  const parts = /^([a-z]+)_([A-Za-z0-9-]{1,40})_[A-Za-z0-9]{32}_([A-Za-z0-9]{6})$/.exec(value)
  if (!parts || parts[1] !== prefix || checksum(value.slice(0, -7)) !== parts[3]) return undefined
  return { tenant: parts[2] ?? '', hash: hashOf(value) }
}

/** Every credential of ours, of whatever kind, that stands somewhere in a text: what a secret scanner would find. */
export function findCredentials(text: string): string[] {
  const likely = text.match(/\b[a-z]+_[A-Za-z0-9-]{1,40}_[A-Za-z0-9]{32}_[A-Za-z0-9]{6}\b/g) ?? []
  return likely.filter((value) => checksum(value.slice(0, -7)) === value.slice(-6))
}

/** How a bearer secret is stored. It carries 190 bits of chance, so one round of SHA-256 is enough (a password needs argon2). */
export function hashOf(value: string): Buffer {
  return createHash('sha256').update(value).digest()
}

/** Compares two secrets without telling by the time it takes where they differ. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(hashOf(a), hashOf(b))
}

function checksum(body: string): string {
  let number = crc32(body)
  let text = ''
  for (let digit = 0; digit < 6; digit += 1) {
    text = ALPHABET[number % 62] + text
    number = Math.floor(number / 62)
  }
  return text
}
