/** What can be said of a Tenant URL before anything is asked: what is wrong with it, or what it probably should be. */
export interface UrlAdvice {
  /** It can't be called like this. */
  readonly error?: string
  /** It can, but it is probably not meant. */
  readonly hint?: string
  /** What was probably meant. */
  readonly instead?: string
}

/** Where SCIM servers of this age have their resources. */
const USUAL_PATH = '/scim/v2'

/** Looks at a Tenant URL as it is typed or pasted. */
export function adviseOnUrl(text: string): UrlAdvice {
  const typed = text.replaceAll(/\s+/g, '')
  if (typed === '') return { error: 'Enter the address that the target system gives for SCIM.' }
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(typed)) {
    const guess = parse(`https://${typed.replace(/^\/+/, '')}`)
    return {
      error: 'An address begins with https:// (or http:// inside your own network).',
      ...(guess ? { instead: withoutSlash(guess) } : {}),
    }
  }
  const url = parse(typed)
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    return { error: 'This is not an http or https address. A Tenant URL has the form https://host/scim/v2.' }
  if (url.username || url.password)
    return { error: 'The address must not carry a user name or password: the secret token has a field of its own.' }
  const path = url.pathname.replace(/\/+$/, '')
  const resource = /^(.*)\/(users|groups|schemas|serviceproviderconfig|me)$/i.exec(path)
  if (resource) {
    url.pathname = resource[1] ?? ''
    return { hint: 'The Tenant URL ends before /Users and /Groups: they are added to it.', instead: withoutSlash(url) }
  }
  if (!path.toLowerCase().split('/').includes('scim')) {
    url.pathname = USUAL_PATH
    return {
      hint:
        path === ''
          ? 'This looks like a home page. A SCIM address usually ends in /scim/v2.'
          : 'This does not look like a SCIM address: it usually ends in /scim/v2.',
      instead: withoutSlash(url),
    }
  }
  if (path.toLowerCase().endsWith('/scim')) {
    url.pathname = `${path}/v2`
    return { hint: 'The portal’s SCIM address ends in /scim/v2.', instead: withoutSlash(url) }
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    return { hint: 'Over http the secret token travels unencrypted: use https outside of your own network.' }
  return {}
}

const parse = (text: string): URL | undefined => URL.parse(text) ?? undefined

const isLoopback = (host: string): boolean => host === 'localhost' || host === '[::1]' || /^127\./.test(host)

const withoutSlash = (url: URL): string => url.href.replace(/\/(?=\?|$)/, '')
