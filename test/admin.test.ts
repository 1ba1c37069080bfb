import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Visitor } from '../apps/muster/tour/http.ts'
import { freshDatabase } from './database.ts'
import { muster } from './spawn-muster.ts'

const folder = await mkdtemp(join(tmpdir(), 'muster-admin-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Runs an errand that must succeed, and reads its one JSON object. */
async function errand(where: readonly string[], ...args: readonly string[]) {
  const { code, stdout, stderr } = await muster(['admin', ...args, ...where, '--json']).ended
  expect({ code, stderr, lines: stdout.trimEnd().split('\n').length }).toEqual({ code: 0, stderr: '', lines: 1 })
  return JSON.parse(stdout)
}

test('a workspace and a tenant are made where nothing runs, and the server is stopped again', async () => {
  const where = ['--data', join(folder, 'alone')]
  const workspace = await errand(where, 'workspace', 'create', '--name', 'Acme', '--admin-email', 'a@acme.example')
  expect(Object.keys(workspace)).toEqual(['workspaceId', 'adminEmail', 'adminPassword', 'adminApiKey'])
  const tenant = await errand(where, 'tenant', 'create', '--name', 'Ångström & Söhne')
  expect(Object.keys(tenant)).toEqual([
    'tenantId',
    'clientId',
    'clientSecret',
    'adminUserPrincipalName',
    'adminPassword',
  ])
  expect(tenant.adminUserPrincipalName).toBe('admin@angstrom-sohne.example')
  expect(await errand(where, 'workspace', 'list')).toMatchObject({
    workspaces: [{ workspaceId: workspace.workspaceId, name: 'Acme' }],
  })
  const said = await muster(['admin', 'tenant', 'list', ...where]).ended
  expect(said.stdout).toContain(`${tenant.tenantId}   Ångström & Söhne`)
}, 60_000)

describe('while Muster runs', async () => {
  const { url, pool } = await freshDatabase()
  const where = ['--data', join(folder, 'beside'), '--database-url', url]
  const file = join(folder, 'bootstrap.json')
  let up: ReturnType<typeof muster>
  // biome-ignore lint/suspicious/noExplicitAny: read where it is asked about.
  let bootstrap: any

  beforeAll(async () => {
    const ports = ['--portal-port', '0', '--directory-port', '0', '--empty']
    up = muster(['up', ...where, ...ports, '--bootstrap-file', file, '--log-level', 'error'])
    await up.says('Ctrl-C')
    bootstrap = JSON.parse(await readFile(file, 'utf8'))
  }, 30_000)
  afterAll(async () => {
    up.child.kill('SIGTERM')
    await up.ended
  })

  const signIn = (workspace: string, email: string, password: string) =>
    new Visitor().ask(`${bootstrap.portal.url}/auth/local`, {
      method: 'POST',
      json: { workspace, email, password },
      expect: [204, 401, 403],
    })
  const signInToDirectory = async (username: string, password: string) => {
    const visitor = new Visitor()
    const form = { username, password, returnTo: '/' }
    return (await visitor.ask(`${bootstrap.directory.url}/auth/login`, { form, expect: [303, 401, 200] })).status
  }

  test('a second workspace works at once, sees nothing of the first, and both sign-ins find their own', async () => {
    const made = await errand(where, 'workspace', 'create', '--name', 'Second', '--admin-email', 'b@second.example')
    const users = (key: string) =>
      new Visitor({ bearer: key }).ask(`${bootstrap.portal.url}/api/v1/users`).then(({ json }) => json.total)
    expect([await users(bootstrap.portal.adminApiKey), await users(made.adminApiKey)]).toEqual([1, 1])
    expect((await signIn(made.workspaceId, 'b@second.example', made.adminPassword)).status).toBe(204)
    expect((await signIn(bootstrap.portal.workspaceId, 'b@second.example', made.adminPassword)).status).toBe(401)

    const tenant = await errand(where, 'tenant', 'create', '--name', 'Second')
    expect(await signInToDirectory(tenant.adminUserPrincipalName, tenant.adminPassword)).toBe(303)
    expect(await signInToDirectory(bootstrap.directory.adminUserPrincipalName, tenant.adminPassword)).toBe(401)
    const token = await new Visitor().ask(`${bootstrap.directory.url}/${tenant.tenantId}/oauth2/v2.0/token`, {
      form: {
        grant_type: 'client_credentials',
        client_id: tenant.clientId,
        client_secret: tenant.clientSecret,
        scope: 'https://graph.microsoft.com/.default',
      },
    })
    const people = await new Visitor({ bearer: token.json.access_token }).ask(`${bootstrap.directory.graphUrl}/users`)
    expect(people.json.value.map((user: { userPrincipalName: string }) => user.userPrincipalName)).toEqual([
      tenant.adminUserPrincipalName,
    ])
  })

  test('the first admin gets back in: another password, their sessions ended, sign-in by password on again', async () => {
    const { workspaceId, adminEmail, adminPassword } = bootstrap.portal
    const named = ['--workspace', workspaceId]
    const admin = new Visitor()
    const portal = bootstrap.portal.url
    await admin.ask(`${portal}/auth/local`, {
      method: 'POST',
      json: { workspace: workspaceId, email: adminEmail, password: adminPassword },
      expect: 204,
    })
    await pool.query('update portal.settings set local_sign_in = false')
    expect((await signIn(workspaceId, adminEmail, adminPassword)).status).toBe(403)

    const reset = await errand(where, 'workspace', 'reset-password', ...named)
    expect(reset).toEqual({ workspaceId, adminEmail, adminPassword: expect.any(String) })
    expect((await admin.ask(`${portal}/api/v1/me`, { expect: [200, 401] })).status).toBe(401)
    expect((await signIn(workspaceId, adminEmail, adminPassword)).status).toBe(401)
    expect((await signIn(workspaceId, adminEmail, reset.adminPassword)).status).toBe(204)

    const { adminApiKey } = await errand(where, 'workspace', 'new-key', ...named)
    const log = await new Visitor({ bearer: adminApiKey }).ask(`${portal}/api/v1/audit-logs`)
    const resets = log.json.logs.filter(
      (entry: { details?: { event?: string } }) => entry.details?.event === 'user.passwordReset',
    )
    expect(resets).toMatchObject([{ action: 'UPDATE', objectType: 'USER', objectIdentifier: adminEmail }])
  })

  test('an allow list that shuts everybody out is cleared', async () => {
    const { workspaceId } = bootstrap.portal
    const { adminApiKey } = await errand(where, 'workspace', 'new-key', '--workspace', workspaceId)
    const admin = new Visitor({ bearer: adminApiKey })
    const me = async () => (await admin.ask(`${bootstrap.portal.url}/api/v1/me`, { expect: [200, 403] })).status
    await admin.ask(`${bootstrap.portal.url}/api/v1/ip-allowlist?force=true`, {
      method: 'PUT',
      json: { entries: [{ address: '192.0.2.1' }] },
    })
    expect(await me()).toBe(403)
    const cleared = await errand(where, 'workspace', 'clear-ip-allowlist', '--workspace', workspaceId)
    expect(cleared).toEqual({ workspaceId, removed: 1 })
    expect(await me()).toBe(200)
  })

  test('a tenant’s client gets another secret and a person another password', async () => {
    const { tenantId, clientId, adminUserPrincipalName, adminPassword } = bootstrap.directory
    const named = ['--tenant', tenantId]
    const renewed = await errand(where, 'tenant', 'new-key', ...named)
    expect(renewed).toEqual({ tenantId, clientId, clientSecret: expect.any(String) })
    const token = (clientSecret: string) =>
      new Visitor().ask(bootstrap.directory.tokenUrl, {
        form: {
          grant_type: 'client_credentials',
          client_id: clientId,
          client_secret: clientSecret,
          scope: 'x/.default',
        },
        expect: [200, 401],
      })
    expect((await token(renewed.clientSecret)).status).toBe(200)
    expect((await token(bootstrap.directory.clientSecret)).status).toBe(401)
    const reset = await errand(where, 'tenant', 'reset-password', ...named, '--user', adminUserPrincipalName)
    expect(await signInToDirectory(adminUserPrincipalName, adminPassword)).toBe(401)
    expect(await signInToDirectory(adminUserPrincipalName, reset.password)).toBe(303)
  })

  test.each([
    { why: 'no errand', args: ['admin', 'workspace'], says: /./ },
    { why: 'an unknown errand', args: ['admin', 'workspace', 'delete'], says: /unknown command 'delete'/ },
    { why: 'no name', args: ['admin', 'tenant', 'create'], says: /--name/ },
    { why: 'an empty name', args: ['admin', 'tenant', 'create', '--name', ' '], says: /--name must be a name/ },
    {
      why: 'an address that is none',
      args: ['admin', 'workspace', 'create', '--name', 'N', '--admin-email', 'nobody'],
      says: /--admin-email must be an address/,
    },
    {
      why: 'a workspace that is nobody’s',
      args: ['admin', 'workspace', 'new-key', '--workspace', 'zzzzzzzz'],
      says: /there is no workspace zzzzzzzz/,
    },
    { why: 'one of several that is not named', args: ['admin', 'workspace', 'new-key'], says: /--workspace/ },
    {
      why: 'a tenant that is no id',
      args: ['admin', 'tenant', 'new-key', '--tenant', "' or 1"],
      says: /there is no tenant/,
    },
    {
      why: 'a person who is nobody',
      args: ['admin', 'tenant', 'reset-password', '--tenant', '00000000-0000-4000-8000-000000000000', '--user', 'x@y'],
      says: /there is no tenant/,
    },
  ])('$why is one line and exit code 2', async ({ args, says }) => {
    const { code, stdout, stderr } = await muster([...args, ...(args.length > 2 ? where : [])]).ended
    expect(stderr).toMatch(says)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })
})
