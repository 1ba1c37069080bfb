import { BlockList, isIP } from 'node:net'
import { carriedV4 } from './outbound-addresses.ts'

/** Somewhere that requests may go besides public addresses: a host by its name, or a range of addresses; one port or all. */
export type NamedTarget =
  | { readonly host: string; readonly port: number | undefined }
  | { readonly range: BlockList; readonly port: number | undefined }

/**
 * Reads a comma-separated list of hosts, `host:port`, addresses and CIDR ranges; blanks around an entry don't matter.
 *
 * @returns The entries, each of which {@link readTarget} reads.
 * @throws {Error} with one line that names the entry at fault.
 */
export function parseTargets(text: string): readonly string[] {
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
  for (const entry of entries) readTarget(entry)
  return entries
}

/** @throws {Error} with one line, when the entry is neither host, `host:port`, address nor CIDR range. */
export function readTarget(entry: string): NamedTarget {
  const target = readRange(entry) ?? readHost(entry)
  if (!target)
    throw new Error(
      `${JSON.stringify(entry.slice(0, 80))} is neither a host, host:port nor a CIDR range such as 10.20.0.0/16`,
    )
  return target
}

function readRange(entry: string): NamedTarget | undefined {
  const [, address = '', bits = ''] = /^([\da-f.:]+)\/(\d{1,3})$/i.exec(entry) ?? []
  const family = isIP(address)
  if (family === 0 || Number(bits) > (family === 4 ? 32 : 128)) return undefined
  return { range: rangeOf(address, Number(bits)), port: undefined }
}

function readHost(entry: string): NamedTarget | undefined {
  const written = isIP(entry) === 6 ? `[${entry}]` : entry
  if (!/^(\[[\da-f.:]+\]|[^\s/?#@:\\[\]*]+)(:\d{1,5})?$/i.test(written)) return undefined
  // The port is cut off first: URL would swallow :80.
  const [, name = '', digits] = /^(.*?)(?::(\d+))?$/.exec(written) ?? []
  const host = URL.parse(`http://${name}`)?.hostname
  const port = digits === undefined ? undefined : Number(digits)
  if (!host || port === 0 || (port ?? 0) > 65_535) return undefined
  const address = hostOf(host)
  const family = isIP(address)
  return family === 0 ? { host: address, port } : { range: rangeOf(address, family === 4 ? 32 : 128), port }
}

function rangeOf(address: string, bits: number): BlockList {
  const range = new BlockList()
  range.addSubnet(address, bits, isIP(address) === 4 ? 'ipv4' : 'ipv6')
  return range
}

/** A host as two spellings of it compare: no brackets, no dot at the end, lower case. */
export const hostOf = (hostname: string): string =>
  hostname
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
    .toLowerCase()

/** Whether an address, answered for a host, is one of those that were named. */
export function isNamed(targets: readonly NamedTarget[], host: string, port: number, address: string): boolean {
  const carried = carriedV4(address)
  return targets.some((target) => {
    if (target.port !== undefined && target.port !== port) return false
    if ('host' in target) return target.host === host
    const isInside = target.range.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6')
    return isInside || (carried !== undefined && target.range.check(carried))
  })
}
