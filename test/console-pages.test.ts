import { CONSOLE_PAGES as DIRECTORY_PAGES } from '@muster/directory/server/console.ts'
import { CONSOLE_PAGES as PORTAL_PAGES } from '@muster/portal/server/console.ts'
import { afterAll, describe, expect, test } from 'vitest'
import { signInAdmins, startBothEnds } from './both-ends.ts'
import { freshDatabase } from './database.ts'

const { database } = await freshDatabase()
const ends = await startBothEnds(database)
afterAll(() => ends.stop())

const cookies = await signInAdmins(ends, await ends.newPair('pages'))

describe.each([
  { app: 'portal', pages: PORTAL_PAGES, signIn: '/auth/sign-in', name: 'muster_session' },
  { app: 'directory', pages: DIRECTORY_PAGES, signIn: '/auth/login', name: 'muster_directory_session' },
] as const)("the pages of the $app's console", ({ app, pages, signIn, name }) => {
  const addresses = pages.map((page) => page.replace('*', 'x?search=a%20b'))
  const open = (url: string, cookie?: string) => ends[app].inject({ url, headers: cookie ? { cookie } : {} })

  test('lead to the sign-in page without a session, and back', async () => {
    for (const url of addresses) {
      const { statusCode, headers } = await open(url)
      expect(statusCode, url).toBe(302)
      const to = new URL(String(headers.location), 'http://here')
      expect(to.pathname, url).toBe(signIn)
      expect(to.searchParams.get('returnTo') ?? '/').toBe(url)
      expect(to.searchParams.get('reason')).toBeNull()
    }
  })

  test('say that a session has ended', async () => {
    for (const url of addresses) {
      const { headers } = await open(url, `${name}=mss_gone`)
      const query = new URL(String(headers.location), 'http://here').searchParams
      expect([query.get('returnTo'), query.get('reason')]).toEqual([url, 'ended'])
    }
  })

  test('are one document, under the policy of that very answer', async () => {
    for (const url of addresses) {
      const { statusCode, headers, body } = await open(url, cookies[app])
      expect(statusCode, url).toBe(200)
      const nonces = [...body.matchAll(/nonce="([^"]*)"/g)].map(([, nonce]) => nonce)
      expect(new Set(nonces).size).toBe(1)
      expect(String(headers['content-security-policy'])).toContain(`'nonce-${nonces[0]}'`)
      expect(body).not.toMatch(/<script(?![^>]*\bsrc=)/)
      expect(headers['cache-control']).toBe('no-store')
    }
  })

  test('keep their files for ever, compressed as the browser likes', async () => {
    const { body } = await open('/', cookies[app])
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(body)?.[1] ?? ''
    const answer = await ends[app].inject({ url: script, headers: { 'accept-encoding': 'br, gzip' } })
    expect(answer.statusCode).toBe(200)
    expect(answer.headers).toMatchObject({
      'content-encoding': 'br',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
    })
    expect((await open('/assets/..%2f..%2fpackage.json')).statusCode).toBeGreaterThanOrEqual(400)
  })
})
