import { insist, TourError, Visitor } from './http.ts'
import {
  createPerson,
  cycleAfter,
  graphUrl,
  jobUrl,
  type Person,
  portalAccount,
  portalApi,
  runCycle,
  type World,
} from './world.ts'

/** One of the nine steps of the walkthrough: what it is called, and what makes it true. */
export interface Step {
  readonly title: string
  readonly walk: (world: World) => Promise<void>
}

const SCIM_PERMISSIONS = ['Configure Open ID Connector & SCIM', 'Edit Roles', 'Manage Identity Mappings']
const NON_GALLERY = '8adf8e6e-67b2-4cf2-a259-e3dc5476c621'
const DEFAULT_ACCESS = '00000000-0000-0000-0000-000000000000'
const APPLICATION_ADMINISTRATOR = '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3'

export const STEPS: readonly Step[] = [
  { title: 'Portal: switches on, a SCIM key shown once, a key without the permissions refused', walk: openThePortal },
  { title: 'Directory: an enterprise app, made by an Application Administrator', walk: createTheApp },
  { title: 'Provisioning: Test Connection says what is wrong, then Success', walk: connect },
  { title: 'Scope: only assigned users and groups', walk: chooseScope },
  { title: 'Start: the initial cycle, then one every 40 minutes', walk: startProvisioning },
  { title: 'Provisioning logs: every person with their status', walk: readLogs },
  { title: 'Portal users: listed with the default role, one imported, an edit arrived', walk: findThePeople },
  { title: 'Sign-in through the directory, a team, a role, a personal token', walk: signIn },
  { title: 'Unassigned, blocked, deleted: out at once; and back', walk: leaveAndReturn },
]

async function openThePortal(world: World): Promise<void> {
  const before = (await world.admin.ask(portalApi(world, '/settings/scim'))).json
  world.undo.push({
    what: 'the SCIM switches',
    how: () => world.admin.ask(portalApi(world, '/settings/scim'), { method: 'PUT', json: before }),
  })
  await world.admin.ask(portalApi(world, '/settings/scim'), {
    method: 'PATCH',
    json: { automaticProvisioning: true, automaticDeprovisioning: true },
  })

  const defaultRole = (await world.admin.ask(portalApi(world, '/settings/default-role'))).json
  world.undo.push({
    what: 'the default role',
    how: () => world.admin.ask(portalApi(world, '/settings/default-role'), { method: 'PUT', json: defaultRole }),
  })
  await world.admin.ask(portalApi(world, '/settings/default-role'), {
    method: 'PUT',
    json: { role: { type: 'BASIC', role: 'USER' } },
  })

  const tag = `tour-scim-${world.mark}`
  await world.admin.ask(portalApi(world, '/roles'), {
    json: { name: `Tour SCIM ${world.mark}`, tag, permissions: SCIM_PERMISSIONS },
  })
  world.undo.push({
    what: 'the SCIM role',
    how: () => world.admin.ask(portalApi(world, `/roles/${tag}`), { method: 'DELETE' }),
  })

  const key = await createKey(world, `Tour SCIM ${world.mark}`, { type: 'CUSTOM', tag })
  const weak = await createKey(world, `Tour viewer ${world.mark}`, { type: 'BASIC', role: 'VIEWER' })
  const listed = await world.admin.ask(portalApi(world, '/auth/key?pageSize=1000'))
  insist(!listed.text.includes(key.apiKey), 'The list of keys shows a key again')
  insist(
    listed.json.apiKeys.some(
      (entry: { cid: string; last4: string }) => entry.cid === key.cid && entry.last4 === key.apiKey.slice(-4),
    ),
    'The new key is not listed by its last four characters',
  )

  const refused = await new Visitor({ bearer: weak.apiKey, say: world.say }).ask(`${world.portal.scimUrl}/Users`, {
    expect: 403,
  })
  for (const permission of SCIM_PERMISSIONS)
    insist(refused.json.detail?.includes(permission), `The refusal does not name "${permission}": ${refused.text}`)
  world.scimKey = key.apiKey
  world.scim = new Visitor({ bearer: key.apiKey, say: world.say })
  await world.scim.ask(`${world.portal.scimUrl}/Users`)

  // Someone who worked here before the directory was connected: to be linked, not doubled.
  const { imported } = world.people
  const account = await world.admin.ask(portalApi(world, '/users'), {
    json: { email: imported.userPrincipalName, name: 'Before the directory' },
  })
  world.importedPortalId = account.json.id
}

