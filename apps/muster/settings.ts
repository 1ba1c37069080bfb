import { isIP } from 'node:net'
import { ConfigurationError } from '@muster/service-kit/configuration-error.ts'
import { readDuration } from '@muster/service-kit/duration.ts'
import { isLoopbackHost, type OutboundRules } from '@muster/service-kit/outbound.ts'
import { parseTargets } from '@muster/service-kit/outbound-targets.ts'
import { assertLongEnough } from '@muster/service-kit/secrets.ts'

/** What a start needs to know, read from flags and variables once, in `main.ts`, and checked whole before anything opens. */
export interface Settings {
  readonly dataFolder: string
  /** Undefined: Muster's own PostgreSQL under the data folder. */
  readonly databaseUrl: string | undefined
  /** 0: any free port. */
  readonly portalPort: number
  readonly directoryPort: number
  readonly host: string
  /** Undefined: derived from host and port. */
  readonly portalUrl: string | undefined
  readonly directoryUrl: string | undefined
  /** People of the sample directory that a first run makes. */
  readonly sample: number
  readonly bootstrapFile: string | undefined
  readonly cycleIntervalSeconds: number
  readonly logLevel: string
  readonly secretKey: string | undefined
  readonly clockOffsetMs: number
  /** Most requests a minute by each app's rules; 0 is no limit. What is not given is as usual. */
  readonly limits: {
    readonly scim?: number
    readonly rest?: number
    readonly signIn?: number
    readonly token?: number
  }
  /** Most rows that a SCIM filter of the portal's may look at without an index. */
  readonly filterLimit: number
  /** Where both apps may send requests: MUSTER_DIRECTORY_TARGETS, loopback when `host` is loopback, and the environment's proxies. */
  readonly outbound: OutboundRules
  /** Addresses or CIDR whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[]
  /** Variables named MUSTER_… that mean nothing to us: a warning in the log. */
  readonly unknownVariables: readonly string[]
}

/** Flags as commander hands them over: texts, or true for a switch. */
export type Flags = Readonly<Record<string, string | boolean | undefined>>

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']
const SHORTEST_INTERVAL_SECONDS = 10

/** Every variable that is read, beside the flag that wins over it. */
const VARIABLES: Readonly<Record<string, string | undefined>> = {
  MUSTER_DATA_DIR: 'data',
  MUSTER_DATABASE_URL: 'databaseUrl',
  MUSTER_PORTAL_PORT: 'portalPort',
  MUSTER_DIRECTORY_PORT: 'directoryPort',
  MUSTER_HOST: 'host',
  MUSTER_PORTAL_URL: 'portalUrl',
  MUSTER_DIRECTORY_URL: 'directoryUrl',
  MUSTER_SAMPLE: 'sample',
  MUSTER_BOOTSTRAP_FILE: 'bootstrapFile',
  MUSTER_CYCLE_INTERVAL: 'cycleInterval',
  MUSTER_LOG_LEVEL: 'logLevel',
  MUSTER_SECRET_KEY: undefined,
  MUSTER_CLOCK_OFFSET: undefined,
  MUSTER_DIRECTORY_TARGETS: undefined,
  MUSTER_TRUSTED_PROXIES: undefined,
  MUSTER_RATE_LIMIT_SCIM: undefined,
  MUSTER_RATE_LIMIT_REST: undefined,
  MUSTER_RATE_LIMIT_SIGN_IN: undefined,
  MUSTER_RATE_LIMIT_TOKEN: undefined,
  MUSTER_FILTER_LIMIT: undefined,
  MUSTER_TEST_DATABASE_URL: undefined,
}

/**
 * Reads and checks every setting.
 *
 * @throws {ConfigurationError} naming the flag or variable at fault and what it may be.
 */
