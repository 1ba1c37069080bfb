import { beforeAll, describe, expect, test } from 'vitest'
import { openTestDirectory } from '../testing/test-directory.ts'

const REPORTS_READER = '4a5d8f65-41da-4de4-8968-e035b65339cf'
const TEMPLATE = '8adf8e6e-67b2-4cf2-a259-e3dc5476c621'
const ref = (id: string) => ({ '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}` })
let tenant: Awaited<ReturnType<Awaited<ReturnType<typeof openTestDirectory>>['openTenant']>>
/** Paths as they are written below, and what stands for `{…}` in them. */
const ids: Record<string, string> = {}

/** A crew of three people and a group, who are also assigned to an app; two hold a role; two people, two groups deleted. */
beforeAll(async () => {
  const directory = await openTestDirectory()
  // Stored with a fraction of a second, which is not answered.
  directory.time.now += 250
  tenant = await directory.openTenant()
  const { graph, person, group } = tenant
  const app = (await graph('POST', `/applicationTemplates/${TEMPLATE}/instantiate`, { displayName: 'Écran' })).body
  await graph('POST', `/applicationTemplates/${TEMPLATE}/instantiate`, { displayName: 'alpha' })
  ids.app = app.servicePrincipal.id
  ids.appId = app.application.appId
  ids.crew = (await group('Crew')).id
  ids.anna = (await person({ displayName: 'Anna', mail: 'Anna@x.example', jobTitle: 'Engineer' })).id
  ids.bert = (await person({ displayName: 'bert', accountEnabled: false })).id
  ids.carla = (await person({ displayName: 'Carla', userPrincipalName: 'carla@other.example' })).id
  ids.night = (await group('Night', { description: 'Shift' })).id
  for (const id of [ids.anna, ids.bert, ids.carla, ids.night] as string[]) {
    await graph('POST', `/groups/${ids.crew}/members/$ref`, ref(id))
    await graph('POST', `/servicePrincipals/${ids.app}/appRoleAssignedTo`, {
      principalId: id,
      resourceId: ids.app,
      appRoleId: '00000000-0000-0000-0000-000000000000',
    })
    directory.time.now += 1_000
  }
  for (const id of [ids.anna, ids.carla] as string[])
    await graph('POST', `/directoryRoles/${REPORTS_READER}/members/$ref`, ref(id))
  for (const displayName of ['Gone one', 'gone two']) {
    const user = await person({ displayName, userPrincipalName: `${displayName.replace(' ', '.')}@muster.example` })
    await graph('DELETE', `/users/${user.id}`)
    await graph('DELETE', `/groups/${(await group(displayName)).id}`)
    directory.time.now += 1_000
  }
})

const at = (path: string) => path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? name)
const ask = (path: string, query: string) => tenant.graph('GET', `${at(path)}?${encodeURI(at(query))}`)
const nameOf = (item: Record<string, unknown>) => item.displayName ?? item.principalDisplayName

const APPLICATIONS = '/applications'
const PRINCIPALS = '/servicePrincipals'
const MEMBERS = '/groups/{crew}/members'
const ASSIGNED = '/servicePrincipals/{app}/appRoleAssignedTo'
const ROLES = '/directoryRoles'
const HOLDERS = `/directoryRoles/${REPORTS_READER}/members`
const DELETED_USERS = '/directory/deletedItems/microsoft.graph.user'
const DELETED_GROUPS = '/directory/deletedItems/microsoft.graph.group'

test.each([
  { path: PRINCIPALS, filter: "displayName eq 'ÉCRAN'", finds: ['Écran'] },
  { path: PRINCIPALS, filter: "startswith(displayName,'AL') and accountEnabled eq true", finds: ['alpha'] },
  { path: PRINCIPALS, filter: "servicePrincipalType eq 'Application' and appId eq {appId}", finds: ['Écran'] },
  { path: PRINCIPALS, filter: 'appRoleAssignmentRequired eq false', finds: [] },
  { path: APPLICATIONS, filter: "appId eq '{appId}'", finds: ['Écran'] },
  { path: MEMBERS, filter: "displayName in ('ANNA', 'night')", finds: ['Anna', 'Night'] },
  {
    path: MEMBERS,
    filter: "mail eq 'anna@X.example' or startswith(userPrincipalName,'carla@')",
    finds: ['Anna', 'Carla'],
  },
  { path: MEMBERS, filter: "jobTitle eq 'engineer'", finds: ['Anna'] },
  { path: MEMBERS, filter: 'accountEnabled eq false', finds: ['bert'] },
  { path: MEMBERS, filter: 'not (accountEnabled eq true)', finds: ['bert', 'Night'] },
  { path: MEMBERS, filter: "id eq '{night}'", finds: ['Night'] },
  { path: `${MEMBERS}/microsoft.graph.user`, filter: "displayName ne 'bert'", finds: ['Anna', 'Carla'] },
  { path: `${MEMBERS}/microsoft.graph.group`, filter: 'id ne null', finds: ['Night'] },
  { path: ASSIGNED, filter: "principalId eq '{carla}'", finds: ['Carla'] },
  { path: ASSIGNED, filter: "principalType eq 'Group'", finds: ['Night'] },
  { path: ASSIGNED, filter: "startswith(principalDisplayName,'B')", finds: ['bert'] },
  { path: ASSIGNED, filter: 'createdDateTime gt 2026-02-03T08:00:01Z', finds: ['Carla', 'Night'] },
  { path: ASSIGNED, filter: 'createdDateTime eq 2026-02-03T08:00:01Z', finds: ['bert'] },
  { path: ASSIGNED, filter: 'createdDateTime ne 2026-02-03T08:00:01Z', finds: ['Anna', 'Carla', 'Night'] },
  { path: ASSIGNED, filter: 'createdDateTime le 2026-02-03T08:00:01Z', finds: ['Anna', 'bert'] },
  { path: ASSIGNED, filter: 'createdDateTime lt 2026-02-03T08:00:01Z', finds: ['Anna'] },
  { path: ASSIGNED, filter: 'createdDateTime ge 2026-02-03T08:00:01.5Z', finds: ['Carla', 'Night'] },
  { path: ASSIGNED, filter: 'createdDateTime lt 2026-02-03T08:00:01.5Z', finds: ['Anna', 'bert'] },
  { path: ASSIGNED, filter: 'createdDateTime eq 2026-02-03T08:00:01.5Z', finds: [] },
  { path: ROLES, filter: "displayName eq 'reports reader'", finds: ['Reports Reader'] },
  { path: ROLES, filter: `roleTemplateId eq '${REPORTS_READER}'`, finds: ['Reports Reader'] },
  { path: HOLDERS, filter: "startswith(displayName,'c')", finds: ['Carla'] },
  { path: DELETED_USERS, filter: "userPrincipalName eq 'GONE.one@muster.example'", finds: ['Gone one'] },
  { path: DELETED_USERS, filter: 'deletedDateTime ge 2026-02-03T08:00:05Z', finds: ['gone two'] },
  { path: DELETED_GROUPS, filter: "displayName eq 'gone ONE'", finds: ['Gone one'] },
])('$path finds by $filter, and counts the same', async ({ path, filter, finds }) => {
  const { status, body } = await ask(path, `$filter=${filter}&$count=true`)
  expect({ status, names: body.value?.map(nameOf).sort() }).toEqual({ status: 200, names: [...finds].sort() })
  expect(body['@odata.count']).toBe(finds.length)
  if (path === ROLES || path === HOLDERS) return
  expect((await ask(`${path}/$count`, `$filter=${filter}`)).body).toBe(finds.length)
})

test.each([
  { path: '/users', query: '', finds: ['Anna', 'Carla', 'Muster Administrator'] },
  {
    path: '/users',
    query: '&$filter=accountEnabled eq true and department eq null',
    finds: ['Anna', 'Carla', 'Muster Administrator'],
  },
  { path: '/users', query: "&$filter=startswith(displayName,'c')", finds: ['Carla'] },
  { path: '/users', query: '&$filter=accountEnabled eq false', finds: [] },
  { path: '/groups', query: '', finds: ['Crew'] },
  { path: PRINCIPALS, query: '', finds: ['alpha'] },
])(
  '$path is searched, ordered, filtered and counted at once, over all its pages: $query',
  async ({ path, query, finds }) => {
    for (const [order, wanted] of [
      ['displayName', finds],
      ['displayName desc', finds.toReversed()],
    ] as const) {
      const names: unknown[] = []
      const search = '$search="displayName:a" OR "displayName:c"&$count=true&$top=1'
      for (let answer = await ask(path, `${search}&$orderby=${order}${query}`); ; ) {
        const { status, body } = answer
        expect({ status, count: body['@odata.count'] }).toEqual({ status: 200, count: finds.length })
        names.push(...body.value.map(nameOf))
        for (const item of body.value) expect(item.createdDateTime).toMatch(/^2026-02-03T08:\d\d:\d\dZ$/)
        const next: string | undefined = body['@odata.nextLink']
        if (next === undefined) break
        answer = await tenant.graph('GET', next.replace(/^http:\/\/[^/]+\/v1\.0/, ''))
      }
      expect(names).toEqual(wanted)
    }
  },
)

describe.each([
  { path: PRINCIPALS, orders: ['displayName', 'createdDateTime'], least: 2 },
  { path: APPLICATIONS, orders: ['displayName', 'createdDateTime'], least: 3 },
  { path: MEMBERS, orders: ['displayName'], least: 4 },
  { path: `${MEMBERS}/microsoft.graph.user`, orders: ['displayName'], least: 3 },
  { path: ASSIGNED, orders: ['principalDisplayName', 'createdDateTime'], least: 4 },
  { path: ROLES, orders: [], least: 4 },
  { path: HOLDERS, orders: ['displayName', 'userPrincipalName', 'createdDateTime'], least: 2 },
  { path: DELETED_USERS, orders: ['displayName', 'deletedDateTime'], least: 2 },
  { path: DELETED_GROUPS, orders: ['displayName', 'deletedDateTime'], least: 2 },
  { path: '/users', orders: ['displayName', 'userPrincipalName', 'createdDateTime'], least: 4 },
  { path: '/groups', orders: ['displayName', 'createdDateTime'], least: 2 },
])('$path', ({ path, orders, least }) => {
  /** Everything, a page of one at a time, by the links. */
  const walk = async (query: string): Promise<Record<string, unknown>[]> => {
    const seen: Record<string, unknown>[] = []
    let { body } = await ask(path, `$top=1${query}`)
    for (;;) {
      seen.push(...body.value)
      const next: string | undefined = body['@odata.nextLink']
      if (next === undefined) return seen
      body = (await tenant.graph('GET', next.replace(/^http:\/\/[^/]+\/v1\.0/, ''))).body
    }
  }

  test.each(['', ...orders.flatMap((order) => [`&$orderby=${order}`, `&$orderby=${order} desc`])])(
    'is read by pages in one order, nobody twice (%s)',
    async (query) => {
      const whole = (await ask(path, query.slice(1))).body.value
      expect(await walk(query)).toEqual(whole)
      expect(new Set(whole.map((item: { id: string }) => item.id)).size).toBe(whole.length)
      expect(whole.length).toBeGreaterThanOrEqual(least)
      const [, order, direction] = /orderby=(\w+)( desc)?/.exec(query) ?? []
      if (order === undefined) return
      const values: string[] = whole.map((item: Record<string, string>) => item[order]?.toLowerCase())
      expect(values).toEqual(direction ? [...values].sort().reverse() : [...values].sort())
    },
  )

  test('answers the properties asked for', async () => {
    const { body } = await ask(path, '$select=id')
    expect(body.value.map((item: object) => Object.keys(item).filter((name) => !name.startsWith('@')))).toEqual(
      body.value.map(() => ['id']),
    )
  })

  test.each([
    "$filter=colour eq 'red'",
    "$filter=contains(displayName,'x')",
    '$filter=id gt 7',
    "$filter=toString eq 'x'",
    '$filter=',
    '$orderby=colour',
    '$orderby=displayName sideways',
    '$orderby=place',
    '$select=colour',
    '$search="colour:red"',
    '$expand=owner',
    '$skip=1',
    '$top=0',
    '$top=1000',
    '$count=maybe',
    '$skiptoken=nonsense',
    `$skiptoken=${Buffer.from('["displayName asc","x","y"]').toString('base64url')}`,
    `$skiptoken=${Buffer.from(`["createdDateTime asc","soon","${REPORTS_READER}"]`).toString('base64url')}&$orderby=createdDateTime asc`,
  ])('refuses %s instead of ignoring it', async (query) => {
    expect(await ask(path, query)).toMatchObject({ status: 400, body: { error: { code: 'Request_BadRequest' } } })
  })

  test('a link is good for the order that it was given in', async () => {
    if (orders.length === 0) return
    const { body } = await ask(path, `$top=1&$orderby=${orders[0]}`)
    const link: string = body['@odata.nextLink'].replace(/^http:\/\/[^/]+\/v1\.0/, '')
    expect((await tenant.graph('GET', link)).status).toBe(200)
    expect(
      (await tenant.graph('GET', link.replace(`orderby=${orders[0]}`, `orderby=${orders[0]}%20desc`))).status,
    ).toBe(400)
  })
})