async function createKey(world: World, name: string, role: unknown): Promise<{ apiKey: string; cid: string }> {
  const { json } = await world.admin.ask(portalApi(world, '/auth/key'), { json: { name, roles: [role] } })
  world.undo.push({
    what: `the key ${name}`,
    how: () => world.admin.ask(portalApi(world, `/auth/key/${json.cid}`), { method: 'DELETE' }),
  })
  return json
}

async function createTheApp(world: World): Promise<void> {
  const { people, operatorPerson } = world
  await createPerson(world, operatorPerson)
  await world.graph.ask(graphUrl(world, `/directoryRoles/roleTemplateId=${APPLICATION_ADMINISTRATOR}/members/$ref`), {
    json: { '@odata.id': graphUrl(world, `/directoryObjects/${operatorPerson.id}`) },
    expect: 204,
  })
  for (const person of Object.values(people))
    await createPerson(world, person, { department: 'Research', jobTitle: 'Engineer' })
  await setManager(world, people.blocked, people.manager)
  const group = await world.graph.ask(graphUrl(world, '/groups'), {
    json: {
      displayName: `Tour ${world.mark}`,
      mailNickname: `tour-${world.mark}`,
      mailEnabled: false,
      securityEnabled: true,
    },
    expect: 201,
  })
  world.groupId = group.json.id
  world.undo.push({
    what: 'the group',
    how: async () => {
      await world.graph.ask(graphUrl(world, `/groups/${world.groupId}`), { method: 'DELETE', expect: [204, 404] })
      await world.graph.ask(graphUrl(world, `/directory/deletedItems/${world.groupId}`), {
        method: 'DELETE',
        expect: [204, 404],
      })
    },
  })
  for (const person of [people.blocked, people.deleted])
    await world.graph.ask(graphUrl(world, `/groups/${world.groupId}/members/$ref`), {
      json: { '@odata.id': graphUrl(world, `/directoryObjects/${person.id}`) },
      expect: 204,
    })

  const page = await world.operator.browse(`${world.directory.url}/auth/login?returnTo=/`)
  const after = await world.operator.submit(page, {
    username: operatorPerson.userPrincipalName,
    password: operatorPerson.password,
  })
  insist(
    after.answer.status === 200,
    `The Application Administrator could not sign in: ${after.at} answered ${after.answer.status}`,
  )

  const made = await world.operator.ask(graphUrl(world, `/applicationTemplates/${NON_GALLERY}/instantiate`), {
    json: { displayName: `Tour portal ${world.mark}` },
    expect: 201,
  })
  world.servicePrincipalId = made.json.servicePrincipal.id
  world.undo.push({
    what: 'the enterprise app',
    how: () =>
      world.operator.ask(graphUrl(world, `/applications/${made.json.application.id}`), {
        method: 'DELETE',
        expect: 204,
      }),
  })
}

async function setManager(world: World, person: Person, manager: Person): Promise<void> {
  await world.graph.ask(graphUrl(world, `/users/${person.id}/manager/$ref`), {
    method: 'PUT',
    json: { '@odata.id': graphUrl(world, `/users/${manager.id}`) },
    expect: 204,
  })
}

