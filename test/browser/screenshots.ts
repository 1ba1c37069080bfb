import { readdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { furnish } from './pages.ts'
import { openWorld, settle, signInAsFirstAdmin, signInToDirectory } from './world.ts'

const FOLDER = resolve(import.meta.dirname, '../../docs/images')

/** Writes each page of both consoles, light and dark, to `docs/images/`. */
const world = await openWorld()
try {
  const pages = await furnish(world)
  const { adminUserPrincipalName, adminPassword } = world.bootstrap.directory
  for (const name of await readdir(FOLDER)) if (name.endsWith('.png')) await rm(join(FOLDER, name))
  for (const colorScheme of ['light', 'dark'] as const) {
    const options = { colorScheme, reducedMotion: 'reduce' } as const
    const portal = await world.newPerson(options)
    await portal.goto(`${world.bootstrap.portal.url}/`)
    await portal.screenshot({ path: `${FOLDER}/portal-sign-in-${colorScheme}.png` })
    await signInAsFirstAdmin(portal, world)
    const directory = await world.newPerson(options)
    await directory.goto(`${world.bootstrap.directory.url}/`)
    await directory.screenshot({ path: `${FOLDER}/directory-sign-in-${colorScheme}.png` })
    await signInToDirectory(directory, world, adminUserPrincipalName, adminPassword)
    for (const { app, name, path } of pages) {
      const page = app === 'portal' ? portal : directory
      await page.goto(world.bootstrap[app].url + path)
      await settle(page)
      await page.screenshot({ path: `${FOLDER}/${name}-${colorScheme}.png` })
    }
    console.log(`${pages.length + 2} pages, ${colorScheme}`)
  }
} finally {
  await world.close()
}
