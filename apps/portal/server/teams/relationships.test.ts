import type { Tx } from '@muster/service-kit/database.ts'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import type { Deed } from '../audit/deed.ts'
import type { TestCaller, TestPortal } from '../portal-for-tests.ts'
import { GROUP_SCHEMA, scimForTests } from '../scim/scim-for-tests.ts'
import { untilSomeoneWaits } from '../testing/until-someone-waits.ts'
import { personForTests } from '../users/person-for-tests.ts'
import { deleteTeam } from './by-hand.ts'
import { findCycle, parentsByChild } from './relationships.ts'
import { replaceRelationships } from './relationships-replace.ts'

const PATH = '/api/v1/teams/relationships'

let scim: TestCaller
let api: TestCaller
let theirs: TestCaller
let portal: TestPortal
let workspaceId: string

const newTeam = (teamTag: string, caller = api) =>
  caller('/api/v1/teams', { body: { teamTag, type: 'CORTEX', metadata: { name: `Team ${teamTag}` } } })

beforeAll(async () => {
  const { database } = await freshDatabase()
  const made = await scimForTests(database)
  ;({ scim, api, portal } = made)
  workspaceId = made.workspace.workspaceId
  for (const tag of ['a', 'b', 'c', 'd', 'e']) await newTeam(tag)
  await scim('/Groups', { body: { schemas: [GROUP_SCHEMA], displayName: 'Squad' } })
  theirs = portal.withBearer((await portal.newWorkspace('Theirs')).adminApiKey)
  await newTeam('a', theirs)
  await newTeam('foreign', theirs)
})

/** `a>b` is an edge from the parent a to the child b; `a>b@X` one that the provider X told of. */
const edgesOf = (text: string) =>
  text
    .split(' ')
    .filter(Boolean)
    .map((edge) => {
      const [parentTeamTag = '', childTeamTag = '', provider] = edge.split(/[>@]/)
      return { parentTeamTag, childTeamTag, ...(provider ? { provider } : {}) }
    })
const put = (text: string, caller = api, query = '?replace=true') =>
  caller(`${PATH}${query}`, { method: 'PUT', body: { edges: edgesOf(text) } })
const stored = async (caller = api) => (await caller(PATH)).json.edges
const audited = async () => (await api('/api/v1/audit-logs?objectTypes=TEAM&actions=UPDATE&pageSize=1000')).json.logs