async function connect(world: World): Promise<void> {
  const synchronization = graphUrl(world, `/servicePrincipals/${world.servicePrincipalId}/synchronization`)
  const test = (address: string, key: string, expect: number) =>
    world.operator.ask(`${synchronization}/jobs/validateCredentials`, {
      json: {
        useSavedCredentials: false,
        templateId: 'scim',
        credentials: [
          { key: 'BaseAddress', value: address },
          { key: 'SecretToken', value: key },
        ],
      },
      expect,
    })
  const wrongAddress = await test(`${world.portal.url}/nothing-here`, world.scimKey, 400)
  insist(
    /nothing-here/.test(wrongAddress.json.error.message) && /404|NotFound/.test(wrongAddress.json.error.message),
    `A wrong URL is not explained: ${wrongAddress.text}`,
  )
  const wrongKey = await test(world.portal.scimUrl, `${world.scimKey.slice(0, -1)}?`, 400)
  insist(wrongKey.json.error.code === 'InvalidCredentials', `A wrong key is not named as such: ${wrongKey.text}`)
  await test(world.portal.scimUrl, world.scimKey, 204)

  const job = await world.operator.ask(`${synchronization}/jobs`, { json: { templateId: 'scim' }, expect: 201 })
  world.jobId = job.json.id
  await world.operator.ask(`${synchronization}/secrets`, {
    method: 'PUT',
    json: {
      value: [
        { key: 'BaseAddress', value: world.portal.scimUrl },
        { key: 'SecretToken', value: world.scimKey },
      ],
    },
    expect: 204,
  })
  const saved = await world.operator.ask(`${synchronization}/secrets`)
  insist(!saved.text.includes(world.scimKey), 'The saved secret can be read again')
  await world.operator.ask(jobUrl(world, '/validateCredentials'), {
    json: { useSavedCredentials: true, templateId: 'scim' },
    expect: 204,
  })
}

async function chooseScope(world: World): Promise<void> {
  await world.operator.ask(graphUrl(world, `/servicePrincipals/${world.servicePrincipalId}/synchronization/secrets`), {
    method: 'PUT',
    json: { value: [{ key: 'SyncAll', value: 'false' }] },
    expect: 204,
  })
  const { people } = world
  for (const person of [people.unassigned, people.imported, people.manager]) await assign(world, person.id)
  await assign(world, world.groupId)
}

async function assign(world: World, principalId: string): Promise<void> {
  await world.operator.ask(graphUrl(world, `/servicePrincipals/${world.servicePrincipalId}/appRoleAssignedTo`), {
    json: { principalId, resourceId: world.servicePrincipalId, appRoleId: DEFAULT_ACCESS },
    expect: 201,
  })
}

async function startProvisioning(world: World): Promise<void> {
  await world.operator.ask(jobUrl(world, '/start'), { method: 'POST', expect: 204 })
  await cycleAfter(world, undefined)
  const { json } = await world.operator.ask(jobUrl(world))
  if (world.insistOnInterval) insist(json.schedule.interval === 'PT40M', `The interval reads ${json.schedule.interval}`)
  insist(json.schedule.state === 'Active', `The schedule reads ${json.schedule.state}`)
  await runCycle(world)
}

async function readLogs(world: World): Promise<void> {
  const { json } = await world.operator.ask(
    graphUrl(world, `/auditLogs/provisioning?$filter=${encodeURIComponent(`jobId eq '${world.jobId}'`)}&$top=500`),
  )
  for (const person of Object.values(world.people)) {
    const rows = json.value.filter((row: { sourceIdentity: { id: string } }) => row.sourceIdentity.id === person.id)
    insist(rows.length > 0, `${person.userPrincipalName} has no row in the provisioning logs`)
    for (const row of rows) {
      const { status, errorInformation } = row.provisioningStatusInfo
      insist(
        status === 'success' || status === 'skipped',
        `${person.userPrincipalName} reads ${status}: ${JSON.stringify(errorInformation)}`,
      )
      insist(row.provisioningSteps.length > 0, `The row of ${person.userPrincipalName} tells no steps`)
    }
  }
}

