import { BlockList, isIP, isIPv4 } from 'node:net'

/**
 * What an address is to requests that leave for it: `public` needs no leave, `loopback` and `private` must be named,
 * `never` is refused even when it is named.
 */
export type AddressKind = 'public' | 'loopback' | 'private' | 'never'

const blockOf = (...subnets: readonly string[]): BlockList => {
  const block = new BlockList()
  for (const subnet of subnets) {
    const [address = '', bits = ''] = subnet.split('/')
    block.addSubnet(address, Number(bits), isIPv4(address) ? 'ipv4' : 'ipv6')
  }
  return block
}

/**
 * No target system lives there: this host by another name (0/8 connects to it), link-local with every cloud's metadata,
 * multicast, broadcast; and metadata addresses that stand elsewhere (Alibaba, Oracle, Azure's wire server, AWS over IPv6).
 */
const NEVER_V4 = blockOf(
  '0.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/4',
  '255.255.255.255/32',
  '100.100.100.200/32',
  '192.0.0.192/32',
  '168.63.129.16/32',
)
const NEVER_V6 = blockOf('::/128', 'fe80::/10', 'ff00::/8', 'fd00:ec2::254/128', 'fd20:ce::254/128')

const LOOPBACK_V4 = blockOf('127.0.0.0/8')
const LOOPBACK_V6 = blockOf('::1/128')

/** Not globally reachable by IANA's registry of special-purpose IPv4 addresses (RFC 6890). */
const PRIVATE_V4 = blockOf(
  '10.0.0.0/8',
  '100.64.0.0/10',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '240.0.0.0/4',
)

/** Global unicast is all that is given out (RFC 4291 §2.4); protocol assignments and documentation are cut out of it. */
const GLOBAL_V6 = blockOf('2000::/3')
const SPECIAL_V6 = blockOf('2001::/23', '2001:db8::/32', '3fff::/20')

/** IPv6 forms that carry an IPv4 address, and the 16-bit group where it begins (RFC 4291 §2.5.5, 2765, 6052, 3056). */
const CARRIERS: readonly (readonly [BlockList, number])[] = [
  [blockOf('::/96', '::ffff:0:0/96', '::ffff:0:0:0/96', '64:ff9b::/96'), 6],
  [blockOf('2002::/16'), 1],
]

/** Says what an address is. An IPv6 form that carries an IPv4 address is what that address is: it leads there. */
export function kindOfAddress(address: string): AddressKind {
  const plain = withoutZone(address)
  const family = isIP(plain)
  if (family === 4) return kindOfV4(plain)
  if (family !== 6 || NEVER_V6.check(plain, 'ipv6')) return 'never'
  if (LOOPBACK_V6.check(plain, 'ipv6')) return 'loopback'
  const carried = carriedV4(plain)
  if (carried !== undefined) return kindOfV4(carried)
  return GLOBAL_V6.check(plain, 'ipv6') && !SPECIAL_V6.check(plain, 'ipv6') ? 'public' : 'private'
}

function kindOfV4(address: string): AddressKind {
  if (NEVER_V4.check(address)) return 'never'
  if (LOOPBACK_V4.check(address)) return 'loopback'
  return PRIVATE_V4.check(address) ? 'private' : 'public'
}

/** The IPv4 address that an IPv6 address stands for, if it does. */
export function carriedV4(address: string): string | undefined {
  const plain = withoutZone(address)
  if (isIP(plain) !== 6 || LOOPBACK_V6.check(plain, 'ipv6')) return undefined
  const begin = CARRIERS.find(([block]) => block.check(plain, 'ipv6'))?.[1]
  if (begin === undefined) return undefined
  const groups = groupsOf(plain)
  const [high = 0, low = 0] = [groups[begin], groups[begin + 1]]
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

/** The eight groups of a valid IPv6 address. */
function groupsOf(address: string): number[] {
  // WHATWG URL writes every form, dotted ends too, as groups of hexadecimal digits.
  const text = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [head = '', tail] = text.split('::')
  const read = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)))
  const [before, after] = [read(head), read(tail ?? '')]
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after]
}

/** A zone names an interface of this machine, not another address. */
const withoutZone = (address: string): string => address.split('%')[0] ?? ''