describe('relationships of teams', () => {
  beforeEach(async () => {
    portal.clock.advance(1000)
    await put('')
  })

  test.each([
    { why: 'one edge', edges: 'a>b' },
    { why: 'a tree', edges: 'a>b a>c b>d b>e' },
    { why: 'several parents, and two ways to one team', edges: 'a>b a>c b>d c>d' },
    { why: 'a team of a directory, above and below', edges: 'a>squad squad>b' },
    { why: 'a provider, kept as it is sent', edges: 'a>b@WORKDAY b>c' },
    { why: 'a pair named twice, told as it was last', edges: 'a>b@WORKDAY a>b@SCIM', read: 'a>b@SCIM' },
    { why: 'any order, read by tag', edges: 'c>d b>c a>c a>b', read: 'a>b a>c b>c c>d' },
    { why: 'nothing at all', edges: '' },
  ])('are stored and read: $why', async ({ edges, read = edges }) => {
    const answer = await put(edges)
    expect([answer.status, answer.json]).toEqual([200, { edges: edgesOf(read) }])
    expect(await stored()).toEqual(edgesOf(read))
  })

  test('are replaced as a whole, another way round too', async () => {
    await put('a>b b>c')
    await put('c>b d>e')
    expect(await stored()).toEqual(edgesOf('c>b d>e'))
  })

  test.each([
    { why: 'an unknown child', edges: 'a>b a>ghost', says: 'There is no team with the tag "ghost".' },
    { why: 'an unknown parent', edges: 'ghost>a', says: 'There is no team with the tag "ghost".' },
    { why: 'a tag in other letters', edges: 'A>b', says: 'There is no team with the tag "A".' },
    { why: 'a team of another workspace', edges: 'a>foreign', says: 'There is no team with the tag "foreign".' },
    { why: 'an edge to itself', edges: 'a>b c>c', says: 'Team "c" can\'t be its own parent.' },
    {
      why: 'two that are each above the other',
      edges: 'a>b b>a',
      says: 'Team "b" would be its own ancestor: b → a → b.',
    },
    {
      why: 'a long way round, beside edges that are right',
      edges: 'e>a a>b b>c c>d d>b',
      says: 'Team "b" would be its own ancestor: b → c → d → b.',
    },
    { why: 'no edges', body: {}, says: /^edges: / },
    { why: 'an edge without its child', body: { edges: [{ parentTeamTag: 'a' }] }, says: /^edges\.0\.childTeamTag: / },
    { why: 'an empty tag', body: { edges: [{ parentTeamTag: 'a', childTeamTag: '' }] }, says: /childTeamTag/ },
    { why: 'a body that is a list', body: edgesOf('a>b'), says: /body/ },
    { why: 'too many edges', edges: 'a>b '.repeat(5001), says: /^edges: / },
  ])('refuse $why, and stay as they were', async ({ edges = '', body, says }) => {
    await put('d>e')
    const before = (await audited()).length
    const answer = await api(`${PATH}?replace=true`, { method: 'PUT', body: body ?? { edges: edgesOf(edges) } })
    expect([answer.status, answer.json]).toEqual([400, expect.objectContaining({ type: 'BAD_REQUEST' })])
    expect(answer.json.message).toEqual(typeof says === 'string' ? says : expect.stringMatching(says))
    expect(await stored()).toEqual(edgesOf('d>e'))
    expect(await audited()).toHaveLength(before)
  })

  test.each(['', '?replace=false', '?replace=', '?replace=yes', '?replace=true&replace=false'])(
    'are not replaced by a PUT with "%s", which is told what to send',
    async (query) => {
      await put('d>e')
      const { status, json } = await put('a>b', api, query)
      expect([status, json.type]).toEqual([400, 'BAD_REQUEST'])
      expect(json.message).toContain('replace=true')
      expect(await stored()).toEqual(edgesOf('d>e'))
    },
  )

  test('go with a team that is deleted, whoever keeps it', async () => {
    await newTeam('gone')
    const group = await scim('/Groups', { body: { schemas: [GROUP_SCHEMA], displayName: 'Passing' } })
    await put('a>gone gone>b c>passing passing>d a>c')
    await api('/api/v1/teams/gone', { method: 'DELETE' })
    expect(await stored()).toEqual(edgesOf('a>c c>passing passing>d'))
    await scim(`/Groups/${group.json.id}`, { method: 'DELETE' })
    expect(await stored()).toEqual(edgesOf('a>c'))
  })

  test('stay in their workspace, where tags are the same too', async () => {
    await put('a>b')
    expect(await stored(theirs)).toEqual([])
    expect((await put('a>foreign', theirs)).status).toBe(200)
    expect([await stored(), await stored(theirs)]).toEqual([edgesOf('a>b'), edgesOf('a>foreign')])
    await put('')
    expect(await stored(theirs)).toEqual(edgesOf('a>foreign'))
  })

  test('are audited once for each team whose parents changed, and for no other', async () => {
    await put('a>b a>c@WORKDAY c>d a>squad')
    const before = await audited()
    portal.clock.advance(1000)
    await put('a>b e>b a>c@SCIM a>squad')
    const fresh = (await audited()).slice(0, -before.length)
    expect(
      fresh.map(({ details, objectIdentifier }: { details: object; objectIdentifier: string }) => [
        objectIdentifier,
        details,
      ]),
    ).toEqual(
      expect.arrayContaining([
        [
          'Team b',
          { teamTag: 'b', parents: { before: [{ teamTag: 'a' }], after: [{ teamTag: 'a' }, { teamTag: 'e' }] } },
        ],
        [
          'Team c',
          {
            teamTag: 'c',
            parents: {
              before: [{ teamTag: 'a', provider: 'WORKDAY' }],
              after: [{ teamTag: 'a', provider: 'SCIM' }],
            },
          },
        ],
        ['Team d', { teamTag: 'd', parents: { before: [{ teamTag: 'c' }], after: [] } }],
      ]),
    )
    expect(fresh).toHaveLength(3)
    await put('a>squad a>c@SCIM e>b a>b')
    expect(await audited()).toHaveLength(before.length + 3)
  })

  test('are read by everybody and replaced by who holds Edit Entities, told before the body is read', async () => {
    const { token } = await personForTests(portal, workspaceId, scim, 'viewer@example.com')
    await put('a>b')
    expect(await stored(token)).toEqual(edgesOf('a>b'))
    for (const answer of [await put('', token), await put('', token, ''), await put('x>x', token)])
      expect([answer.status, answer.json.message]).toEqual([403, expect.stringContaining('Edit Entities')])
    await api('/api/v1/roles', { body: { name: 'Keeper', tag: 'keeper', permissions: ['Edit Entities'] } })
    const { apiKey } = (
      await api('/api/v1/auth/key', { body: { name: 'Keeper', roles: [{ type: 'CUSTOM', tag: 'keeper' }] } })
    ).json
    expect((await put('b>c', portal.withBearer(apiKey))).status).toBe(200)
    expect((await portal.anyone(PATH)).status).toBe(401)
  })

  test('give nothing: who is in a team above or below one with a role holds what they held', async () => {
    const { email, token } = await personForTests(portal, workspaceId, scim, 'member@example.com')
    await api('/api/v1/teams/b/members', { body: { email } })
    for (const teamTag of ['a', 'c'])
      await api(`/api/v1/teams/${teamTag}/roles`, {
        method: 'PUT',
        body: { roles: [{ type: 'BASIC', role: 'ADMIN' }] },
      })
    const held = (await token('/api/v1/me')).json.permissions
    await put('a>b b>c')
    expect((await token('/api/v1/me')).json.permissions).toEqual(held)
    expect((await token('/api/v1/audit-logs')).status).toBe(403)
  })

  const replacing = (tx: Tx, deed: Deed) => replaceRelationships(tx, deed, edgesOf('a>doomed doomed>b'))
  test.each([
    {
      why: 'a replacement behind another',
      first: replacing,
      later: () => put('b>doomed doomed>a'),
      status: 200,
      left: 'b>doomed doomed>a',
    },
    {
      why: 'a deletion behind a replacement',
      first: replacing,
      later: () => api('/api/v1/teams/doomed', { method: 'DELETE' }),
      status: 204,
      left: '',
    },
    {
      why: 'a replacement behind the deletion of a team it names',
      first: (tx: Tx, deed: Deed) => deleteTeam(tx, deed, 'doomed'),
      later: () => put('a>doomed'),
      status: 400,
      left: '',
    },
  ])('are changed by one at a time: $why', async ({ first, later, status, left }) => {
    await newTeam('doomed')
    const { database, clock } = portal.deps
    const deed: Deed = { actor: { type: 'SYSTEM', workspaceId, name: 'test' }, origin: {}, now: clock.now() }
    const done = Promise.withResolvers<void>()
    const holding = database.transaction(async (tx) => {
      await first(tx, deed)
      done.resolve()
      await untilSomeoneWaits(tx)
    })
    await done.promise
    const second = later()
    await holding
    expect((await second).status).toBe(status)
    expect(await stored()).toEqual(edgesOf(left))
  })

  test('may be replaced by two at once, or while a team goes: one story is stored, and nobody meets a fault', async () => {
    await newTeam('racer')
    await put('racer>a racer>b c>racer')
    const answers = await Promise.all([
      put('a>b b>c c>d racer>e'),
      put('d>c c>b b>a'),
      api('/api/v1/teams/racer', { method: 'DELETE' }),
      put('b>d d>e'),
      put('e>d d>racer'),
    ])
    expect(answers.map(({ status }) => status).filter((status) => ![200, 204, 400].includes(status))).toEqual([])
    const edges = await stored()
    expect(['', 'a>b b>c c>d', 'b>a c>b d>c', 'b>d d>e', 'e>d'].map(edgesOf)).toContainEqual(edges)
  })

  test('leave a team that is called like them within reach', async () => {
    const { id } = (await newTeam('relationships')).json
    expect((await api(`/api/v1/teams/${id}`)).json.teamTag).toBe('relationships')
    expect((await api('/api/v1/teams?teamTag=relationships')).json.teams).toHaveLength(1)
    expect((await put('a>relationships')).status).toBe(200)
    expect((await api('/api/v1/teams/relationships', { method: 'DELETE' })).status).toBe(204)
    expect(await stored()).toEqual([])
  })
})

describe('a way from a team to itself', () => {
  const chain = (length: number) => Array.from({ length }, (_, at) => `${at}>${at + 1}`).join(' ')

  test.each([
    { why: 'none in nothing', edges: '', way: undefined },
    { why: 'none where two ways meet', edges: 'a>b a>c b>d c>d', way: undefined },
    { why: 'none in a long chain', edges: chain(20_000), way: undefined },
    { why: 'an edge to itself', edges: 'a>a', way: 'a a' },
    { why: 'a ring, without the team below it', edges: 'a>b b>c c>a c>d', way: 'b c a b' },
    { why: 'a ring, without the team above it', edges: 'r>a a>b b>a b>x x>y', way: 'a b a' },
  ])('is $why', ({ edges, way }) => {
    expect(findCycle(parentsByChild(edgesOf(edges)))?.join(' ')).toBe(way)
  })

  test('is found in a long one too, whole', () => {
    const way = findCycle(parentsByChild(edgesOf(`${chain(20_000)} 20000>0`)))
    expect([way?.length, way?.[0] === way?.at(-1)]).toEqual([20_002, true])
  })
})
