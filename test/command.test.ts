import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { freshDatabase } from './database.ts'
import { muster } from './spawn-muster.ts'

const folder = await mkdtemp(join(tmpdir(), 'muster-command-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('what the person who starts Muster must mend is one line, exit code 2, and nothing is written', () => {
  const data = join(folder, 'never')
  test.each([
    { why: 'an unknown command', args: ['dance'], says: /unknown command 'dance'/ },
    { why: 'no command', args: [], says: /muster --help/ },
    { why: 'an unknown flag', args: ['up', '--colour'], says: /unknown option '--colour'/ },
    { why: 'a flag without its value', args: ['up', '--host'], says: /argument missing/ },
    {
      why: 'a port that is no number',
      args: ['up', '--portal-port', 'http'],
      says: /--portal-port must be a whole number from 0 to 65535/,
    },
    { why: 'one port twice', args: ['up', '--portal-port', '7001', '--directory-port', '7001'], says: /must differ/ },
    { why: 'an interval that is none', args: ['up', '--cycle-interval', '40 minutes'], says: /ISO 8601/ },
    { why: 'an interval too short', args: ['up', '--cycle-interval', 'PT9S'], says: /at least PT10S/ },
    { why: 'a log level that is none', args: ['up', '--log-level', 'loud'], says: /one of fatal, error/ },
    { why: 'a database that is no URL', args: ['up', '--database-url', 'localhost'], says: /postgres:\/\// },
    {
      why: 'a database out of reach',
      args: ['up', '--database-url', 'postgres://nobody:hush@127.0.0.1:1/none'],
      says: /cannot reach the database none at 127\.0\.0\.1:1/,
    },
    {
      why: 'a worker, whose flags are its own, with a database that is no URL',
      args: ['directory', 'worker', '--database-url', 'localhost'],
      says: /--database-url must be a URL/,
    },
    {
      why: 'a worker with a flag for what listens',
      args: ['directory', 'worker', '--empty'],
      says: /unknown option '--empty'/,
    },
    {
      why: 'a limit that is no number',
      args: ['up'],
      env: { MUSTER_RATE_LIMIT_REST: 'some' },
      says: /MUSTER_RATE_LIMIT_REST must be a whole number/,
    },
    {
      why: 'a filter limit under which nothing could be looked at',
      args: ['portal'],
      env: { MUSTER_FILTER_LIMIT: '0' },
      says: /MUSTER_FILTER_LIMIT must be a whole number from 1 to 999999999, not "0"/,
    },
    {
      why: 'a filter limit that is no whole number',
      args: ['up'],
      env: { MUSTER_FILTER_LIMIT: '1e4' },
      says: /MUSTER_FILTER_LIMIT must be a whole number/,
    },
    {
      why: 'a proxy that is a name',
      args: ['up'],
      env: { MUSTER_TRUSTED_PROXIES: 'proxy.example' },
      says: /MUSTER_TRUSTED_PROXIES must hold addresses or CIDR/,
    },
    {
      why: 'a proxy range that is too long',
      args: ['portal'],
      env: { MUSTER_TRUSTED_PROXIES: '10.0.0.0/33' },
      says: /MUSTER_TRUSTED_PROXIES must hold addresses or CIDR/,
    },
    {
      why: 'a target that is none',
      args: ['directory'],
      env: { MUSTER_DIRECTORY_TARGETS: 'http://scim.internal/' },
      says: /MUSTER_DIRECTORY_TARGETS: /,
    },
    {
      why: 'a secret key too short',
      args: ['up'],
      env: { MUSTER_SECRET_KEY: 'short' },
      says: /MUSTER_SECRET_KEY .*32/,
    },
    {
      why: 'an address that is no URL',
      args: ['up', '--portal-url', 'portal.example'],
      says: /--portal-url must be a URL that begins with http:/,
    },
    {
      why: 'a bootstrap file in a folder that is not there',
      args: ['portal', '--bootstrap-file', join(folder, 'no/where.json')],
      says: /cannot write the bootstrap file .*ENOENT/,
    },
    {
      why: 'a bootstrap file that is something else',
      args: ['directory', '--bootstrap-file', import.meta.filename],
      says: /is not a bootstrap file of Muster/,
    },
    {
      why: 'an address that is not this machine’s',
      args: ['up', '--host', '192.0.2.1'],
      says: /cannot listen on 192\.0\.2\.1: /,
    },
    {
      why: 'a data folder where none can be',
      args: ['up', '--data', '/proc/muster/data'],
      says: /data folder \/proc\/muster\/data cannot be used: /,
    },
    {
      why: 'a bad variable',
      args: ['up'],
      env: { MUSTER_SAMPLE: 'many' },
      says: /MUSTER_SAMPLE must be a whole number/,
    },
    {
      why: 'a clock moved while others can reach it',
      args: ['up', '--host', '0.0.0.0'],
      env: { MUSTER_CLOCK_OFFSET: 'P1D' },
      says: /MUSTER_CLOCK_OFFSET/,
    },
    {
      why: 'a bootstrap file that is not there',
      args: ['tour', '--bootstrap-file', join(folder, 'nowhere.json')],
      says: /there is no bootstrap file/,
    },
  ])('$why', async ({ args, env, says }) => {
    const { code, stdout, stderr } = await muster(args, {
      MUSTER_DATA_DIR: data,
      MUSTER_PORTAL_PORT: '0',
      MUSTER_DIRECTORY_PORT: '0',
      ...env,
    }).ended
    expect(stderr).toMatch(says)
    expect(stderr).not.toContain('hush')
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    if (!args.includes('--database-url')) await expect(stat(data)).rejects.toThrow('ENOENT')
  })

  test('a port in use', async () => {
    const server = createServer()
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const { port } = server.address() as { port: number }
    const { code, stdout, stderr } = await muster([
      'up',
      '--portal-port',
      String(port),
      '--directory-port',
      '0',
      '--data',
      data,
    ]).ended
    server.close()
    expect(stderr).toBe(`muster: port ${port} of 127.0.0.1 is in use: choose another, or stop what uses it\n`)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    await expect(stat(data)).rejects.toThrow('ENOENT')
  })
})

test.each([
  ['up'],
  ['portal'],
  ['directory'],
  ['directory', 'worker'],
  ['tour'],
  ['migrate'],
  ['admin', 'workspace', 'create'],
  ['admin', 'tenant', 'reset-password'],
])('--help of %s %s %s shows an example', async (...command) => {
  const { code, stdout } = await muster([...command, '--help']).ended
  expect({ code, example: stdout.includes(`\n  muster ${command.join(' ')} `) }).toEqual({ code: 0, example: true })
})

test('--help explains every command on standard output', async () => {
  const { code, stdout } = await muster(['--help']).ended
  expect(code).toBe(0)
  for (const command of ['up', 'portal', 'directory', 'admin', 'tour', 'migrate'])
    expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'))
})

test('up makes the first admins once, keeps everything, answers what is in flight and leaves with 0', async () => {
  const { url } = await freshDatabase()
  const file = join(folder, 'bootstrap.json')
  const flags = [
    'up',
    '--data',
    join(folder, 'up'),
    '--database-url',
    url,
    '--portal-port',
    '0',
    '--directory-port',
    '0',
    '--sample',
    '3',
    '--bootstrap-file',
    file,
    '--log-level',
    'warn',
  ]

  const first = muster(flags)
  await expect.poll(() => first.output.stdout + first.output.stderr, { timeout: 20_000 }).toMatch(/Ctrl-C/)
  expect(first.output.stdout).toMatch(/First sign-in, shown this once/)
  const bootstrap = JSON.parse(await readFile(file, 'utf8'))
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  for (const app of ['portal', 'directory']) {
    expect((await fetch(`${bootstrap[app].url}/readyz`)).status).toBe(200)
    expect((await fetch(`${bootstrap[app].url}/`)).headers.get('content-type')).toMatch(/text\/html/)
    const openapi = (await (await fetch(`${bootstrap[app].url}/openapi.json`)).json()) as { paths: object }
    expect(Object.keys(openapi.paths).length).toBeGreaterThan(10)
  }
  first.child.kill('SIGINT')
  first.child.kill('SIGINT')
  expect((await first.ended).code).toBe(0)

  const second = muster(flags)
  await expect.poll(() => second.output.stdout + second.output.stderr, { timeout: 20_000 }).toMatch(/Ctrl-C/)
  expect(second.output.stdout).not.toMatch(/First sign-in/)
  const again = JSON.parse(await readFile(file, 'utf8'))
  expect(again.portal).toEqual({ ...bootstrap.portal, url: again.portal.url, scimUrl: again.portal.scimUrl })
  expect(again.directory).toEqual({
    ...bootstrap.directory,
    url: again.directory.url,
    graphUrl: again.directory.graphUrl,
    tokenUrl: again.directory.tokenUrl,
  })
  const users = await fetch(`${again.portal.scimUrl}/Users`, {
    headers: { authorization: `Bearer ${again.portal.adminApiKey}` },
  })
  expect(users.status).toBe(200)
  second.child.kill('SIGTERM')
  expect((await second.ended).code).toBe(0)
}, 60_000)
