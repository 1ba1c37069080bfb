import { Browser } from '@muster/directory/server/testing/browser.ts'
import { run } from '@muster/service-kit/database.ts'
import { createLogger } from '@muster/service-kit/logger.ts'
import { afterAll, expect, test } from 'vitest'
import { connectApp, DIRECTORY_URL, movableClock, newPerson, PORTAL_URL, startBothEnds } from './both-ends.ts'
import { freshDatabase } from './database.ts'

/** Everything that was said, at the level that says most. */
const lines: string[] = []
const logger = createLogger('trace', false, { write: (text) => void lines.push(text) })
const { database } = await freshDatabase()
const ends = await startBothEnds(database, movableClock(), { logger })
afterAll(() => ends.stop())

/** Every secret that was shown or sent on the walk, by what it is. */
const secrets = new Map<string, string>()
const keep = (what: string, value: unknown): string => {
  expect(value, what).toEqual(expect.stringMatching(/^.{8,}$/s))
  secrets.set(what, String(value))
  return String(value)
}
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

/** Right and wrong, keeping every secret that somebody could have read on the way. The two tests after it look at what is left. */
test('once through the product', { timeout: 60_000 }, async () => {
  const pair = await ends.newPair('secret')
  const { workspace, tenant, api, graph } = pair
  keep('admin key', workspace.adminApiKey)
  const password = keep('local password', workspace.adminPassword)
  keep('client secret', tenant.clientSecret)
  keep('directory admin password', tenant.adminPassword)
  keep('graph token', pair.graphToken)

  await signInLocally(workspace.workspaceId, workspace.adminEmail, password)
  await signInLocally(workspace.workspaceId, workspace.adminEmail, keep('wrong local password', 'not-the-password-1'))
  await tokenWith(tenant.tenantId, tenant.clientId, keep('wrong client secret', 'not-the-client-secret-1'))
  await bearer('/api/v1/me', keep('bearer that is none', 'mst_abcdefgh_notthekeynotthekeynotthekeynotth_000000'))

  const app = await connectApp(pair)
  const person = await newPerson(pair, 'sam')
  const personPassword = keep('person’s password', 'Secret-sam-2026')
  await app.assign(person.id)
  await app.start()

  const browser = await signInByOpenId(workspace.workspaceId, person.userPrincipalName, personPassword)
  keep('portal session', browser.cookies('/').match(/muster_session=([^;]+)/)?.[1])
  const token = await ends.portal.inject({
    method: 'POST',
    url: '/api/v1/access-tokens',
    headers: { cookie: browser.cookies('/'), 'content-type': 'application/json' },
    payload: { name: 'mine' },
  })
  await bearer('/api/v1/me', keep('personal token', token.json().token))
  await bearer('/nowhere', keep('token at an unknown address', token.json().token))
  const { apiKey } = await api('POST', '/auth/key', { name: 'k', roles: [{ type: 'BASIC', role: 'USER' }] })
  keep('second key', apiKey)
  await bearer('/scim/v2/Users', apiKey)
  await ends.portal.inject({
    method: 'POST',
    url: '/api/v1/introspect',
    headers: { authorization: `Bearer ${workspace.adminApiKey}`, ...FORM },
    payload: new URLSearchParams({ token: apiKey }).toString(),
  })
  await api('PUT', '/settings/openid-connector', {
    type: 'x',
    identifier: 'portal',
    secret: keep('connector secret', 'connector-secret-0123456789'),
    issuer: 'https://gone.example',
    domains: [],
  })
  await ends.portal.inject(`/auth/login?workspace=${workspace.workspaceId}`)

  await failingTarget(pair, app.servicePrincipalId, keep('wrong SCIM key', 'wrong-scim-key-0123456789'))
  await graph(
    'PATCH',
    `/users/${person.id}`,
    {
      passwordProfile: { password: keep('new password', 'Another-Secret-2026'), forceChangePasswordNextSignIn: false },
    },
    204,
  )
  expect(secrets.size).toBeGreaterThan(15)
  expect(lines.length).toBeGreaterThan(40)
})

