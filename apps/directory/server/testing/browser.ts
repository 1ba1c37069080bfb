import type { FastifyInstance } from 'fastify'

export interface Page {
  /** The address in the bar. */
  readonly at: string
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
}

interface Cookie {
  readonly path: string
  readonly name: string
  readonly value: string
}

/** As much of a browser as signing in takes: cookies by path, redirects, one form. It leaves when it is led elsewhere. */
export class Browser {
  readonly #app: FastifyInstance
  readonly #origin: string
  #jar: Cookie[] = []

  constructor(app: FastifyInstance, origin: string) {
    this.#app = app
    this.#origin = origin
  }

  /** The cookies that a request to `path` carries. */
  cookies(path: string): string {
    const fits = (cookie: Cookie) =>
      path === cookie.path || path.startsWith(cookie.path.endsWith('/') ? cookie.path : `${cookie.path}/`)
    return this.#jar
      .filter(fits)
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
  }

  /** Opens an address and follows redirects while they stay here. */
  async open(address: string, form?: Readonly<Record<string, string>>): Promise<Page> {
    let url = new URL(address, this.#origin)
    let page = await this.#send(url, form)
    for (let hops = 0; page.status >= 300 && page.status < 400; hops += 1) {
      if (hops > 10) throw new Error(`${address} redirects without end`)
      url = new URL(String(page.headers.location), url)
      if (url.origin !== this.#origin) return { ...page, at: url.href }
      page = await this.#send(url)
    }
    return page
  }

  /** Fills in the form of a page and sends it; hidden fields go back as they came. */
  async submit(page: Page, fields: Readonly<Record<string, string>>): Promise<Page> {
    const action = /<form method="post" action="([^"]*)"/.exec(page.text)?.[1]
    if (action === undefined) throw new Error(`${page.at} shows no form: ${page.text}`)
    const hidden = [...page.text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"\/?>/g)].map(
      ([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')],
    )
    return this.open(new URL(action, page.at).href, { ...Object.fromEntries(hidden), ...fields })
  }

  async #send(url: URL, form?: Readonly<Record<string, string>>): Promise<Page> {
    const cookie = this.cookies(url.pathname)
    const response = await this.#app.inject({
      method: form ? 'POST' : 'GET',
      url: url.pathname + url.search,
      headers: {
        host: url.host,
        accept: 'text/html',
        ...(cookie === '' ? {} : { cookie }),
        ...(form ? { 'content-type': 'application/x-www-form-urlencoded', origin: this.#origin } : {}),
      },
      ...(form ? { payload: new URLSearchParams(form).toString() } : {}),
    })
    for (const line of [response.headers['set-cookie'] ?? []].flat()) this.#keep(line)
    return { at: url.href, status: response.statusCode, headers: response.headers, text: response.body }
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
    const name = pair.slice(0, pair.indexOf('='))
    const value = pair.slice(pair.indexOf('=') + 1)
    const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? '/'
    this.#jar = this.#jar.filter((cookie) => cookie.name !== name || cookie.path !== path)
    if (value !== '' && !attributes.some((attribute) => /^expires=thu, 01 jan 1970/i.test(attribute)))
      this.#jar.push({ name, value, path })
  }
}