async function findThePeople(world: World): Promise<void> {
  const { people } = world
  for (const person of Object.values(people)) {
    const account = await portalAccount(world, person)
    insist(account, `${person.userPrincipalName} is not among the portal's users`)
    const roles = JSON.stringify(account.roles)
    if (person !== people.imported)
      insist(/USER/.test(roles), `${person.userPrincipalName} did not get the default role: ${roles}`)
  }
  insist(
    (await portalAccount(world, people.imported)).id === world.importedPortalId,
    'The account that was there before was doubled',
  )

  await world.graph.ask(graphUrl(world, `/users/${people.unassigned.id}`), {
    method: 'PATCH',
    json: { displayName: `Renamed ${world.mark}`, department: 'Operations' },
    expect: 204,
  })
  await setManager(world, people.unassigned, people.manager)
  await runCycle(world)
  const { id } = await portalAccount(world, people.unassigned)
  const { json } = await world.scim.ask(`${world.portal.scimUrl}/Users/${id}`)
  const enterprise = json['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'] ?? {}
  const manager = await portalAccount(world, people.manager)
  insist(json.displayName === `Renamed ${world.mark}`, `The new name did not arrive: ${json.displayName}`)
  insist(enterprise.department === 'Operations', `The new department did not arrive: ${enterprise.department}`)
  insist(
    enterprise.manager?.value === manager.id,
    `The new manager did not arrive: ${JSON.stringify(enterprise.manager)}`,
  )
}

async function signIn(world: World): Promise<void> {
  world.teamTag = `tour-team-${world.mark}`
  await world.admin.ask(portalApi(world, '/teams'), {
    json: { teamTag: world.teamTag, type: 'CORTEX', metadata: { name: `Tour team ${world.mark}` } },
  })
  world.undo.push({
    what: 'the team',
    how: () => world.admin.ask(portalApi(world, `/teams/${world.teamTag}`), { method: 'DELETE', expect: [204, 404] }),
  })

  for (const name of ['unassigned', 'blocked', 'deleted'] as const) {
    const person = world.people[name]
    const browser = new Visitor({ say: world.say })
    const page = await browser.browse(`${world.portal.url}/auth/login?returnTo=/&workspace=${world.portal.workspaceId}`)
    insist(page.at.startsWith(world.directory.url), `Sign-in did not lead to the directory, but to ${page.at}`)
    const after = await browser.submit(page, { username: person.userPrincipalName, password: person.password })
    insist(
      after.answer.status === 200 && after.at.startsWith(world.portal.url),
      `${person.userPrincipalName} could not sign in: ${after.at} answered ${after.answer.status}`,
    )
    const me = (await browser.ask(portalApi(world, '/me'))).json
    insist(
      me.type === 'USER' && me.user.id === (await portalAccount(world, person)).id,
      `Signed in as someone else: ${JSON.stringify(me.user)}`,
    )

    await world.admin.ask(portalApi(world, `/teams/${world.teamTag}/members`), {
      json: { email: person.userPrincipalName },
    })
    await world.admin.ask(portalApi(world, `/users/${me.user.id}/roles`), {
      method: 'PUT',
      json: { roles: [{ type: 'BASIC', role: 'MANAGER' }] },
    })
    const made = await browser.ask(portalApi(world, '/access-tokens'), { json: { name: `Tour ${world.mark}` } })
    const token = made.json.token as string
    const byToken = (await new Visitor({ bearer: token, say: world.say }).ask(portalApi(world, '/me'))).json
    insist(
      byToken.type === 'PERSONAL_API_KEY' && byToken.user.id === me.user.id,
      'The personal token speaks for someone else',
    )
    world.browsers.set(name, { browser, token, portalId: me.user.id })
  }
}

