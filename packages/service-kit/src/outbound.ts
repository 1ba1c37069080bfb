import { lookup as resolve } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { Agent, buildConnector, type Dispatcher, EnvHttpProxyAgent } from 'undici'
import { kindOfAddress } from './outbound-addresses.ts'
import { OutboundRefusedError } from './outbound-refused-error.ts'
import { hostOf, isNamed, readTarget } from './outbound-targets.ts'

/** Where requests to other people's servers may go. Public addresses always. */
export interface OutboundRules {
  /** Hosts, `host:port`, addresses and CIDR ranges that are allowed besides: see `parseTargets`. */
  readonly allowed: readonly string[]
  /** Muster itself listens on loopback only, so that nobody gains by reaching it. */
  readonly isLoopbackAllowed: boolean
  /** Forward proxy for https targets; the proxy decides where requests go, and there is no guard of ours. */
  readonly proxy?: string | undefined
  /** The same for http targets. Without it they leave directly, guarded. */
  readonly httpProxy?: string | undefined
  /** Hosts that no proxy is asked for, as NO_PROXY writes them. Those leave directly, guarded. */
  readonly noProxy?: string | undefined
}

/** Answers every address of a host. */
export type LookupAll = (hostname: string) => Promise<readonly { readonly address: string; readonly family: number }[]>

export interface OutboundOptions {
  /** Most connections to one origin. */
  readonly connections: number
  /** Default: the system's resolver. */
  readonly lookup?: LookupAll
}

/** Longest that a connection may take to stand, in milliseconds. */
const CONNECT_MS = 10_000

/**
 * Opens the way out: a dispatcher that makes connections only to addresses that the rules allow.
 *
 * Every address that DNS answers is checked when a connection is made, and the connection goes to what was checked: a
 * name that answers something else a moment later gains nothing. One address that isn't allowed refuses the name.
 * Connections are kept alive for each origin, so none serves a host that it was not checked for. It follows no redirect.
 *
 * Its requests fail with {@link OutboundRefusedError} for what is not allowed.
 *
 * @throws {Error} when an allowed entry can't be read.
 */
export function openOutbound(
  rules: OutboundRules,
  { connections, lookup = (hostname) => resolve(hostname, { all: true }) }: OutboundOptions,
): { readonly dispatcher: Dispatcher; close(): Promise<void> } {
  // HTTP/1.1 alone: one way for an answer to break, and SCIM gains nothing by the other.
  const options = { connections, pipelining: 1, allowH2: false, connect: guardedConnect(rules, lookup) }
  const { proxy, httpProxy, noProxy } = rules
  const dispatcher =
    proxy || httpProxy
      ? // Texts, even empty ones, keep undici from reading the environment by itself.
        new EnvHttpProxyAgent({
          ...options,
          httpsProxy: proxy ?? '',
          httpProxy: httpProxy ?? '',
          noProxy: [noProxy ?? '', ...(rules.isLoopbackAllowed ? ['localhost', '127.0.0.1', '::1'] : [])].join(','),
        })
      : new Agent(options)
  return { dispatcher, close: () => dispatcher.destroy() }
}

/**
 * Reads the address of a request.
 *
 * @throws {OutboundRefusedError} unless it is http or https and carries no user name or password.
 */
export function readOutboundUrl(text: string): URL {
  const url = URL.parse(text)
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new OutboundRefusedError(url?.host ?? '', undefined, 'Only http and https addresses can be called.')
  if (url.username !== '' || url.password !== '')
    throw new OutboundRefusedError(url.host, undefined, 'The address must not carry a user name or password.')
  return url
}

/** Whether a host is this machine by loopback alone. Names are taken by their word: `localhost` and what ends in it. */
export function isLoopbackHost(hostname: string): boolean {
  const host = hostOf(hostname)
  return isIP(host) === 0 ? /(^|\.)localhost$/.test(host) : kindOfAddress(host) === 'loopback'
}

function guardedConnect(rules: OutboundRules, lookup: LookupAll): buildConnector.connector {
  const named = rules.allowed.map(readTarget)
  const check = (host: string, port: number, address: string): void => {
    const kind = kindOfAddress(address)
    if (kind === 'public' || (kind === 'loopback' && rules.isLoopbackAllowed)) return
    if (kind !== 'never' && isNamed(named, host, port, address)) return
    throw OutboundRefusedError.of(host, address, kind)
  }
  return (options, callback) => {
    const host = hostOf(options.hostname)
    const port = Number(options.port) || (options.protocol === 'https:' ? 443 : 80)
    // node:net asks no resolver about an address, so what is one already is checked here.
    if (isIP(host) !== 0) {
      try {
        check(host, port, host)
      } catch (error) {
        callback(error as OutboundRefusedError, null)
        return
      }
    }
    const checkedLookup: LookupFunction = (hostname, { all }, answer) => {
      lookup(hostname)
        .then((addresses) => {
          for (const { address } of addresses) check(host, port, address)
          const [first] = addresses
          if (!first) throw Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' })
          return { addresses, first }
        })
        .then(
          ({ addresses, first }) => (all ? answer(null, [...addresses]) : answer(null, first.address, first.family)),
          (error: NodeJS.ErrnoException) => answer(error, '', 0),
        )
    }
    buildConnector({ timeout: CONNECT_MS, allowH2: false, lookup: checkedLookup })(options, callback)
  }
}

/**
 * Reads an answer's body whole, up to `limit` bytes; of a larger one the rest is not even received.
 *
 * @throws what `tooLarge` makes of the sentence that says so.
 */
export async function readBody(
  body: Dispatcher.ResponseData['body'],
  limit: number,
  tooLarge: (said: string) => Error,
): Promise<Buffer> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of body as AsyncIterable<Buffer>) {
    length += part.length
    if (length > limit) {
      body.destroy()
      throw tooLarge(`The answer is larger than ${limit} bytes.`)
    }
    parts.push(part)
  }
  return Buffer.concat(parts)
}
