import { CONSOLE_PAGES as DIRECTORY_PAGES } from '@muster/directory/server/console.ts'
import { Browser } from '@muster/directory/server/testing/browser.ts'
import { CONSOLE_PAGES as PORTAL_PAGES } from '@muster/portal/server/console.ts'
import { documentChecker } from '@muster/service-kit/openapi-for-tests.ts'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { DIRECTORY_URL, PORTAL_URL, startBothEnds } from './both-ends.ts'
import { freshDatabase } from './database.ts'
import { type Document, type NamedOperation, operationsOf } from './openapi/document.ts'
import { exampleOf } from './openapi/example.ts'
import { injectAny } from './openapi/inject-any.ts'
import { withRouteTables } from './openapi/route-tables.ts'
import { directoryWorld, type Ids, portalWorld } from './openapi/world.ts'

const { database } = await freshDatabase()
const { made: ends, routesOf } = await withRouteTables(() => startBothEnds(database))
afterAll(() => ends.stop())

const pair = await ends.newPair('openapi')
await pair.api('PATCH', '/settings/scim', { automaticProvisioning: true, automaticDeprovisioning: true })

const cookieOf = (header: unknown) => String([header].flat()[0]).split(';')[0] ?? ''
const signIn = async () =>
  cookieOf(
    (
      await ends.portal.inject({
        method: 'POST',
        url: '/auth/local',
        headers: { 'content-type': 'application/json' },
        payload: JSON.stringify({ email: pair.workspace.adminEmail, password: pair.workspace.adminPassword }),
      })
    ).headers['set-cookie'],
  )
const session = await signIn()

const bySession = async (url: string, body: object): Promise<{ id: string }> => {
  if (url !== '/auth/local') {
    const headers = { cookie: session, origin: PORTAL_URL, 'content-type': 'application/json' }
    return (await ends.portal.inject({ method: 'POST', url, headers, payload: JSON.stringify(body) })).json()
  }
  // Another session of the same person: the one that is not the current.
  await signIn()
  const { sessions } = (await ends.portal.inject({ url: '/api/v1/sessions', headers: { cookie: session } })).json()
  return sessions.find(({ current, isCurrent }: { current?: boolean; isCurrent?: boolean }) => !(current ?? isCurrent))
}

/** Somebody signed in to the directory: no client has /me. */
const browser = new Browser(ends.directory, DIRECTORY_URL)
await browser.submit(await browser.open('/auth/login?returnTo=/'), {
  username: pair.tenant.adminUserPrincipalName,
  password: pair.tenant.adminPassword,
})

const portalIds = portalWorld(pair, bySession)
const directoryIds = directoryWorld(pair, `${DIRECTORY_URL}/v1.0`)

const APPS = [
  {
    name: 'portal',
    app: ends.portal,
    idsFor: portalIds,
    headersFor: (path: string): Record<string, string> =>
      /access-tokens|sessions/.test(path)
        ? { cookie: session, origin: PORTAL_URL }
        : { authorization: `Bearer ${pair.workspace.adminApiKey}` },
  },
  {
    name: 'directory',
    app: ends.directory,
    idsFor: (method: string, path: string) => directoryIds(method, path.replace(/^\/(v1\.0|beta)/, '')),
    headersFor: (path: string): Record<string, string> =>
      /^\/(v1\.0|beta)\/me(\/|$)/.test(path)
        ? { cookie: browser.cookies('/') }
        : { authorization: `Bearer ${pair.graphToken}` },
  },
]

/** Filled in wherever `{name}` stands, in a path or in an example. */
const filled = (text: string, ids: Ids) => text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => ids[name] ?? whole)

/** An example as its media type is written. */
const written = (json: string, mediaType: string | undefined) =>
  mediaType === 'application/x-www-form-urlencoded' ? new URLSearchParams(JSON.parse(json)).toString() : json

// Each operation is called on a thing made for it: seconds, and tens of them while others use the processor.
vi.setConfig({ testTimeout: 90_000 })

/** Sign-ins: their example's password is nobody's. */
const isOpen = ({ operation }: NamedOperation) => Array.isArray(operation.security) && operation.security.length === 0