async function leaveAndReturn(world: World): Promise<void> {
  const { people } = world
  const assigned = await world.operator.ask(
    graphUrl(world, `/servicePrincipals/${world.servicePrincipalId}/appRoleAssignedTo`),
  )
  const assignment = assigned.json.value.find(
    (entry: { principalId: string }) => entry.principalId === people.unassigned.id,
  )
  await world.operator.ask(
    graphUrl(world, `/servicePrincipals/${world.servicePrincipalId}/appRoleAssignedTo/${assignment.id}`),
    { method: 'DELETE', expect: 204 },
  )
  await world.graph.ask(graphUrl(world, `/users/${people.blocked.id}`), {
    method: 'PATCH',
    json: { accountEnabled: false },
    expect: 204,
  })
  await world.graph.ask(graphUrl(world, `/users/${people.deleted.id}`), { method: 'DELETE', expect: 204 })
  await runCycle(world)
  for (const name of ['unassigned', 'blocked', 'deleted'] as const) await seeThemOut(world, name)

  await assign(world, people.unassigned.id)
  await world.graph.ask(graphUrl(world, `/users/${people.blocked.id}`), {
    method: 'PATCH',
    json: { accountEnabled: true },
    expect: 204,
  })
  await world.graph.ask(graphUrl(world, `/directory/deletedItems/${people.deleted.id}/restore`), { method: 'POST' })
  await runCycle(world)
  for (const name of ['unassigned', 'blocked', 'deleted'] as const) {
    const account = await portalAccount(world, people[name])
    insist(account, `${people[name].userPrincipalName} did not return`)
    const { portalId, token } = theirs(world, name)
    insist(account.id === portalId, `${people[name].userPrincipalName} returned as someone else`)
    insist(
      account.roles.length === 1 && account.roles[0].role === 'USER',
      `${people[name].userPrincipalName} returned with ${JSON.stringify(account.roles)}`,
    )
    const teams = account.teams.map((team: { name: string }) => team.name)
    const expected = name === 'unassigned' ? [] : [`Tour ${world.mark}`]
    insist(
      JSON.stringify(teams) === JSON.stringify(expected),
      `${people[name].userPrincipalName} returned into ${JSON.stringify(teams)}, expected ${JSON.stringify(expected)}`,
    )
    await new Visitor({ bearer: token, say: world.say }).ask(portalApi(world, '/me'), { expect: 401 })
  }
}

function theirs(world: World, name: string) {
  const found = world.browsers.get(name)
  if (!found) throw new TourError(`${name} never signed in`)
  return found
}

async function seeThemOut(world: World, name: 'unassigned' | 'blocked' | 'deleted'): Promise<void> {
  const person = world.people[name]
  const { browser, token, portalId } = theirs(world, name)
  await browser.ask(portalApi(world, '/me'), { expect: 401 })
  await new Visitor({ bearer: token, say: world.say }).ask(portalApi(world, '/me'), { expect: 401 })
  insist(!(await portalAccount(world, person)), `${person.userPrincipalName} is still listed`)
  const { json } = await world.admin.ask(portalApi(world, `/users/${portalId}`))
  const left = {
    status: json.status,
    roles: json.roles.length,
    teams: json.teams.length,
    tokens: json.accessTokens.length,
    sessions: json.sessions.length,
  }
  insist(
    JSON.stringify(left) === JSON.stringify({ status: 'DEACTIVATED', roles: 0, teams: 0, tokens: 0, sessions: 0 }),
    `${person.userPrincipalName} keeps ${JSON.stringify(left)}`,
  )
  const scim = await world.scim.ask(`${world.portal.scimUrl}/Users/${portalId}`)
  insist(scim.json.active === false, 'SCIM does not show the account as inactive')
  const audit = await world.admin.ask(
    portalApi(
      world,
      `/audit-logs?objectTypes=USER&actions[]=UPDATE&objectIdentifiers[]=${encodeURIComponent(person.userPrincipalName)}`,
    ),
  )
  insist(
    JSON.stringify(audit.json.logs).includes('user.deprovisioned'),
    `The audit log does not tell of ${person.userPrincipalName}: ${audit.text.slice(0, 300)}`,
  )
}
