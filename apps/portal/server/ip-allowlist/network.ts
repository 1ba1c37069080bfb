import { BlockList, isIP } from 'node:net'
import { carriedV4 } from '@muster/service-kit/outbound-addresses.ts'

const MAPPED = new BlockList()
MAPPED.addSubnet('::ffff:0:0', 96, 'ipv6')
const MAPPED_BITS = 96

/** What an entry of the allow list says: a network as PostgreSQL's `inet` reads it, or why it is none. */
export type ReadNetwork =
  | { readonly valid: true; readonly network: string }
  | { readonly valid: false; readonly message: string }

/**
 * Reads one address, or a range such as `203.0.113.0/24` (RFC 4632 §3.1, RFC 4291 §2.3). An IPv4 address that is mapped
 * into IPv6 (§2.5.5.2) is the IPv4 address it is. Digits behind the prefix don't matter.
 */
export function readNetwork(text: string): ReadNetwork {
  const [address = '', prefix, more] = text.trim().split('/')
  const family = isIP(address)
  if (family === 0 || more !== undefined || address.includes('%'))
    return { valid: false, message: `"${text}" is neither an IP address nor a range such as 203.0.113.0/24.` }
  const most = family === 4 ? 32 : 128
  const bits = prefix === undefined ? most : Number(prefix)
  if (prefix !== undefined && (!/^\d{1,3}$/.test(prefix) || bits > most))
    return { valid: false, message: `"${text}": the number behind the slash is between 0 and ${most}.` }
  const plain = plainAddress(address)
  if (family === 6 && isIP(plain) === 4)
    return bits >= MAPPED_BITS
      ? { valid: true, network: `${plain}/${bits - MAPPED_BITS}` }
      : { valid: false, message: `"${text}" is wider than the IPv4 addresses that are mapped into IPv6.` }
  return { valid: true, network: `${plain}/${bits}` }
}

/** An address as lists compare it: without a zone, and IPv4 as such when a socket shows it mapped into IPv6. */
export function plainAddress(address: string): string {
  const plain = address.split('%')[0] ?? ''
  return isIP(plain) === 6 && MAPPED.check(plain, 'ipv6') ? (carriedV4(plain) ?? plain) : plain
}

/** An address as the list compares it; undefined for what is none. */
export function comparable(ip: string): string | undefined {
  const plain = plainAddress(ip)
  return isIP(plain) === 0 ? undefined : plain
}
