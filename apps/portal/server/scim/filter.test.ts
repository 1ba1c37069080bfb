import { beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import { ENTERPRISE, entraUser, GROUP_SCHEMA, PATCH, scimForTests, USER_SCHEMA } from './scim-for-tests.ts'

let scim: Awaited<ReturnType<typeof scimForTests>>['scim']
const ids: Record<string, string> = {}

/** Ann, who is complete; Bo, who is inactive; Cy, of whom little is known. */
beforeAll(async () => {
  const { database } = await freshDatabase()
  ;({ scim } = await scimForTests(database))
  const ann = entraUser('Ann@example.com', {
    externalId: 'Ext-A',
    displayName: 'Ann "The" Boss',
    nickName: 'a'.repeat(600),
    emails: [
      { type: 'work', value: 'Ann.Work@example.com', primary: true },
      { type: 'home', value: 'ann@home.example' },
    ],
    roles: [{ value: 'Editor', primary: true }],
  })
  const bo = entraUser('bo+x@example.com', { displayName: 'Bo', active: false, title: 'Painter' })
  const cy = { schemas: [USER_SCHEMA], userName: 'cy' }
  for (const [name, body] of Object.entries({ ann, bo, cy })) ids[name] = (await scim('/Users', { body })).json.id
  const manager = PATCH({ op: 'Add', path: `${ENTERPRISE}:manager`, value: ids.ann })
  await scim(`/Users/${ids.bo}`, { method: 'PATCH', body: manager })
  const group = {
    schemas: [GROUP_SCHEMA],
    displayName: 'Payments Squad',
    externalId: 'g-1',
    members: [{ value: ids.ann }],
  }
  ids.squad = (await scim('/Groups', { body: group })).json.id
  ids.empty = (await scim('/Groups', { body: { schemas: [GROUP_SCHEMA], displayName: 'Empty' } })).json.id
})

/** `{ann}` stands for Ann's id. The query is encoded as Entra does. */
async function ask(endpoint: string, filter: string, rest = '') {
  const text = filter.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? '')
  const answer = await scim(`/${endpoint}?filter=${encodeURIComponent(text).replaceAll('%20', '+')}${rest}`)
  const names = Object.fromEntries(Object.entries(ids).map(([name, id]) => [id, name]))
  const found = (answer.json.Resources ?? []).map(({ id }: { id: string }) => names[id]).sort()
  return { ...answer, found: found.join(' ') }
}

describe('a filter on Users', () => {
  test.each([
    ['userName eq "ANN@EXAMPLE.COM"', 'ann'],
    ['USERNAME EQ "ann@example.com"', 'ann'],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName eq "cy"', 'cy'],
    ['userName eq "bo+x@example.com"', 'bo'],
    ['userName eq "nobody"', ''],
    ['externalId eq "Ext-A"', 'ann'],
    ['externalId eq "ext-a"', ''],
    ['id eq "{bo}"', 'bo'],
    ['id eq "not-an-id"', ''],
    ['displayName eq "ann \\"the\\" boss"', 'ann'],
    ['displayName eq "cy"', ''],
    ['active eq true', 'ann cy'],
    ['active eq false', 'bo'],
    ['active eq "False"', 'bo'],
    ['emails.value eq "ANN@home.example"', 'ann'],
    ['emails eq "ann@home.example"', 'ann'],
    ['emails[type eq "work"].value eq "ann.work@example.com"', 'ann'],
    ['emails[type eq "work" and value eq "ann.work@example.com"]', 'ann'],
    ['emails[value eq "ann.work@example.com" and type eq "home"]', ''],
    ['emails[type eq "home" or value eq "bo+x@example.com"]', 'ann bo'],
    ['emails.type eq "work" and emails.value eq "ann@home.example"', 'ann'],
    ['emails[type pr]', 'ann bo'],
    ['name.familyName eq "RAMAN"', 'ann bo'],
    [`${ENTERPRISE}:department eq "platform"`, 'ann bo'],
    ['manager eq "{ann}"', 'bo'],
    ['id eq "{bo}" and manager eq "{ann}"', 'bo'],
    ['id eq "{cy}" and manager eq "{ann}"', ''],
    ['roles.primary eq true', 'ann'],
    [`nickName eq "${'A'.repeat(600)}"`, 'ann'],
    ['groups.value eq "{squad}"', 'ann'],
    ['title pr', 'ann bo'],
    ['name.givenName pr', 'ann bo'],
    [`${ENTERPRISE}:manager pr`, 'bo'],
    ['groups pr', 'ann'],
    ['groups[type eq "direct" and value eq "{squad}"]', 'ann'],
    ['groups.display pr', 'ann'],
    ['meta.created pr', 'ann bo cy'],
    ['title eq null', 'cy'],
    ['id pr', 'ann bo cy'],
    ['not (title pr)', 'cy'],
    ['not(title eq "Painter")', 'ann cy'],
    ['not (externalId eq "Ext-A")', 'bo cy'],
    ['userName eq "cy" or userName eq "ann@example.com" and active eq false', 'cy'],
    ['(userName eq "cy" or userName eq "ann@example.com") and active eq true', 'ann cy'],
    ['userName eq cy', 'cy'],
  ])('%s', async (filter, found) => {
    const answer = await ask('Users', filter)
    expect([answer.status, answer.found]).toEqual([200, found])
    expect(answer.json.totalResults).toBe(found === '' ? 0 : found.split(' ').length)
  })

  test.each([
    ['userName eqq "x"', 'invalidFilter'],
    ['userName co "x"', 'invalidFilter'],
    ['userName sw "x" or userName eq "cy"', 'invalidFilter'],
    ['title ne "x"', 'invalidFilter'],
    ['active gt true', 'invalidFilter'],
    ['shoeSize eq "43"', 'invalidFilter'],
    ['userName eq', 'invalidFilter'],
    ['(userName eq "x"', 'invalidFilter'],
    ['meta.lastModified gt "2026-01-01T00:00:00Z"', 'invalidFilter'],
    ['meta.created eq "2026-11-24T09:00:00Z"', 'invalidFilter'],
    ['groups.display eq "Payments Squad"', 'invalidFilter'],
    ['emails[not (type eq "work")]', 'invalidFilter'],
    ['emails[value eq "a" and primary eq true]', 'invalidFilter'],
    ['', 'invalidFilter'],
    ['password eq "x"', 'sensitive'],
  ])('refuses %s, never answering everybody', async (filter, scimType) => {
    const answer = await ask('Users', filter)
    expect([answer.json.Resources, answer.json.scimType]).toEqual([undefined, scimType])
  })
})

