/** What the walkthrough says when something is not as it must be: the sentence after the ✗. */
export class TourError extends Error {
  override readonly name = 'TourError'
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body as JSON; an empty object when it is empty or none. */
  // biome-ignore lint/suspicious/noExplicitAny: bodies of many APIs, each read at the few places it is asked about.
  readonly json: any
}

export interface Ask {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly json?: unknown
  readonly form?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  /** The statuses that are right. Default: any 2xx. */
  readonly expect?: number | readonly number[]
}

/** A cookie jar for several origins, as a browser keeps it: by host, name and path prefix. */
export class CookieJar {
  readonly #cookies = new Map<
    string,
    { readonly origin: string; readonly path: string; readonly name: string; readonly value: string }
  >()

  keep(url: URL, headers: Headers): void {
    for (const line of headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
      const name = pair.slice(0, pair.indexOf('='))
      const value = pair.slice(pair.indexOf('=') + 1)
      const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? '/'
      const ended =
        value === '' ||
        attributes.some((attribute) => /^max-age=0$/i.test(attribute) || /^expires=thu, 01 jan 1970/i.test(attribute))
      const key = `${url.host} ${path} ${name}`
      if (ended) this.#cookies.delete(key)
      else this.#cookies.set(key, { origin: url.host, path, name, value })
    }
  }

  header(url: URL): string {
    return [...this.#cookies.values()]
      .filter((cookie) => cookie.origin === url.host && url.pathname.startsWith(cookie.path))
      .map((cookie) => `${cookie.name}=${cookie.value}`)
      .join('; ')
  }
}

/** Someone who speaks HTTP to both apps: with a bearer, or with cookies as a browser does. */
export class Visitor {
  readonly #bearer: string | undefined
  readonly #say: (line: string) => void
  readonly jar = new CookieJar()

  constructor(options: { readonly bearer?: string; readonly say?: (line: string) => void } = {}) {
    this.#bearer = options.bearer
    this.#say = options.say ?? (() => {})
  }

  /** Sends one request, follows no redirect, and insists on the status. */
  async ask(address: string, { method, json, form, headers = {}, expect }: Ask = {}): Promise<Answer> {
    const url = new URL(address)
    const cookies = this.jar.header(url)
    const body = json !== undefined ? JSON.stringify(json) : form ? new URLSearchParams(form).toString() : undefined
    const verb = method ?? (body === undefined ? 'GET' : 'POST')
    const response = await fetch(url, {
      method: verb,
      redirect: 'manual',
      headers: {
        ...(this.#bearer ? { authorization: `Bearer ${this.#bearer}` } : {}),
        ...(cookies ? { cookie: cookies } : {}),
        ...(json !== undefined
          ? { 'content-type': 'application/json' }
          : form
            ? { 'content-type': 'application/x-www-form-urlencoded' }
            : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    })
    this.jar.keep(url, response.headers)
    const text = await response.text()
    this.#say(`${verb} ${address} → ${response.status}`)
    const right =
      expect === undefined ? response.status >= 200 && response.status < 300 : [expect].flat().includes(response.status)
    if (!right)
      throw new TourError(
        `${verb} ${address} answered ${response.status}, expected ${expect ?? '2xx'}: ${text.slice(0, 400)}`,
      )
    return { status: response.status, headers: response.headers, text, json: parse(text) }
  }

  /**
   * Follows redirects from `address` as a browser does, across both apps, until a page answers.
   *
   * @returns The last answer and the address that gave it.
   */
  async browse(address: string, ask: Ask = {}): Promise<{ readonly at: string; readonly answer: Answer }> {
    let at = address
    let answer = await this.ask(at, { ...ask, expect: [200, 302, 303, 307, 400, 401, 403, 404, 409] })
    for (let hop = 0; answer.status >= 300 && answer.status < 400; hop += 1) {
      if (hop > 20) throw new TourError(`${address} redirects without end`)
      at = new URL(answer.headers.get('location') ?? '', at).href
      answer = await this.ask(at, { expect: [200, 302, 303, 307, 400, 401, 403, 404, 409] })
    }
    return { at, answer }
  }

  /** Fills in the one form of a page and sends it; hidden fields go back as they came. */
  async submit(page: { readonly at: string; readonly answer: Answer }, fields: Readonly<Record<string, string>>) {
    const form = /<form\b[^>]*>/.exec(page.answer.text)?.[0]
    if (!form)
      throw new TourError(
        `${page.at} shows no form: ${page.answer.text
          .replace(/<style[\s\S]*?<\/style>|<[^>]+>/g, ' ')
          .replace(/\s+/g, ' ')
          .slice(0, 200)}`,
      )
    const hidden = [...page.answer.text.matchAll(/<input\b[^>]*type="hidden"[^>]*>/g)].map(
      ([tag]) => [attribute(tag, 'name'), attribute(tag, 'value')] as const,
    )
    const action = attribute(form, 'action')
    return this.browse(new URL(action || page.at, page.at).href, {
      method: 'POST',
      form: { ...Object.fromEntries(hidden), ...fields },
    })
  }
}

function attribute(tag: string, name: string): string {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? ''
  return value
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}

// biome-ignore lint/suspicious/noExplicitAny: see Answer.json.
function parse(text: string): any {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

/** Refuses to go on unless something is so. */
export function insist(condition: unknown, otherwise: string): asserts condition {
  if (!condition) throw new TourError(otherwise)
}

/** Asks again and again, a few times a second, until `look` finds what it looks for. */
export async function eventually<T>(what: string, look: () => Promise<T | undefined>, seconds = 60): Promise<T> {
  const end = performance.now() + seconds * 1000
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (performance.now() > end) throw new TourError(`${what} did not happen within ${seconds} s`)
    await new Promise((done) => setTimeout(done, 100))
  }
}
