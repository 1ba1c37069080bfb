import { expect, test } from 'vitest'
import { furnish } from './pages.ts'
import { startWorld } from './started-world.ts'
import { settle, signInAsFirstAdmin } from './world.ts'

const world = await startWorld(['--sample', '6'])
await furnish(world)
const page = await world.newPerson()
await signInAsFirstAdmin(page, world)
const { url } = world.bootstrap.portal

/** The text of what has the focus. */
const focused = () => page.evaluate<string>('document.activeElement?.textContent ?? ""')

test('the palette leads to a page, and to a person, without a mouse', async () => {
  await page.goto(url)
  await settle(page)
  await page.keyboard.press('Control+k')
  await page.getByRole('textbox', { name: /Go to a page/ }).waitFor()
  await page.keyboard.type('audit')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Audit logs' }).waitFor()
  await page.keyboard.press('Control+k')
  await page.getByRole('textbox', { name: /Go to a page/ }).waitFor()
  await page.keyboard.type('Aurelia')
  await page.getByRole('button', { name: /Aurelia-Konstantina/ }).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page
    .getByRole('dialog')
    .getByText(/Aurelia-Konstantina/)
    .first()
    .waitFor()
  expect(page.url()).toContain('open=')
})

test('arrow keys walk the rows, Enter opens one, Escape closes it and goes back to it', async () => {
  await page.goto(`${url}/settings/permissions/users`)
  await settle(page)
  await page.locator('table a[data-row]').first().focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  const name = await focused()
  expect(name).not.toBe('')
  await page.keyboard.press('Enter')
  const panel = page.getByRole('dialog')
  await panel.getByText(name).first().waitFor()
  await page.keyboard.press('Escape')
  await panel.waitFor({ state: 'hidden' })
  await expect.poll(focused).toBe(name)
  expect(page.url()).not.toContain('open=')
})

test('search, sort and filters are in the address, and going back undoes them', async () => {
  await page.goto(`${url}/settings/permissions/users`)
  await settle(page)
  await page.getByRole('link', { name: 'Joined' }).click()
  await page.waitForURL(/sort=joinedAt/)
  await page.getByRole('searchbox').first().fill('aurelia')
  await page.waitForURL(/search=aurelia/)
  await expect.poll(() => page.locator('table a[data-row]').count()).toBe(1)
  const address = page.url()
  await page.reload()
  await settle(page)
  expect(page.url()).toBe(address)
  expect(await page.getByRole('searchbox').first().inputValue()).toBe('aurelia')
  await page.goBack()
  await page.waitForURL((at) => !at.search.includes('aurelia'))
  expect(await page.getByRole('searchbox').first().inputValue()).toBe('')
})

test('the first stop of a page leads past the menu', async () => {
  await page.goto(url)
  await settle(page)
  await page.keyboard.press('Tab')
  expect(await focused()).toBe('Skip to the page')
  await page.keyboard.press('Enter')
  expect(await page.evaluate<string>('document.activeElement?.id ?? ""')).toBe('main')
})