describe('a filter on Groups', () => {
  test.each([
    ['displayName eq "payments SQUAD"', 'squad'],
    ['externalId eq "g-1"', 'squad'],
    ['id eq "{empty}"', 'empty'],
    ['members eq "{ann}"', 'squad'],
    ['members.value eq "{ann}"', 'squad'],
    ['members[value eq "{ann}"]', 'squad'],
    ['members.value eq "{cy}"', ''],
    ['members[type eq "User" and value eq "{ann}"]', 'squad'],
    ['members[type eq "Group" and value eq "{ann}"]', ''],
    ['members pr', 'squad'],
    ['not (members pr)', 'empty'],
    ['displayName eq "x"', ''],
  ])('%s', async (filter, found) => {
    const answer = await ask('Groups', filter)
    expect([answer.status, answer.found]).toEqual([200, found])
  })

  test('leaves members out, unread, where they are not wanted', async () => {
    const [shown] = (await ask('Groups', 'id eq "{squad}"')).json.Resources
    expect(shown.members).toMatchObject([
      { value: ids.ann, type: 'User', $ref: `http://portal.test/scim/v2/Users/${ids.ann}` },
    ])
    const [bare] = (await ask('Groups', 'id eq "{squad}"', '&excludedAttributes=members')).json.Resources
    expect(bare).not.toHaveProperty('members')
    expect((await scim(`/Groups/${ids.squad}?excludedAttributes=members`)).json).not.toHaveProperty('members')
  })
})

describe('pages (RFC 7644 §3.4.2.4)', () => {
  test.each([
    { query: '', startIndex: 1, items: 3 },
    { query: 'count=2', startIndex: 1, items: 2 },
    { query: 'startIndex=3&count=2', startIndex: 3, items: 1 },
    { query: 'startIndex=0&count=1', startIndex: 1, items: 1 },
    { query: 'startIndex=-5&count=-1', startIndex: 1, items: 0 },
    { query: 'count=0', startIndex: 1, items: 0 },
    { query: 'startIndex=99', startIndex: 99, items: 0 },
    { query: 'count=9999', startIndex: 1, items: 3 },
    { query: 'filter=id pr&count=2', startIndex: 1, items: 2 },
    { query: 'filter=id pr&startIndex=99', startIndex: 99, items: 0 },
    { query: 'unknown=parameter', startIndex: 1, items: 3 },
  ])('$query', async ({ query, startIndex, items }) => {
    const { status, json } = await scim(`/Users/?${query}`)
    expect(status).toBe(200)
    expect(json).toMatchObject({ totalResults: 3, startIndex, itemsPerPage: items })
    expect((json.Resources ?? []).length).toBe(items)
  })

  // Looked up by itself, so that its pages are its own.
  test.each([
    { query: '', items: 1 },
    { query: '&count=0', items: 0 },
    { query: '&startIndex=2', items: 0 },
  ])('of a name that one person has$query', async ({ query, items }) => {
    const { json } = await scim(`/Users?filter=USERNAME eq "ANN@example.com"${query}`)
    expect(json.totalResults).toBe(1)
    expect(json.Resources ?? []).toHaveLength(items)
  })

  test('refuses what is no number', async () => {
    expect((await scim('/Users?count=ten')).status).toBe(400)
  })
})
