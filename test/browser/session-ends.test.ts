import { expect, test } from 'vitest'
import { Visitor } from '../../apps/muster/tour/http.ts'
import { connectOverHttp } from '../connect-over-http.ts'
import { startWorld } from './started-world.ts'
import {
  cycled,
  newDirectoryPerson,
  PASSWORD,
  press,
  settle,
  signInAsFirstAdmin,
  signInThroughDirectory,
  signInToDirectory,
} from './world.ts'

const world = await startWorld(['--sample', '5'])
const { portal, directory } = world.bootstrap
const { base, job, graph } = await connectOverHttp(portal, directory)
const admin = new Visitor({ bearer: portal.adminApiKey })

test('somebody blocked in one browser is out of the other at the next click, and nothing of theirs stays on screen', async () => {
  const person = await newDirectoryPerson(world, 'Lena Leaver')
  await graph.ask(`${base}/jobs/${job}/start`, { method: 'POST', expect: 204 })
  await cycled(world, `${base}/jobs/${job}`)

  const theirs = await world.newPerson()
  await signInThroughDirectory(theirs, world, person.userPrincipalName, PASSWORD)
  await press(theirs, 'Teams')
  await theirs.getByRole('heading', { level: 1, name: 'Teams' }).waitFor()

  const ours = await world.newPerson()
  await signInToDirectory(ours, world, directory.adminUserPrincipalName, directory.adminPassword)
  await ours.goto(`${directory.url}/users/${person.id}`)
  await press(ours, 'Block sign-in')
  await ours.getByRole('alertdialog').getByRole('button', { name: /Block/ }).click()
  await ours.getByText('Sign-in blocked').first().waitFor()
  await ours.goto(
    `${directory.url}${new URL(base).pathname.replace('/v1.0/servicePrincipals', '/enterprise-apps').replace('/synchronization', '/provisioning')}`,
  )
  await press(ours, 'Run now')
  await expect
    .poll(async () => (await admin.ask(`${portal.url}/api/v1/users?status=DEACTIVATED`)).json.total, {
      timeout: 15_000,
    })
    .toBe(1)

  await press(theirs, 'Home')
  await theirs.getByText('Your session has ended').waitFor()
  expect(await theirs.content()).toContain('Your session has ended')
  expect(await theirs.content()).not.toContain('Lena')
  await theirs.goBack()
  await theirs.getByText('Your session has ended').waitFor()
  expect(await theirs.content()).not.toContain('Lena')
})

test('a session that ends while a form is open loses nothing that was typed', async () => {
  const page = await world.newPerson()
  await signInAsFirstAdmin(page, world)
  await page.goto(`${portal.url}/settings/api-keys`)
  await press(page, 'Create new key')
  await page.getByRole('dialog').getByLabel('Name').fill('A key for the night shift')
  await page.getByRole('dialog').getByLabel('Roles').first().fill('Viewer')
  await page.getByRole('option', { name: 'Viewer' }).click()
  // Ended elsewhere: by another admin, or because its time was over.
  const { users } = (await admin.ask(`${portal.url}/api/v1/users?search=${portal.adminEmail}`)).json
  const { sessions } = (await admin.ask(`${portal.url}/api/v1/sessions?userId=${users[0].id}`)).json
  for (const { id } of sessions) await admin.ask(`${portal.url}/api/v1/sessions/${id}`, { method: 'DELETE' })
  await press(page.getByRole('dialog'), 'Create key')
  await page.getByText('Your session has ended').waitFor()
  expect(await page.content()).toContain('Your session has ended')
  await page.getByRole('link', { name: /first admin/ }).click()
  await page.getByLabel('E-mail').fill(portal.adminEmail)
  await page.getByLabel('Password').fill(portal.adminPassword)
  await press(page, 'Sign in')
  await settle(page)
  await expect.poll(() => page.getByRole('dialog').getByLabel('Name').inputValue()).toBe('A key for the night shift')
})

test('a lost connection says so, and loses nothing that was typed', async () => {
  const page = await world.newPerson()
  await signInAsFirstAdmin(page, world)
  await page.goto(`${portal.url}/settings/access-tokens`)
  await press(page, 'Create new token')
  const panel = page.getByRole('dialog')
  await panel.getByLabel('Name').fill('typed on a train')
  await page.context().setOffline(true)
  await press(panel, 'Create token')
  await panel.getByText(/was not reached/).waitFor()
  expect(await panel.getByLabel('Name').inputValue()).toBe('typed on a train')
  await page.context().setOffline(false)
  await press(panel, 'Create token')
  await press(page, 'I have saved it')
  await page.getByRole('row', { name: /typed on a train/ }).waitFor()
})

test('a name from the directory is shown, and never run', async () => {
  const name = '<img src=x onerror="document.title=\'run\'">'
  await newDirectoryPerson(world, name)
  const page = await world.newPerson()
  await signInToDirectory(page, world, directory.adminUserPrincipalName, directory.adminPassword)
  await page.goto(`${directory.url}/users`)
  await page
    .getByRole('row', { name: /onerror/ })
    .getByText(name)
    .waitFor()
  expect(await page.title()).not.toBe('run')
})