describe.each(APPS)('/openapi.json of the $name', async ({ app, idsFor, headersFor }) => {
  const document = (await app.inject('/openapi.json')).json() as Document
  const operations = operationsOf(document)
  const wrongWith = documentChecker(document.components.schemas)
  const failing = (found: (one: NamedOperation) => unknown) =>
    operations.flatMap((one) => {
      const wrong = found(one)
      return wrong ? [`${one.method} ${one.path}: ${wrong}`] : []
    })

  test('tells true: every operation, called with its own example, answers as it is written', async () => {
    expect(operations.length).toBeGreaterThan(50)
    const wrong: string[] = []
    let count = 0
    for (const one of operations) {
      const { method, path, operation } = one
      const ids = await idsFor(method, path)
      const [mediaType, media] = Object.entries(operation.requestBody?.content ?? {})[0] ?? []
      // Two people can't have the address of the example.
      const isGiven = media === undefined || media.example !== undefined
      const example = JSON.stringify(
        media?.example ?? exampleOf(media?.schema, document.components.schemas),
      )?.replaceAll('ada@acme', `ada${++count}@acme`)
      const query = operation.parameters?.filter((given) => given.in === 'query' && given.required) ?? []
      const search = query.map(({ name }) => `${name}=${encodeURIComponent(ids[name] ?? '')}`).join('&')
      const url = filled(path, ids)
      if (url.includes('{')) {
        wrong.push(`${method} ${path}: test/openapi/world.ts makes nothing to call it on`)
        continue
      }
      const answer = await injectAny(app, {
        method,
        url: `${url}${search === '' ? '' : `?${search}`}`,
        headers: { ...headersFor(path), ...(example ? { 'content-type': mediaType ?? '' } : {}) },
        ...(example ? { payload: written(filled(example, ids), mediaType) } : {}),
      })
      const documented = operation.responses[answer.statusCode]
      const say = (what: string) => wrong.push(`${method} ${path}: ${answer.statusCode} ${what}`)
      if (!documented) say(`is not documented: ${answer.payload.slice(0, 200)}`)
      else if (isGiven && !isOpen(one) && answer.statusCode >= 300)
        say(`is no success: ${answer.payload.slice(0, 200)}`)
      const type = String(answer.headers['content-type'] ?? '').split(';')[0] ?? ''
      const content = documented?.content?.[type]
      if (documented?.content && !content) say(`comes as ${type}, not ${Object.keys(documented.content)}`)
      if (documented && !documented.content && answer.payload !== '') say('has a body that is not documented')
      if (!content?.schema) continue
      const body = type.includes('json') ? answer.json() : answer.payload
      const fault = wrongWith(content.schema, body)
      if (fault) say(`is not as documented: ${fault}`)
    }
    expect(wrong).toEqual([])
  })

  test('is complete: a tag, a summary, a body that can be made, and a success', () => {
    expect(failing(({ operation }) => !operation.tags?.length && 'no tag')).toEqual([])
    expect(failing(({ operation }) => !operation.summary && 'no summary')).toEqual([])
    expect(
      failing(
        (one) =>
          one.operation.requestBody &&
          !isOpen(one) &&
          Object.values(one.operation.requestBody.content).some(
            ({ example, schema }) => (example ?? exampleOf(schema, document.components.schemas)) === undefined,
          ) &&
          'no example',
      ),
    ).toEqual([])
    expect(
      failing(
        ({ operation }) =>
          !Object.keys(operation.responses).some((status) => Number(status) < 400) && 'no success is documented',
      ),
    ).toEqual([])
  })

  test('has every route but the pages, what any server has, other methods than SCIM’s, and the OpenID library’s', () => {
    const hidden = routesOf(app).filter(({ isHidden, method }) => isHidden && method !== 'HEAD' && method !== 'OPTIONS')
    const isNamed = (url: string) =>
      /^\/(healthz|readyz|metrics|openapi\.json|docs|assets\/\*)$/.test(url) ||
      [...PORTAL_PAGES, ...DIRECTORY_PAGES].includes(url) ||
      url.startsWith('/:tenantId/') ||
      // A function may be written with parentheses, as Microsoft's SDKs do.
      document.paths[url.replaceAll(/:(\w+)/g, '{$1}').replace(/\(\)$/, '')] !== undefined
    expect(hidden.filter(({ url }) => !isNamed(url))).toEqual([])
    const shown = routesOf(app).filter(({ isHidden, method }) => !isHidden && method !== 'HEAD' && method !== 'OPTIONS')
    const documented = new Set(operations.map(({ method, path }) => `${method} ${path}`))
    expect(
      shown
        .map(({ method, url }) => `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`)
        .filter((one) => !documented.has(one)),
    ).toEqual([])
  })

  test('names what may go wrong wherever a caller is needed', () => {
    expect(
      failing((one) => {
        if (isOpen(one)) return undefined
        const wanted = [400, 401, 403, 404, 429, 503, ...(one.method === 'GET' ? [] : [409])]
        return wanted.filter((status) => !(status in one.operation.responses)).join(', ')
      }),
    ).toEqual([])
  })

  test('says that it is open exactly where it is', async () => {
    const wrong: string[] = []
    for (const one of operations) {
      const answer = await app.inject({ method: one.method, url: filled(one.path, await idsFor(one.method, one.path)) })
      const asksWho = answer.statusCode === 401 && answer.headers['www-authenticate'] !== undefined
      if (asksWho === isOpen(one)) wrong.push(`${one.method} ${one.path}: ${answer.statusCode}`)
    }
    expect(wrong).toEqual([])
  })

  test('has full paths, and no shape that it does not use', () => {
    expect(document.servers).toBeUndefined()
    const text = JSON.stringify(document)
    for (const name of Object.keys(document.components.schemas))
      expect(text).toContain(`"#/components/schemas/${name}"`)
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g))
      expect(Object.keys(document.components.schemas)).toContain(name)
  })
})