test('no secret of it stands in any log line, whatever the level', () => {
  const all = lines.join('')
  expect([...secrets].filter(([, secret]) => writings(secret).some((text) => all.includes(text)))).toEqual([])
  expect(all).not.toMatch(/"authorization":"(?!\[redacted\])/i)
  expect(all).not.toMatch(/Bearer [A-Za-z0-9._-]{12,}/)
})

test('no secret of it stands in any row, but hashed or sealed', async () => {
  const tables = await run<{ name: string }>(
    database,
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
    [],
  )
  expect(tables.length).toBeGreaterThan(40)
  const found: string[] = []
  for (const { name } of tables)
    for (const { row } of await run<{ row: string }>(database, `select t::text as row from ${name} t`, []))
      for (const [what, secret] of secrets)
        if (writings(secret).some((text) => row.includes(text))) found.push(`${what} in ${name}`)
  expect([...new Set(found)]).toEqual([])
})

/** As it is, and as it may be written elsewhere: in an address, in JSON, in bytes. */
function writings(secret: string): string[] {
  const bytes = Buffer.from(secret)
  return [
    secret,
    encodeURIComponent(secret),
    bytes.toString('hex'),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
  ]
}

const bearer = (url: string, value: string) =>
  ends.portal.inject({ url, headers: { authorization: `Bearer ${value}` } })

async function signInLocally(workspace: string, email: string, password: string): Promise<void> {
  const payload = new URLSearchParams({ workspace, email, password }).toString()
  const answer = await ends.portal.inject({ method: 'POST', url: '/auth/local', headers: FORM, payload })
  const session = /muster_session=(mss_[^;]+)/.exec(String(answer.headers['set-cookie']))?.[1]
  if (session) keep('local session', session)
}

const tokenWith = (tenantId: string, client_id: string, client_secret: string) =>
  ends.directory.inject({
    method: 'POST',
    url: `/${tenantId}/oauth2/v2.0/token`,
    headers: FORM,
    payload: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id,
      client_secret,
      scope: 'https://graph/.default',
    }).toString(),
  })

/** From one end to the other and back, first with a wrong password. */
async function signInByOpenId(workspace: string, username: string, password: string): Promise<Browser> {
  const [atPortal, atDirectory] = [new Browser(ends.portal, PORTAL_URL), new Browser(ends.directory, DIRECTORY_URL)]
  const away = await atPortal.open(`/auth/login?workspace=${workspace}`)
  keep('sealed sign-in flow', atPortal.cookies('/').match(/muster_sign_in=([^;]+)/)?.[1])
  keep('state', new URL(away.at).searchParams.get('state'))
  keep('nonce', new URL(away.at).searchParams.get('nonce'))
  const page = await atDirectory.open(away.at)
  const again = await atDirectory.submit(page, { username, password: keep('wrong password', 'not-the-password-2') })
  const back = await atDirectory.submit(again, { username, password })
  keep('code', new URL(back.at).searchParams.get('code'))
  for (const cookie of atDirectory.cookies(new URL(away.at).pathname).split('; '))
    keep(`directory cookie ${cookie.split('=')[0]}`, cookie.slice(cookie.indexOf('=') + 1))
  const console = await atDirectory.open('/auth/login')
  await atDirectory.submit(console, { username, password })
  keep('directory session', /muster_directory_session=([^;]+)/.exec(atDirectory.cookies('/'))?.[1])
  const home = await atPortal.open(back.at)
  expect(home.status, home.text).toBe(200)
  // A second time the code opens nothing.
  await atPortal.open(back.at)
  return atPortal
}

/** A target that refuses the key it is given, so that what provisioning tells of it is in the log too. */
async function failingTarget(
  { graph }: Awaited<ReturnType<typeof ends.newPair>>,
  servicePrincipalId: string,
  secret: string,
): Promise<void> {
  const base = `/servicePrincipals/${servicePrincipalId}/synchronization`
  const value = [{ key: 'SecretToken', value: secret }]
  await graph('PUT', `${base}/secrets`, { value }, 204)
  const [{ id }] = (await graph('GET', `${base}/jobs`)).value
  const credentials = [{ key: 'BaseAddress', value: `${PORTAL_URL}/scim/v2` }, ...value]
  await graph('POST', `${base}/jobs/${id}/validateCredentials`, { credentials }, 400)
  await graph('POST', `${base}/jobs/${id}/runNow`, undefined, 204)
}
