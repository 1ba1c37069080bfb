import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContextOptions, Locator, Page } from 'playwright-core'
import { eventually, type Visitor } from '../../apps/muster/tour/http.ts'
import { graphVisitor } from '../connect-over-http.ts'
import { muster } from '../spawn-muster.ts'
import { startChromium } from './chromium.ts'

/** What the bootstrap file of a first start tells. */
interface Bootstrap {
  readonly portal: {
    readonly url: string
    readonly scimUrl: string
    readonly adminEmail: string
    readonly adminPassword: string
    readonly adminApiKey: string
  }
  readonly directory: {
    readonly url: string
    readonly graphUrl: string
    readonly tenantId: string
    readonly tokenUrl: string
    readonly clientId: string
    readonly clientSecret: string
    readonly adminUserPrincipalName: string
    readonly adminPassword: string
  }
}

/** Longest that a page may take to show what it was asked for, in ms. */
const PATIENCE_MS = 15_000

/** Both apps as `npm start` runs them, and a real browser. `close` answers what the pages complained about. */
export async function openWorld(flags: readonly string[] = []) {
  const folder = await mkdtemp(join(tmpdir(), 'muster-browser-'))
  const file = join(folder, 'bootstrap.json')
  const ports = ['--portal-port', '0', '--directory-port', '0']
  const server = muster(['up', '--data', join(folder, 'data'), ...ports, '--bootstrap-file', file, ...flags])
  const browser = await startChromium()
  const complaints: string[] = []
  await server.says(/Ctrl-C/)
  const bootstrap = JSON.parse(await readFile(file, 'utf8')) as Bootstrap
  return {
    bootstrap,
    graph: await graphVisitor(bootstrap.directory),
    /** A browser of somebody's own: nobody else's cookies. */
    async newPerson(options: BrowserContextOptions = {}): Promise<Page> {
      const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options })
      const page = await context.newPage()
      page.setDefaultTimeout(PATIENCE_MS)
      page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`))
      page.on('console', (message) => {
        if (/Content Security Policy|Refused to/i.test(message.text())) complaints.push(message.text())
      })
      return page
    },
    /** @returns what broke a page's security policy, or was thrown in one. */
    async close(): Promise<readonly string[]> {
      await browser.close()
      server.child.kill('SIGTERM')
      await once(server.child, 'close')
      await rm(folder, { recursive: true, force: true })
      return complaints
    },
  }
}

export type World = Awaited<ReturnType<typeof openWorld>>

/** Waits until what the page asked for has come: no skeleton is left. */
export async function settle(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page
    .locator('[aria-label="Loading"], [aria-busy="true"], .mantine-Skeleton-root')
    .first()
    .waitFor({ state: 'detached' })
}

/** Waits until a job's first cycle has ended. */
export async function cycled({ graph }: World, job: string): Promise<void> {
  await eventually('the first cycle to end', async () => (await graph.ask(job)).json.status.lastExecution ?? undefined)
}

/** Signs somebody in to the directory's console. */
export async function signInToDirectory(page: Page, world: World, username: string, password: string): Promise<void> {
  await page.goto(`${world.bootstrap.directory.url}/`)
  await page.getByLabel(/name/i).fill(username)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { level: 1 }).waitFor()
}

/** Signs somebody in to the portal through the directory, as people do. */
export async function signInThroughDirectory(page: Page, { bootstrap }: World, username: string, password: string) {
  await page.goto(`${bootstrap.portal.url}/`)
  await page.getByRole('link', { name: /^Sign in with/ }).click()
  await page.getByLabel(/name/i).fill(username)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(`${bootstrap.portal.url}/**`)
  await page.getByRole('heading', { level: 1 }).waitFor()
}

/** Signs the first admin in to the portal's console. */
export async function signInAsFirstAdmin(page: Page, { bootstrap: { portal } }: World): Promise<void> {
  await page.goto(`${portal.url}/auth/local?returnTo=/`)
  await page.getByLabel('E-mail').fill(portal.adminEmail)
  await page.getByLabel('Password').fill(portal.adminPassword)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { level: 1 }).waitFor()
}

const ROLE_TEMPLATES = {
  'Global Administrator': '62e90394-69f5-4237-9190-012177145e10',
  'Application Administrator': '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3',
  'Cloud Application Administrator': '158c047a-c907-4556-b7ef-446551a6b5f7',
  'Reports Reader': '4a5d8f65-41da-4de4-8968-e035b65339cf',
} as const

export type AdminRole = keyof typeof ROLE_TEMPLATES

export const PASSWORD = 'Correct-Horse-9'

/** How many people were made: names of any script need addresses that differ. */
let people = 0

/** A person of the directory who can sign in, with a directory role if one is named. */
export async function newDirectoryPerson(
  world: World,
  name: string,
  role?: AdminRole,
): Promise<{ readonly id: string; readonly userPrincipalName: string }> {
  const { graph, bootstrap } = world
  const { graphUrl, adminUserPrincipalName } = bootstrap.directory
  const domain = adminUserPrincipalName.split('@')[1]
  people += 1
  const mailNickname = `${/[a-z]+/.exec(name.toLowerCase())?.[0] ?? 'person'}.${people}`
  const { json } = await graph.ask(`${graphUrl}/users`, {
    json: {
      displayName: name,
      givenName: name.split(' ')[0],
      surname: name.split(' ').at(-1),
      mailNickname,
      userPrincipalName: `${mailNickname}@${domain}`,
      accountEnabled: true,
      passwordProfile: { password: PASSWORD, forceChangePasswordNextSignIn: false },
    },
    expect: 201,
  })
  if (role) await giveRole(graph, graphUrl, json.id, ROLE_TEMPLATES[role])
  return json
}

async function giveRole(graph: Visitor, graphUrl: string, userId: string, template: string): Promise<void> {
  const { json } = await graph.ask(`${graphUrl}/directoryRoles`)
  const role = json.value.find(({ roleTemplateId }: { roleTemplateId: string }) => roleTemplateId === template)
  await graph.ask(`${graphUrl}/directoryRoles/${role.id}/members/$ref`, {
    json: { '@odata.id': `${graphUrl}/directoryObjects/${userId}` },
    expect: 204,
  })
}

/** Presses what is called so, a button or a link: to whoever reads it they are the same. */
export const press = (within: Page | Locator, name: string): Promise<void> =>
  within
    .getByRole('button', { name, exact: true })
    .or(within.getByRole('link', { name, exact: true }))
    .first()
    .click()

/** Closes a browser of somebody's. */
export const leave = (page: Page): Promise<void> => page.context().close()
