import { AxeBuilder } from '@axe-core/playwright'
import { describe, expect, test } from 'vitest'
import { furnish } from './pages.ts'
import { startWorld } from './started-world.ts'
import { leave, settle, signInAsFirstAdmin, signInToDirectory } from './world.ts'

const world = await startWorld()
const pages = await furnish(world)
const { adminUserPrincipalName, adminPassword } = world.bootstrap.directory

const open = async (options: Parameters<typeof world.newPerson>[0]) => {
  const portal = await world.newPerson(options)
  await signInAsFirstAdmin(portal, world)
  const directory = await world.newPerson(options)
  await signInToDirectory(directory, world, adminUserPrincipalName, adminPassword)
  return { portal, directory }
}

describe.each(['light', 'dark'] as const)('in %s', async (colorScheme) => {
  const readers = await open({ colorScheme, reducedMotion: 'reduce' })

  test.each(pages)('$name has no fault that axe finds, and one h1', async ({ app, path }) => {
    const page = readers[app]
    await page.goto(world.bootstrap[app].url + path)
    await settle(page)
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`),
    ).toEqual([])
    expect(await page.locator('h1').count()).toBe(1)
  })
})

test('no page is wider than a phone', async () => {
  const readers = await open({ viewport: { width: 390, height: 844 } })
  const wide: string[] = []
  for (const { app, name, path } of pages) {
    const page = readers[app]
    await page.goto(world.bootstrap[app].url + path)
    await settle(page)
    const width = await page.evaluate<number>('document.documentElement.scrollWidth')
    if (width > 390) wide.push(`${name}: ${width}`)
  }
  expect(wide).toEqual([])
  await Promise.all([leave(readers.portal), leave(readers.directory)])
})

test.each(['portal', 'directory'] as const)('the first load of the %s stays under 250 KB of script', async (app) => {
  const { [app]: page } = await open({})
  await page.goto(world.bootstrap[app].url)
  await settle(page)
  const bytes = await page.evaluate<number>(
    "performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.js')).reduce((sum, entry) => sum + entry.encodedBodySize, 0)",
  )
  expect(bytes).toBeGreaterThan(10_000)
  expect(bytes).toBeLessThan(250_000)
})
