import { afterAll, describe, expect, test } from 'vitest'
import { connectApp, newPerson, startBothEnds } from './both-ends.ts'
import { freshDatabase } from './database.ts'

const { database } = await freshDatabase()
const ends = await startBothEnds(database)
afterAll(() => ends.stop())

describe('the loop, in one process', () => {
  test('a person arrives with their team and manager, is renamed, blocked and back', async () => {
    const pair = await ends.newPair('loop')
    const { api, scim, graph } = pair
    const app = await connectApp(pair)
    const boss = await newPerson(pair, 'boss')
    const ada = await newPerson(pair, 'ada', {
      department: 'Platform',
      employeeId: '40117',
      businessPhones: ['+44 113 555 0100'],
    })
    await graph('PUT', `/users/${ada.id}/manager/$ref`, { '@odata.id': `/users/${boss.id}` }, 204)
    const group = await graph(
      'POST',
      '/groups',
      { displayName: 'Payments', mailNickname: 'payments', mailEnabled: false, securityEnabled: true },
      201,
    )
    await graph('POST', `/groups/${group.id}/members/$ref`, { '@odata.id': `/directoryObjects/${ada.id}` }, 204)
    await app.assign(group.id)
    await app.assign(boss.id)
    expect((await app.start()).state).toBe('Succeeded')

    const find = async (name: string) =>
      (await scim('GET', `/Users?filter=${encodeURIComponent(`userName eq "${name}"`)}`)).Resources[0]
    const there = await find(ada.userPrincipalName)
    expect(there).toMatchObject({
      userName: ada.userPrincipalName,
      active: true,
      externalId: 'ada',
      name: { givenName: 'ada', familyName: 'Example', formatted: 'ada Example' },
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': {
        department: 'Platform',
        employeeNumber: '40117',
        manager: { value: (await find(boss.userPrincipalName)).id },
      },
    })
    expect((await api('GET', `/users/${there.id}`)).teams.map((team: { name: string }) => team.name)).toEqual([
      'Payments',
    ])

    // Nothing changed: an idle cycle sends its two probes and nothing else.
    ends.requests.length = 0
    await app.cycle()
    expect(ends.requests.map(({ method, url }) => `${method} ${url.replace(/%22.*/, '')}`)).toEqual([
      'GET http://portal.test/scim/v2/Users?filter=userName+eq+',
      'GET http://portal.test/scim/v2/Groups?excludedAttributes=members&filter=displayName+eq+',
    ])

    await graph('PATCH', `/users/${ada.id}`, { displayName: 'Ada Renamed' }, 204)
    await app.cycle()
    expect((await find(ada.userPrincipalName)).displayName).toBe('Ada Renamed')

    await graph('PATCH', `/users/${ada.id}`, { accountEnabled: false }, 204)
    await app.cycle()
    expect(await api('GET', `/users/${there.id}`)).toMatchObject({ status: 'DEACTIVATED', roles: [], teams: [] })
    await graph('PATCH', `/users/${ada.id}`, { accountEnabled: true }, 204)
    await app.cycle()
    expect(await api('GET', `/users/${there.id}`)).toMatchObject({
      status: 'ACTIVE',
      roles: [{ type: 'BASIC', role: 'VIEWER' }],
      teams: [{ name: 'Payments' }],
    })

    await graph('DELETE', `/users/${ada.id}`, undefined, 204)
    await graph('DELETE', `/directory/deletedItems/${ada.id}`, undefined, 204)
    await app.cycle()
    await scim('GET', `/Users/${there.id}`, undefined, 404)
    for (const row of await app.logs()) expect(row.provisioningStatusInfo.status).toMatch(/^(success|skipped)$/)
  })

  test('who was in only by a group is out when it is deleted, and in again when it is restored; so too when it is purged', async () => {
    const pair = await ends.newPair('groups')
    const app = await connectApp(pair)
    const ada = await newPerson(pair, 'ada')
    const { id } = await pair.graph(
      'POST',
      '/groups',
      { displayName: 'Crew', mailNickname: 'crew', mailEnabled: false, securityEnabled: true },
      201,
    )
    await pair.graph('POST', `/groups/${id}/members/$ref`, { '@odata.id': `/directoryObjects/${ada.id}` }, 204)
    await app.assign(id)
    await app.start()
    const isActive = async () => (await pair.scim('GET', '/Users')).Resources[0].active
    const groups = async () => (await pair.scim('GET', '/Groups')).totalResults
    expect([await isActive(), await groups()]).toEqual([true, 1])
    await pair.graph('DELETE', `/groups/${id}`, undefined, 204)
    await app.cycle()
    expect([await isActive(), await groups()]).toEqual([false, 0])
    await pair.graph('POST', `/directory/deletedItems/${id}/restore`)
    await app.cycle()
    expect([await isActive(), await groups()]).toEqual([true, 1])
    expect((await pair.api('GET', '/users')).users[0].teams).toMatchObject([{ name: 'Crew' }])
    await pair.graph('DELETE', `/groups/${id}`, undefined, 204)
    await pair.graph('DELETE', `/directory/deletedItems/${id}`, undefined, 204)
    await app.cycle()
    expect([await isActive(), await groups()]).toEqual([false, 0])
  })

  test.each([
    { form: 'default', parameters: '', removes: '{"op":"Remove","path":"members","value":' },
    { form: 'flag', parameters: '?aadOptscim062020', removes: '{"op":"remove","path":"members[value eq' },
  ])('in the $form form, people and members come, change, and go', async ({ form, parameters, removes }) => {
    const pair = await ends.newPair(`form-${form}`)
    const app = await connectApp(pair, { parameters })
    const ada = await newPerson(pair, 'ada', { jobTitle: 'Engineer' })
    const boss = await newPerson(pair, 'boss')
    const group = { displayName: 'Crew', mailNickname: 'crew', mailEnabled: false, securityEnabled: true }
    const { id } = await pair.graph('POST', '/groups', group, 201)
    for (const person of [ada, boss]) {
      await pair.graph('POST', `/groups/${id}/members/$ref`, { '@odata.id': `/directoryObjects/${person.id}` }, 204)
      await app.assign(person.id)
    }
    await app.assign(id)
    await app.start()
    ends.requests.length = 0
    await pair.graph(
      'PATCH',
      `/users/${ada.id}`,
      { displayName: 'Ada Renamed', surname: 'Renamed', department: 'Ops', mobilePhone: '+44 7700 900100' },
      204,
    )
    await pair.graph('PUT', `/users/${ada.id}/manager/$ref`, { '@odata.id': `/users/${boss.id}` }, 204)
    await pair.graph('DELETE', `/groups/${id}/members/${ada.id}/$ref`, undefined, 204)
    await pair.graph('PATCH', `/groups/${id}`, { displayName: 'Crew Renamed' }, 204)
    await pair.graph('PATCH', `/users/${boss.id}`, { accountEnabled: false }, 204)
    expect((await app.cycle()).state).toBe('Succeeded')

    const people = (await pair.scim('GET', '/Users')).Resources
    const of = (name: string) => people.find((user: { externalId: string }) => user.externalId === name)
    expect(of('ada')).toMatchObject({
      displayName: 'Ada Renamed',
      name: { givenName: 'ada', familyName: 'Renamed', formatted: 'ada Renamed' },
      phoneNumbers: [{ type: 'mobile', value: '+44 7700 900100' }],
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': {
        department: 'Ops',
        manager: { value: of('boss').id },
      },
    })
    expect(of('boss').active).toBe(false)
    const [crew] = (await pair.scim('GET', '/Groups')).Resources
    expect([crew.displayName, crew.members ?? []]).toEqual(['Crew Renamed', []])
    const sent = ends.requests.filter(({ method }) => method === 'PATCH').map(({ body }) => body)
    expect(sent.some((body) => body?.includes(removes))).toBe(true)
    expect(ends.requests.some(({ url }) => /aadOpt/i.test(url))).toBe(false)
  })

  test('an account that was there before is linked, not doubled', async () => {
    const pair = await ends.newPair('import')
    const app = await connectApp(pair)
    const before = await pair.scim(
      'POST',
      '/Users',
      { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'DORA@import.example', active: true },
      201,
    )
    const dora = await newPerson(pair, 'dora')
    await app.assign(dora.id)
    await app.start()
    const { totalResults, Resources } = await pair.scim('GET', '/Users')
    expect(totalResults).toBe(1)
    expect(Resources[0]).toMatchObject({ id: before.id, displayName: 'dora' })
  })
})

