import { beforeAll, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import { portalForTests, type TestCaller } from '../portal-for-tests.ts'
import { ENTERPRISE, entraUser, GROUP_SCHEMA, scimCaller } from './scim-for-tests.ts'

const LIMIT = 3
let scim: TestCaller
let others: TestCaller
let ann: string
let squad: string

/** Five people and five Groups in one workspace, two of each in another; a filter may look at three. */
beforeAll(async () => {
  const { database } = await freshDatabase()
  const portal = await portalForTests(database, { filterLimit: LIMIT })
  const workspace = async (names: readonly string[]) => {
    const api = portal.withBearer((await portal.newWorkspace()).adminApiKey)
    const body = { automaticProvisioning: true, automaticDeprovisioning: true }
    await api('/api/v1/settings/scim', { method: 'PATCH', body })
    const made = scimCaller(api)
    const people: string[] = []
    const groups: string[] = []
    for (const name of names) {
      // Ann alone has a title; Ed is inactive.
      const more = { active: name !== 'ed', ...(name === 'ann' ? {} : { title: undefined }) }
      people.push((await made('/Users', { body: entraUser(`${name}@example.com`, more) })).json.id)
      const group = { schemas: [GROUP_SCHEMA], displayName: name, externalId: name, members: [{ value: people[0] }] }
      groups.push((await made('/Groups', { body: group })).json.id)
    }
    return { scim: made, people, groups }
  }
  const ours = await workspace(['ann', 'bo', 'cy', 'di', 'ed'])
  ;({ scim } = ours)
  ann = ours.people[0] ?? ''
  squad = ours.groups[0] ?? ''
  others = (await workspace(['ann', 'flo'])).scim
})

const ask = (caller: TestCaller, endpoint: string, filter: string, rest = '') =>
  caller(`/${endpoint}?filter=${encodeURIComponent(filter.replace('{ann}', ann).replace('{squad}', squad))}${rest}`)

test.each([
  ['Users', 'title pr'],
  ['Users', 'name.givenName pr'],
  ['Users', 'title eq null'],
  ['Users', 'not (title pr)'],
  ['Users', 'not (userName eq "ann@example.com")'],
  ['Users', 'emails[type pr]'],
  ['Users', 'title pr or userName eq "ann@example.com"'],
  ['Users', 'active eq true and title pr'],
  ['Users', 'id pr and title pr'],
  ['Users', '(userName eq "ann@example.com" or active eq true) and title pr'],
  ['Users', 'groups.value eq "{squad}" or userName eq "ann@example.com"'],
  ['Groups', 'not (members pr)'],
  ['Groups', 'not (displayName eq "ann")'],
  ['Groups', 'members.value eq "{ann}" and not (displayName eq "ann")'],
])('what no index narrows to few is refused: %s?filter=%s', async (endpoint, filter) => {
  for (const rest of ['', '&count=1', '&count=0', '&startIndex=4']) {
    const { status, headers, json } = await ask(scim, endpoint, filter, rest)
    expect([status, json.scimType, json.Resources]).toEqual([400, 'tooMany', undefined])
    expect(headers['content-type']).toContain('application/scim+json')
    expect(json.detail).toMatch(new RegExp(`more than ${LIMIT} ${endpoint} .*"and".*MUSTER_FILTER_LIMIT`))
  }
})

test.each([
  ['Users', 'title pr and userName eq "ann@example.com"', 1],
  ['Users', 'not (title pr) and externalId eq "bo"', 1],
  ['Users', 'title eq null and id eq "{ann}"', 0],
  ['Users', 'title pr and emails.value eq "ann@example.com"', 1],
  ['Users', 'active eq false and title pr', 0],
  ['Users', 'groups.value eq "{squad}" and title pr', 1],
  ['Users', '(userName eq "ann@example.com" and title pr) or (emails.value eq "bo@example.com" and not (title pr))', 2],
  ['Users', '(userName eq "ann@example.com" or emails.value eq "bo@example.com") and title pr', 1],
  ['Users', `title eq "Platform Engineer" and ${ENTERPRISE}:manager eq null`, 1],
  ['Groups', 'not (members pr) and externalId eq "ann"', 0],
])('an equality beside it narrows it: %s?filter=%s', async (endpoint, filter, total) => {
  const { status, json } = await ask(scim, endpoint, filter)
  expect([status, json.totalResults]).toEqual([200, total])
})

test.each([
  ['Users', 'active eq true', 4],
  ['Users', `${ENTERPRISE}:department eq "platform"`, 5],
  ['Users', 'userName eq "ann@example.com" or active eq false', 2],
  ['Users', 'emails.value eq "ann@example.com" or externalId eq "bo"', 2],
  ['Users', 'id pr', 5],
  ['Users', 'userName pr', 5],
  ['Users', 'externalId pr', 5],
  ['Users', 'meta.lastModified pr', 5],
  ['Users', 'groups pr', 1],
  ['Groups', 'members.value eq "{ann}"', 5],
  ['Groups', 'displayName pr', 5],
  ['Groups', 'externalId pr', 5],
])('what an index answers whole is never too many: %s?filter=%s', async (endpoint, filter, total) => {
  const { status, json } = await ask(scim, endpoint, filter)
  expect([status, json.totalResults]).toEqual([200, total])
})

test.each(['Users', 'Groups'])('without a filter %s are paged to their end', async (endpoint) => {
  const { status, json } = await scim(`/${endpoint}?count=2&startIndex=4`)
  expect([status, json.totalResults, json.itemsPerPage]).toEqual([200, 5, 2])
})

test.each([
  ['Users', 'title pr', 1],
  ['Users', 'not (title pr)', 1],
  ['Groups', 'not (members pr)', 0],
])('the rows of other workspaces do not count: %s?filter=%s', async (endpoint, filter, total) => {
  const { status, json } = await ask(others, endpoint, filter)
  expect([status, json.totalResults]).toEqual([200, total])
})

test('as many as the limit are still looked at', async () => {
  await others('/Users', { body: entraUser('gus@example.com') })
  expect((await ask(others, 'Users', 'title pr')).json.totalResults).toBe(2)
  await others('/Users', { body: entraUser('hal@example.com') })
  expect((await ask(others, 'Users', 'title pr')).json.scimType).toBe('tooMany')
})
