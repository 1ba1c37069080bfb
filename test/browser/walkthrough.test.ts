import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { startWorld } from './started-world.ts'
import {
  type AdminRole,
  leave,
  newDirectoryPerson,
  PASSWORD,
  press,
  settle,
  signInAsFirstAdmin,
  signInThroughDirectory,
  signInToDirectory,
} from './world.ts'

const world = await startWorld(['--sample', '12'])
const { portal } = world.bootstrap

/** The nine steps, by a person with a mouse: what is there is found by its role and name. */
describe.each<{ readonly role: AdminRole }>([
  { role: 'Global Administrator' },
  { role: 'Application Administrator' },
  { role: 'Cloud Application Administrator' },
])('by a $role', ({ role }) => {
  const appName = `Portal for ${role}`
  let admin: Page
  let operator: Page
  let leaver: Awaited<ReturnType<typeof newDirectoryPerson>>
  let theirs: Page
  let secret = ''
  let tenantUrl = ''

  test('1: the switches are on, and a key is shown once', async () => {
    admin = await world.newPerson()
    await signInAsFirstAdmin(admin, world)
    await admin.getByRole('button', { name: /First admin/ }).click()
    await admin.getByRole('menuitem', { name: 'Settings' }).click()
    await press(admin, 'SCIM')
    for (const name of ['Enable automatic deprovisioning of users', 'Enable automatic provisioning of users']) {
      const toggle = admin.getByRole('switch', { name })
      if (!(await toggle.isChecked())) await toggle.click()
      await expect.poll(() => toggle.isChecked()).toBe(true)
    }
    await press(admin, 'Create SCIM key')
    const dialog = admin.getByRole('dialog')
    secret = (await dialog.getByTestId('secret').textContent())?.trim() ?? ''
    expect(secret).toMatch(/^mst_/)
    tenantUrl = portal.scimUrl
    await expect.poll(() => dialog.textContent()).toContain(tenantUrl)
    await press(dialog, 'I have saved it')
    await dialog.waitFor({ state: 'hidden' })
    expect(await admin.content()).not.toContain(secret)
  })

  test('2: an enterprise app is created', async () => {
    leaver = await newDirectoryPerson(world, `Dana ${role.split(' ')[0]}`)
    const { userPrincipalName } = await newDirectoryPerson(world, `Olga ${role}`, role)
    operator = await world.newPerson()
    await signInToDirectory(operator, world, userPrincipalName, PASSWORD)
    await press(operator, 'Enterprise apps')
    await press(operator, 'New application')
    await press(operator, 'Create your own application')
    const panel = operator.getByRole('dialog')
    await panel.getByLabel("What's the name of your app?").fill(appName)
    expect(await panel.getByRole('radio', { name: /Non-gallery/ }).isChecked()).toBe(true)
    await press(panel, 'Create')
    await operator.getByRole('heading', { level: 1, name: appName }).waitFor()
  })

  test('3: it is connected, once the connection is tested', async () => {
    await press(operator, 'Provisioning')
    await operator.getByRole('heading', { name: 'Create configuration' }).waitFor()
    await press(operator, 'Connect your application')
    await operator.getByLabel('Tenant URL').fill(tenantUrl)
    await operator.getByLabel('Secret token').fill('mst_not_a_key')
    await press(operator, 'Test connection')
    await expect.poll(() => operator.getByLabel('Secret token').getAttribute('aria-invalid')).toBe('true')
    await operator.getByLabel('Secret token').fill(secret)
    await press(operator, 'Test connection')
    await operator.getByText('Success', { exact: true }).waitFor()
    await press(operator, 'Create')
    await operator.getByRole('button', { name: 'Start provisioning' }).waitFor()
  })

  test('4: the scope is chosen, and somebody is assigned', async () => {
    await press(operator, 'Properties')
    for (const choice of [/^Sync all users and groups/, /^Sync only assigned users and groups/]) {
      await press(operator, 'Edit basics')
      const panel = operator.getByRole('dialog')
      expect(await panel.getByText('Recommended').count()).toBe(1)
      await panel.getByRole('radio', { name: choice }).check()
      await press(panel, 'Apply')
      await panel.waitFor({ state: 'hidden' })
    }
    await press(operator, 'Users and groups')
    await press(operator, 'Add user/group')
    const picker = operator.getByRole('dialog')
    await picker.getByLabel(/Search/).fill('Dana')
    await picker.getByRole('checkbox', { name: new RegExp(`Dana ${role.split(' ')[0]}`) }).check()
    await press(picker, 'Assign')
    await operator
      .getByRole('table')
      .getByText(`Dana ${role.split(' ')[0]}`)
      .waitFor()
  })
  test('5: provisioning starts, and the first cycle ends', async () => {
    await press(operator, 'Provisioning')
    await operator.waitForURL(/\/provisioning$/)
    await press(operator, 'Start provisioning')
    await operator
      .getByText(/Next cycle|next cycle/)
      .first()
      .waitFor()
    await operator.getByRole('link', { name: /^1 created$/i }).waitFor()
  })

  test('6: the log says how each of them went', async () => {
    await press(operator, 'Provisioning logs')
    const row = operator.getByRole('row', { name: /Dana/ }).first()
    await row.getByText('Success').waitFor()
    await row.getByRole('link').first().click()
    const panel = operator.getByRole('dialog')
    await panel.getByRole('tab', { name: 'Modified properties' }).click()
    await panel.getByText('userName').first().waitFor()
    await operator.keyboard.press('Escape')
    await panel.waitFor({ state: 'hidden' })
  })

  test('7: the portal lists them', async () => {
    await press(admin, 'Permissions')
    await admin.getByRole('searchbox', { name: /Search/ }).fill(leaver.userPrincipalName)
    await admin.getByRole('row', { name: new RegExp(leaver.userPrincipalName) }).waitFor()
  })

  test('8: they sign in through the directory, are given a team and a role, and make a token', async () => {
    const person = await world.newPerson()
    await signInThroughDirectory(person, world, leaver.userPrincipalName, PASSWORD)

    await admin.goto(`${portal.url}/teams`)
    await press(admin, 'Create team')
    await admin.getByRole('dialog').getByLabel('Name').fill(`Team of ${role}`)
    await press(admin.getByRole('dialog'), 'Create team')
    await admin.getByRole('heading', { level: 1, name: `Team of ${role}` }).waitFor()
    await press(admin, 'Add member')
    await admin.getByRole('dialog').getByLabel('E-mail').fill(leaver.userPrincipalName)
    await press(admin.getByRole('dialog'), 'Add member')
    await admin.getByRole('row', { name: /Dana/ }).waitFor()
    await admin.goto(`${portal.url}/settings/permissions/users?search=${leaver.userPrincipalName}`)
    await admin.getByRole('row', { name: /Dana/ }).getByRole('link').first().click()
    const panel = admin.getByRole('dialog')
    await press(panel, 'Edit roles')
    await panel.getByLabel('Roles held directly').first().fill('Manager')
    await admin.getByRole('option', { name: 'Manager' }).click()
    await press(panel, 'Save')
    await panel.getByText('Manager').first().waitFor()
    await admin.keyboard.press('Escape')

    await person.goto(`${portal.url}/settings/access-tokens`)
    await press(person, 'Create new token')
    await person.getByRole('dialog').getByLabel('Name').fill('laptop')
    await press(person.getByRole('dialog'), 'Create token')
    await press(person, 'I have saved it')
    await person.getByRole('row', { name: /laptop/ }).waitFor()
    theirs = person
  })

  test('9: they are unassigned, and are out', async () => {
    await press(operator, 'Enterprise apps')
    await operator.getByRole('row', { name: appName }).getByRole('link').first().click()
    await press(operator, 'Users and groups')
    await operator
      .getByRole('row', { name: /Dana/ })
      .getByRole('button', { name: /Remove/ })
      .click()
    await operator
      .getByRole('alertdialog')
      .getByRole('button', { name: /Remove/ })
      .click()
    await operator.getByRole('alertdialog').waitFor({ state: 'hidden' })
    await press(operator, 'Provisioning')
    await operator.waitForURL(/\/provisioning$/)
    await press(operator, 'Run now')
    await operator.getByRole('link', { name: /^1 disabled$/i }).waitFor()

    await theirs.getByRole('link', { name: 'Back to the portal' }).click()
    await theirs.getByText('Your session has ended').waitFor()
    await admin.goto(`${portal.url}/settings/permissions/users?search=${leaver.userPrincipalName}`)
    await settle(admin)
    expect(await admin.getByRole('row', { name: /Dana/ }).count()).toBe(0)
    await admin.goto(`${portal.url}/settings/audit-logs`)
    await admin
      .getByRole('row', { name: new RegExp(`deprovisioned.*${leaver.userPrincipalName}`) })
      .getByRole('link')
      .first()
      .click()
    const story = admin.getByRole('dialog')
    for (const lost of [`Team of ${role}`, 'laptop', 'Manager']) await story.getByText(lost).first().waitFor()
    await Promise.all([leave(theirs), leave(operator), leave(admin)])
  })
})