export function readSettings(flags: Flags, environment: NodeJS.ProcessEnv): Settings {
  const given = (variable: string): { readonly text: string; readonly name: string } | undefined => {
    const flag = VARIABLES[variable]
    const fromFlag = flag === undefined ? undefined : flags[flag]
    if (typeof fromFlag === 'string') return { text: fromFlag, name: `--${kebab(flag ?? '')}` }
    const text = environment[variable]
    return text === undefined || text === '' ? undefined : { text, name: variable }
  }
  const number = (variable: string, otherwise: number, most: number, least = 0): number => {
    const value = given(variable)
    if (!value) return otherwise
    const asked = /^\d{1,9}$/.test(value.text) ? Number(value.text) : Number.NaN
    if (!(asked >= least && asked <= most))
      throw new ConfigurationError(
        `${value.name} must be a whole number from ${least} to ${most}, not "${oneLine(value.text)}"`,
      )
    return asked
  }
  const limit = (name: string, variable: string) => (given(variable) ? { [name]: number(variable, 0, 1_000_000) } : {})
  const url = (variable: string, schemes: readonly string[]): string | undefined => {
    const value = given(variable)
    if (!value) return undefined
    if (!URL.canParse(value.text) || !schemes.includes(new URL(value.text).protocol.slice(0, -1)))
      throw new ConfigurationError(
        `${value.name} must be a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
      )
    return value.text
  }
  const duration = (variable: string): number | undefined => {
    const value = given(variable)
    if (!value) return undefined
    const negative = value.text.startsWith('-')
    const seconds = readDuration(negative ? value.text.slice(1) : value.text)
    if (seconds === undefined)
      throw new ConfigurationError(
        `${value.name} must be an ISO 8601 duration such as PT40M, not "${oneLine(value.text)}"`,
      )
    return negative ? -seconds : seconds
  }

  const host = given('MUSTER_HOST')?.text ?? '127.0.0.1'
  const cycleIntervalSeconds = duration('MUSTER_CYCLE_INTERVAL') ?? 40 * 60
  if (cycleIntervalSeconds < SHORTEST_INTERVAL_SECONDS)
    throw new ConfigurationError(
      `${given('MUSTER_CYCLE_INTERVAL')?.name} must be at least PT${SHORTEST_INTERVAL_SECONDS}S`,
    )
  const clockOffset = duration('MUSTER_CLOCK_OFFSET') ?? 0
  if (clockOffset !== 0 && !isLoopback(host))
    throw new ConfigurationError('MUSTER_CLOCK_OFFSET is for tests: it is refused unless --host is a loopback address')
  const targets = readTargets(given('MUSTER_DIRECTORY_TARGETS')?.text ?? '')
  const logLevel = given('MUSTER_LOG_LEVEL')
  if (logLevel && !LOG_LEVELS.includes(logLevel.text))
    throw new ConfigurationError(
      `${logLevel.name} must be one of ${LOG_LEVELS.join(', ')}, not "${oneLine(logLevel.text)}"`,
    )
  const secretKey = given('MUSTER_SECRET_KEY')?.text
  if (secretKey !== undefined) assertLongEnough(secretKey)
  const portalPort = number('MUSTER_PORTAL_PORT', 7480, 65_535)
  const directoryPort = number('MUSTER_DIRECTORY_PORT', 7490, 65_535)
  if (portalPort !== 0 && portalPort === directoryPort)
    throw new ConfigurationError(`--portal-port and --directory-port are both ${portalPort}: they must differ`)

  return {
    dataFolder: given('MUSTER_DATA_DIR')?.text ?? './.muster',
    databaseUrl: url('MUSTER_DATABASE_URL', ['postgres', 'postgresql']),
    portalPort,
    directoryPort,
    host,
    portalUrl: withoutSlash(url('MUSTER_PORTAL_URL', ['http', 'https'])),
    directoryUrl: withoutSlash(url('MUSTER_DIRECTORY_URL', ['http', 'https'])),
    sample: flags.empty === true ? 0 : number('MUSTER_SAMPLE', 25, 100_000),
    bootstrapFile: given('MUSTER_BOOTSTRAP_FILE')?.text,
    cycleIntervalSeconds,
    logLevel: logLevel?.text ?? 'info',
    secretKey,
    clockOffsetMs: clockOffset * 1000,
    limits: {
      ...limit('scim', 'MUSTER_RATE_LIMIT_SCIM'),
      ...limit('rest', 'MUSTER_RATE_LIMIT_REST'),
      ...limit('signIn', 'MUSTER_RATE_LIMIT_SIGN_IN'),
      ...limit('token', 'MUSTER_RATE_LIMIT_TOKEN'),
    },
    filterLimit: number('MUSTER_FILTER_LIMIT', 10_000, 999_999_999, 1),
    trustedProxies: readTrusted(given('MUSTER_TRUSTED_PROXIES')?.text ?? ''),
    outbound: { allowed: targets, isLoopbackAllowed: isLoopbackHost(host), ...readProxies(environment) },
    unknownVariables: Object.keys(environment).filter((name) => name.startsWith('MUSTER_') && !(name in VARIABLES)),
  }
}

function readTargets(text: string): readonly string[] {
  try {
    return parseTargets(text)
  } catch (error) {
    throw new ConfigurationError(`MUSTER_DIRECTORY_TARGETS: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Addresses and CIDR, comma-separated. A name is none: what it stands for can change under us. */
function readTrusted(text: string): readonly string[] {
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
  for (const entry of entries) {
    const [ip = '', bits, ...rest] = entry.split('/')
    const version = isIP(ip)
    const isRange = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
    if (version === 0 || !isRange || rest.length > 0)
      throw new ConfigurationError(
        `MUSTER_TRUSTED_PROXIES must hold addresses or CIDR, such as 10.0.0.0/8, not "${oneLine(entry)}"`,
      )
  }
  return entries
}

/** The forward proxies, under the names that other programs read too; the small letters win, as with curl. */
function readProxies(environment: NodeJS.ProcessEnv): Pick<OutboundRules, 'proxy' | 'httpProxy' | 'noProxy'> {
  const either = (name: string) => environment[name.toLowerCase()] || environment[name] || undefined
  const proxy = (name: string) => {
    const text = either(name)
    if (text === undefined || /^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text
    throw new ConfigurationError(`${name} must be a URL that begins with http:// or https://`)
  }
  return { proxy: proxy('HTTPS_PROXY'), httpProxy: proxy('HTTP_PROXY'), noProxy: either('NO_PROXY') }
}

/** The name or address that others reach `host` by: an address that means "all" is reached by loopback. */
export function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host)
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 80)
const withoutSlash = (url: string | undefined): string | undefined => url?.replace(/\/+$/, '')
