import { afterAll, expect, test } from 'vitest'
import { signInAdmins, startBothEnds } from './both-ends.ts'
import { freshDatabase } from './database.ts'

const { database } = await freshDatabase()
const ends = await startBothEnds(database)
afterAll(() => ends.stop())

const pair = await ends.newPair('crumbs')
const cookies = await signInAdmins(ends, pair)
/** Real values: each opens its own app. */
const values = {
  portal: cookies.portal.replace('muster_session=', ''),
  directory: cookies.directory.replace('muster_directory_session=', ''),
}

const ROOMS = {
  portal: ['/api/v1/me', '/scim/v2/Users'],
  directory: ['/v1.0/users', '/v1.0/servicePrincipals'],
} as const
const NAMES = { portal: 'muster_session', directory: 'muster_directory_session' } as const

const ask = (app: 'portal' | 'directory', url: string, headers: Readonly<Record<string, string>>) =>
  ends[app].inject({ url, headers })

test.each(['portal', 'directory'] as const)('the cookie of the %s opens its own rooms', async (app) => {
  for (const url of ROOMS[app])
    expect((await ask(app, url, { cookie: `${NAMES[app]}=${values[app]}` })).statusCode, url).toBe(200)
})

test.each(
  (['portal', 'directory'] as const).flatMap((app) => {
    const other = app === 'portal' ? 'directory' : 'portal'
    return [
      { app, why: 'under its own name', headers: () => ({ cookie: `${NAMES[other]}=${values[other]}` }) },
      { app, why: 'under our name', headers: () => ({ cookie: `${NAMES[app]}=${values[other]}` }) },
      {
        app,
        why: 'under both names',
        headers: () => ({ cookie: `${NAMES[app]}=${values[other]}; ${NAMES[other]}=${values[other]}` }),
      },
      { app, why: 'as a bearer', headers: () => ({ authorization: `Bearer ${values[other]}` }) },
      // A session is no bearer in its own app either.
      { app, why: 'as a bearer in the app that made it', headers: () => ({ authorization: `Bearer ${values[app]}` }) },
    ]
  }),
)('a session $why is nobody’s in the $app', async ({ app, headers }) => {
  for (const url of ROOMS[app]) expect((await ask(app, url, headers())).statusCode, url).toBe(401)
})

test.each([
  { what: 'a portal key', app: 'directory', bearer: () => pair.workspace.adminApiKey },
  { what: 'a Graph token', app: 'portal', bearer: () => pair.graphToken },
  { what: 'a client secret', app: 'directory', bearer: () => pair.tenant.clientSecret },
] as const)('$what is no bearer of the $app', async ({ app, bearer }) => {
  for (const url of ROOMS[app])
    expect((await ask(app, url, { authorization: `Bearer ${bearer()}` })).statusCode, url).toBe(401)
})
