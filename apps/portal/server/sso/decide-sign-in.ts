/** What the OpenID provider says of whoever signs in; every text as it came. */
export interface Claims {
  readonly issuer: string
  readonly subject: string
  readonly email: string | undefined
  readonly emailVerified: boolean
  readonly preferredUsername: string | undefined
  readonly name: string | undefined
}

/** The two claims that can name an account. */
export type Address = 'email' | 'preferredUsername'

/** An account whose `userName` or one of whose e-mails equals the token's `email` or `preferred_username`. */
export interface Match {
  readonly userId: string
  readonly active: boolean
  /** Whether another `sub` of this issuer is bound to it already. */
  readonly bound: boolean
  /** Which of the token's addresses it was found by. */
  readonly by: ReadonlySet<Address>
}

export interface Facts {
  readonly claims: Claims
  /** Domains whose addresses are believed, in lower case. */
  readonly domains: readonly string[]
  /** The account that this (issuer, `sub`) is bound to. */
  readonly bound: { readonly userId: string; readonly active: boolean } | undefined
  readonly matches: readonly Match[]
  /** Whether SCIM removed someone with this `sub` or one of these addresses, and nobody has made them again. */
  readonly departed: boolean
  readonly rejectUnprovisioned: boolean
}

export type RefusedBecause =
  | 'deprovisioned'
  | 'departed'
  | 'ambiguous'
  | 'unproven'
  | 'boundToAnother'
  | 'notProvisioned'
  | 'nameless'

export type SignInDecision =
  | { readonly action: 'enter'; readonly userId: string }
  | { readonly action: 'bind'; readonly userId: string }
  | { readonly action: 'create'; readonly userName: string; readonly email: string | undefined; readonly name: string }
  | { readonly action: 'refuse'; readonly because: RefusedBecause }

/**
 * Who comes in, as whom. Someone known by (issuer, `sub`) enters. A first sign-in binds the one account, so far unbound,
 * that its address names, if the issuer speaks for one tenant only and the address is proven: `email_verified` proves
 * `email`, a listed domain proves either address. No such account: a new one, unless the workspace refuses those whom
 * SCIM did not bring. An address that names an account but proves nothing never makes a second account beside it.
 */
export function decideSignIn({
  claims,
  domains,
  bound,
  matches,
  departed,
  rejectUnprovisioned,
}: Facts): SignInDecision {
  if (bound) return bound.active ? { action: 'enter', userId: bound.userId } : refuse('deprovisioned')

  const proven = provenAddresses(claims, domains)
  const unbound = matches.filter((match) => !match.bound)
  const [match, second] = unbound
  if (match && second) return refuse('ambiguous')
  if (match) {
    const speaks = servesOneTenant(claims.issuer) && [...match.by].some((address) => proven.has(address))
    if (!match.active) return refuse('deprovisioned')
    return speaks ? { action: 'bind', userId: match.userId } : refuse('unproven')
  }
  if (matches.length > 0) return refuse('boundToAnother')

  if (departed) return refuse('departed')
  if (rejectUnprovisioned) return refuse('notProvisioned')
  return createFor(claims, domains, proven)
}

function createFor(claims: Claims, domains: readonly string[], proven: ReadonlySet<Address>): SignInDecision {
  const { email, emailVerified, preferredUsername, issuer } = claims
  // An issuer that serves everybody would let everybody in, under any name they like: there, only a verified address of
  // a listed domain comes in unasked, and is the name.
  if (!servesOneTenant(issuer) && !(emailVerified && isOf(domains, email))) return refuse('notProvisioned')
  const userName = servesOneTenant(issuer) ? (preferredUsername ?? email) : email
  if (userName === undefined) return refuse('nameless')
  return { action: 'create', userName, email: proven.has('email') ? email : undefined, name: claims.name ?? userName }
}

const refuse = (because: RefusedBecause): SignInDecision => ({ action: 'refuse', because })

function provenAddresses(
  { email, emailVerified, preferredUsername }: Claims,
  domains: readonly string[],
): ReadonlySet<Address> {
  const proven = new Set<Address>()
  if (email !== undefined && (emailVerified || isOf(domains, email))) proven.add('email')
  if (isOf(domains, preferredUsername)) proven.add('preferredUsername')
  return proven
}

function isOf(domains: readonly string[], address: string | undefined): boolean {
  const at = address?.lastIndexOf('@') ?? -1
  return address !== undefined && at > 0 && domains.includes(address.slice(at + 1).toLowerCase())
}

/**
 * Whether an issuer speaks for one organisation. Google's serves every Google account, Microsoft's `common`,
 * `organizations` and `consumers` (with the tenant id of personal accounts) every Microsoft one: what such a token says of
 * an address is worth what its owner says.
 */
export function servesOneTenant(issuer: string): boolean {
  const { hostname, pathname } = new URL(issuer)
  if (hostname === 'accounts.google.com') return false
  if (/^(login\.microsoftonline\.(com|us)|login\.partner\.microsoftonline\.cn|sts\.windows\.net)$/.test(hostname))
    return !/^\/(common|organizations|consumers|9188040d-6c67-4c5b-b112-36a304b66dad)(\/|$)/i.test(pathname)
  return true
}
