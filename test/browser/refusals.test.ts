import type { RequestListener } from 'node:http'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Visitor } from '../../apps/muster/tour/http.ts'
import { selfSigned } from '../bad-targets/certificate.ts'
import { closeServers, listen } from '../bad-targets/socket-target.ts'
import { startWorld } from './started-world.ts'
import {
  newDirectoryPerson,
  PASSWORD,
  press,
  signInAsFirstAdmin,
  signInThroughDirectory,
  signInToDirectory,
} from './world.ts'

const world = await startWorld(['--sample', '3'])
const { portal, directory } = world.bootstrap
afterAll(closeServers)

const answering =
  (status: number, headers: Readonly<Record<string, string>>, body: string): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, headers).end(body)

const HTML = { 'content-type': 'text/html' }
const plain = await listen(answering(200, HTML, '<html><title>Welcome</title></html>'))
const login = await listen(answering(302, { location: 'https://sso.example/login' }, ''))
const nothing = await listen(answering(404, HTML, 'No such page'))
const untrusted = await listen(answering(200, HTML, ''), selfSigned('localhost'))

describe('a wrong Tenant URL is told at its field', () => {
  let page: Page

  beforeAll(async () => {
    page = await world.newPerson()
    await signInToDirectory(page, world, directory.adminUserPrincipalName, directory.adminPassword)
    const { json } = await world.graph.ask(
      `${directory.graphUrl}/applicationTemplates/8adf8e6e-67b2-4cf2-a259-e3dc5476c621/instantiate`,
      { json: { displayName: 'Wrong in many ways' }, expect: 201 },
    )
    await page.goto(`${directory.url}/enterprise-apps/${json.servicePrincipal.id}/provisioning`)
    await press(page, 'Connect your application')
  })

  test.each([
    { why: 'no scheme', url: 'portal.example/scim/v2', says: /https:\/\// },
    { why: 'a private range', url: 'https://10.1.2.3/scim/v2', says: /MUSTER_DIRECTORY_TARGETS/ },
    { why: 'an HTML answer', url: `http://127.0.0.1:${plain}/scim/v2`, says: /web page/i },
    { why: 'a login page', url: `http://127.0.0.1:${login}/scim/v2`, says: /leads elsewhere.*302/is },
    { why: 'a 404', url: `http://127.0.0.1:${nothing}/scim/v2`, says: /404/ },
    { why: 'a certificate fault', url: `https://localhost:${untrusted}/scim/v2`, says: /certificate/i },
    { why: 'nobody there', url: 'http://127.0.0.1:9/scim/v2', says: /Nothing answers/ },
  ])('$why', async ({ url, says }) => {
    await page.getByLabel('Tenant URL').fill(url)
    await page.getByLabel('Secret token').fill('mst_something')
    await press(page, 'Test connection')
    const field = page.getByLabel('Tenant URL')
    await expect.poll(() => field.getAttribute('aria-invalid'), { timeout: 20_000 }).toBe('true')
    const described = (await field.getAttribute('aria-describedby')) ?? ''
    const said = await page
      .locator(
        described
          .split(' ')
          .map((id) => `[id="${id}"]`)
          .join(','),
      )
      .allTextContents()
    expect(said.join(' ')).toMatch(says)
    expect(await field.inputValue()).toBe(url)
    expect(await page.getByLabel('Secret token').inputValue()).toBe('mst_something')
  })

  test('a wrong key is told at its own', async () => {
    await page.getByLabel('Tenant URL').fill(portal.scimUrl)
    await press(page, 'Test connection')
    await expect.poll(() => page.getByLabel('Secret token').getAttribute('aria-invalid')).toBe('true')
    expect(await page.getByLabel('Tenant URL').getAttribute('aria-invalid')).not.toBe('true')
  })
})

test('somebody without a directory role sees no menu of theirs, and is told which role a page needs', async () => {
  const { userPrincipalName } = await newDirectoryPerson(world, 'Nora Norole')
  const page = await world.newPerson()
  await signInToDirectory(page, world, userPrincipalName, PASSWORD)
  for (const name of ['Users', 'Groups', 'Enterprise apps', 'Provisioning logs'])
    expect(await page.getByRole('link', { name, exact: true }).count(), name).toBe(0)
  for (const path of ['/users', '/groups', '/enterprise-apps', '/provisioning-logs']) {
    await page.goto(directory.url + path)
    await page.getByText(/Your directory role does not let you/).waitFor()
  }
})

test('a Reports Reader sees the logs and nothing else', async () => {
  const { userPrincipalName } = await newDirectoryPerson(world, 'Rita Reader', 'Reports Reader')
  const page = await world.newPerson()
  await signInToDirectory(page, world, userPrincipalName, PASSWORD)
  await press(page, 'Provisioning logs')
  await page.getByRole('heading', { level: 1, name: 'Provisioning logs' }).waitFor()
  expect(await page.getByRole('link', { name: 'Users', exact: true }).count()).toBe(0)
  await page.goto(`${directory.url}/users`)
  await page.getByText(/Your directory role does not let you/).waitFor()
})

test('in the portal a Viewer is told which permission a page needs', async () => {
  const { userPrincipalName } = await newDirectoryPerson(world, 'Vera Viewer')
  const page = await world.newPerson()
  await signInThroughDirectory(page, world, userPrincipalName, PASSWORD)
  for (const [path, permission] of [
    ['/settings/permissions/users', 'View Roles'],
    ['/settings/scim', 'Configure Open ID Connector & SCIM'],
    ['/settings/api-keys', 'Edit API keys'],
    ['/settings/audit-logs', 'View audit logs'],
  ] as const) {
    await page.goto(portal.url + path)
    await page.getByText(`You need the permission “${permission}”`).waitFor()
  }
  expect(await page.getByRole('link', { name: 'API keys' }).count()).toBe(0)
})

test('of two people who edit one role, the second is told, and chooses', async () => {
  const page = await world.newPerson()
  await signInAsFirstAdmin(page, world)
  const other = await world.newPerson()
  await signInAsFirstAdmin(other, world)
  await page.goto(`${portal.url}/settings/permissions/roles`)
  await press(page, 'Create custom role')
  await page.getByRole('dialog').getByLabel('Role name').fill('Night watch')
  await press(page.getByRole('dialog'), 'Create role')
  for (const one of [page, other]) {
    await one.goto(`${portal.url}/settings/permissions/roles?open=night-watch`)
    await press(one.getByRole('dialog'), 'Edit role')
  }
  await other.getByRole('dialog').getByLabel('Description').fill('Theirs')
  await press(other.getByRole('dialog'), 'Save')
  await other
    .getByText(/Night watch/)
    .first()
    .waitFor()
  await page.getByRole('dialog').getByLabel('Description').fill('Ours')
  await press(page.getByRole('dialog'), 'Save')
  await page
    .getByRole('dialog')
    .getByText(/changed/i)
    .first()
    .waitFor()
  expect(await page.getByRole('dialog').getByLabel('Description').inputValue()).toBe('Ours')
})

test('of two people who edit one user, only who changes the same property is asked which is to stay', async () => {
  const { id } = await newDirectoryPerson(world, 'Edda Edited')
  const open = async () => {
    const page = await world.newPerson()
    await signInToDirectory(page, world, directory.adminUserPrincipalName, directory.adminPassword)
    await page.goto(`${directory.url}/users/${id}?edit=yes`)
    await page.getByRole('dialog').getByLabel('Job title').waitFor()
    return page
  }
  const save = async (page: Page, label: string, text: string) => {
    await page.getByRole('dialog').getByLabel(label).fill(text)
    await press(page.getByRole('dialog'), 'Save')
  }
  const [first, second, third] = [await open(), await open(), await open()]
  await save(first, 'Job title', 'Theirs')
  await first.getByRole('dialog').waitFor({ state: 'hidden' })
  await save(second, 'Department', 'Beside it')
  await second.getByRole('dialog').waitFor({ state: 'hidden' })
  await save(third, 'Job title', 'Ours')
  const asked = third.getByRole('dialog').getByText('“Theirs” meanwhile')
  await asked.waitFor()
  expect(await third.getByRole('dialog').getByLabel('Job title').inputValue()).toBe('Ours')
  await press(third.getByRole('dialog'), 'Save mine')
  await third.getByRole('dialog').waitFor({ state: 'hidden' })
  const { json } = await world.graph.ask(`${directory.graphUrl}/users/${id}?$select=jobTitle,department`)
  expect(json).toMatchObject({ jobTitle: 'Ours', department: 'Beside it' })
})

test('of two people who rename one team, the second is asked, and may take what the first wrote', async () => {
  const admin = new Visitor({ bearer: portal.adminApiKey })
  const team = { teamTag: 'twice', type: 'CORTEX', metadata: { name: 'Twice' } }
  await admin.ask(`${portal.url}/api/v1/teams`, { json: team })
  const open = async () => {
    const page = await world.newPerson()
    await signInAsFirstAdmin(page, world)
    await page.goto(`${portal.url}/teams/twice`)
    await press(page, 'Edit team')
    return page
  }
  const [first, second] = [await open(), await open()]
  await first.getByRole('dialog').getByLabel('Name').fill('Once')
  await press(first.getByRole('dialog'), 'Save')
  await first.getByRole('heading', { level: 1, name: 'Once' }).waitFor()
  await second.getByRole('dialog').getByLabel('Name').fill('Thrice')
  await press(second.getByRole('dialog'), 'Save')
  await second.getByText('Someone changed the name to “Once” meanwhile.').waitFor()
  await press(second.getByRole('dialog'), 'Load theirs')
  await expect.poll(() => second.getByRole('dialog').getByLabel('Name').inputValue()).toBe('Once')
  expect((await admin.ask(`${portal.url}/api/v1/teams/twice`)).json.metadata.name).toBe('Once')
})