describe('two workspaces and two tenants in one database', () => {
  test('keys, lists and names of one never reach the other', async () => {
    const [red, blue] = [await ends.newPair('red'), await ends.newPair('blue')]
    const [redApp, blueApp] = [await connectApp(red), await connectApp(blue)]
    // The same name on both sides: neither may find, link or refuse the other's.
    const shared = {
      userPrincipalName: 'same.person@elsewhere.example',
      mail: 'same.person@elsewhere.example',
      mailNickname: 'same',
    }
    const [inRed, inBlue] = [
      await newPerson(red, 'same', shared),
      await newPerson(blue, 'same', { ...shared, displayName: 'Blue one' }),
    ]
    await redApp.assign(inRed.id)
    await blueApp.assign(inBlue.id)
    expect((await redApp.start()).state).toBe('Succeeded')
    expect((await blueApp.start()).state).toBe('Succeeded')

    const only = async (pair: typeof red) => {
      const { totalResults, Resources } = await pair.scim('GET', '/Users')
      expect(totalResults).toBe(1)
      return Resources[0]
    }
    const [redUser, blueUser] = [await only(red), await only(blue)]
    expect([redUser.displayName, blueUser.displayName]).toEqual(['same', 'Blue one'])
    expect(redUser.id).not.toBe(blueUser.id)
    for (const [pair, other] of [
      [red, blueUser],
      [blue, redUser],
    ] as const) {
      await pair.scim('GET', `/Users/${other.id}`, undefined, 404)
      await pair.scim('DELETE', `/Users/${other.id}`, undefined, 404)
      await pair.api('GET', `/users/${other.id}`, undefined, 404)
      expect((await pair.scim('GET', `/Users?filter=${encodeURIComponent(`id eq "${other.id}"`)}`)).totalResults).toBe(
        0,
      )
      expect(JSON.stringify(await pair.api('GET', '/users?status=ALL'))).not.toContain(other.id)
      expect(JSON.stringify(await pair.api('GET', '/audit-logs'))).not.toContain(other.id)
    }
    // A Group of one takes no member of the other.
    const group = await red.scim(
      'POST',
      '/Groups',
      {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
        displayName: 'Red',
        members: [{ value: redUser.id }, { value: blueUser.id }],
      },
      201,
    )
    expect(
      (await red.scim('GET', `/Groups/${group.id}`)).members.map((member: { value: string }) => member.value),
    ).toEqual([redUser.id])
    expect((await blue.scim('GET', '/Groups')).totalResults).toBe(0)
    // A tenant does not know the other's people and apps.
    await red.graph('GET', `/users/${inBlue.id}`, undefined, 404)
    await red.graph('GET', blueApp.jobPath, undefined, 404)
    await red.graph(
      'POST',
      `/servicePrincipals/${redApp.servicePrincipalId}/appRoleAssignedTo`,
      {
        principalId: inBlue.id,
        resourceId: redApp.servicePrincipalId,
        appRoleId: '00000000-0000-0000-0000-000000000000',
      },
      404,
    )
  })
})
