import { spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '..')
const CONFIG = '.dependency-cruiser.cjs'

interface Cruise {
  readonly summary: {
    readonly totalCruised: number
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[]
  }
  readonly modules: readonly {
    readonly source: string
    readonly dependencies: readonly { readonly module: string }[]
  }[]
}

/** Runs dependency-cruiser as `npm test` does. */
async function cruise(folder: string): Promise<Cruise> {
  const command = [join(ROOT, 'node_modules/.bin/depcruise'), '--config', CONFIG, '--output-type', 'json']
  const child = spawn(process.execPath, [...command, 'packages', 'apps', 'test'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const chunks: Buffer[] = []
  for await (const chunk of child.stdout) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Cruise
}

const STEP = 'apps/directory/server/provisioning/steps/planted.ts'

/** Imports that must be refused: the rule that does it, the file that commits it, and what it imports. */
const PLANTED = [
  { rule: 'scim-is-pure', file: 'packages/scim/src/planted-node.ts', text: `import 'node:fs'` },
  { rule: 'scim-is-pure', file: 'packages/scim/src/planted-package.ts', text: `import { z } from 'zod'` },
  {
    rule: 'scim-is-pure',
    file: 'packages/scim/src/planted-room.ts',
    text: `import type { Clock } from '@muster/service-kit/clock.ts'`,
  },
  {
    rule: 'check-knows-no-app',
    file: 'packages/check/src/planted.ts',
    text: `import '@muster/portal/server/planted.ts'`,
  },
  {
    rule: 'check-has-its-own-client',
    file: 'packages/check/src/planted-client.ts',
    text: `import '../../scim/src/client/planted.ts'`,
  },
  {
    rule: 'service-kit-knows-no-server',
    file: 'packages/service-kit/src/planted-scim.ts',
    text: `import type { ScimError } from '@muster/scim'`,
  },
  {
    rule: 'service-kit-knows-no-server',
    file: 'packages/service-kit/src/planted-app.ts',
    text: `import '@muster/portal/server/planted.ts'`,
  },
  {
    rule: 'console-kit-knows-no-console',
    file: 'packages/console-kit/src/planted.tsx',
    text: `import '@muster/portal/contract/planted.ts'`,
  },
  {
    rule: 'contract-is-only-shapes',
    file: 'apps/portal/contract/planted-shape.ts',
    text: `export { type Planted } from '../server/planted.ts'`,
  },
  {
    rule: 'portal-nouns-know-no-protocol',
    file: 'apps/portal/server/users/planted.ts',
    text: `import { type ScimError } from '@muster/scim'`,
  },
  {
    rule: 'portal-routes-are-private',
    file: 'apps/portal/server/users/planted-routes.ts',
    text: `import '../planted-noun/routes.ts'`,
  },
  { rule: 'decisions-are-pure', file: STEP, text: `import type { Database } from '@muster/service-kit/database.ts'` },
  {
    rule: 'decisions-are-pure',
    file: STEP.replace('.ts', '-clock.ts'),
    text: `import type { Clock } from '@muster/service-kit/clock.ts'`,
  },
  { rule: 'decisions-are-pure', file: STEP.replace('.ts', '-http.ts'), text: `import { request } from 'node:https'` },
  {
    rule: 'decisions-are-pure',
    file: STEP.replace('.ts', '-sql.ts'),
    text: `import { sql, type Kysely } from 'kysely'`,
  },
  { rule: 'decisions-are-pure', file: STEP.replace('.ts', '-rows.ts'), text: `import '../planted/repository.ts'` },
  {
    rule: 'console-knows-no-server',
    file: 'apps/portal/console/src/Planted.tsx',
    text: `import type { Planted } from '../../server/planted.ts'`,
  },
  {
    rule: 'portal-knows-no-directory',
    file: 'apps/portal/server/planted-wire.ts',
    text: `export * from '@muster/directory/server/planted.ts'`,
  },
  {
    rule: 'portal-knows-no-directory',
    file: 'apps/portal/server/planted.test.ts',
    text: `import '../../directory/server/planted.ts'`,
  },
  {
    rule: 'directory-knows-no-portal',
    file: 'apps/directory/server/planted-wire.ts',
    text: `await import('@muster/portal/server/planted.ts')`,
  },
  {
    rule: 'nobody-knows-the-command',
    file: 'apps/portal/server/planted-command.ts',
    text: `import '../../muster/planted.ts'`,
  },
  { rule: 'what-ships-knows-no-test', file: 'apps/portal/server/planted-test.ts', text: `import './planted.test.ts'` },
  {
    rule: 'no-cycles',
    file: 'apps/portal/server/planted-a.ts',
    text: `import type { B } from './planted-b.ts'\nexport type A = B`,
  },
  { rule: 'everything-resolves', file: 'apps/portal/server/planted-nowhere.ts', text: `import './nowhere.ts'` },
]

/** What the planted imports lead to, so that it is the rule that refuses them. */
const TARGETS = {
  'apps/portal/server/planted.ts': 'export type Planted = 1',
  'apps/portal/server/planted-noun/routes.ts': 'export {}',
  'apps/portal/server/planted-b.ts': `import type { A } from './planted-a.ts'\nexport type B = A`,
  'apps/portal/contract/planted.ts': 'export {}',
  'apps/directory/server/planted.ts': 'export {}',
  'apps/directory/server/provisioning/planted/repository.ts': 'export {}',
  'apps/muster/planted.ts': 'export {}',
  'packages/scim/src/client/planted.ts': 'export {}',
}

let scratch = ''
let cruised: Cruise

/** A copy of the tree whose workspaces link to each other and not to ours. */
async function copyTree(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-boundaries-'))
  for (const name of [CONFIG, 'package.json', 'packages', 'apps', 'test'])
    await cp(join(ROOT, name), join(folder, name), {
      recursive: true,
      filter: (path) => !/node_modules|\.muster$/.test(path),
    })
  await mkdir(join(folder, 'node_modules/@muster'), { recursive: true })
  for (const name of await readdir(join(ROOT, 'node_modules')))
    if (!name.startsWith('.') && name !== '@muster')
      await symlink(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name))
  for (const [name, place] of Object.entries({
    scim: 'packages',
    'service-kit': 'packages',
    portal: 'apps',
    directory: 'apps',
  }))
    await symlink(join(folder, place, name), join(folder, 'node_modules/@muster', name))
  return folder
}

beforeAll(async () => {
  scratch = await copyTree()
  const files = [...PLANTED.map(({ file, text }) => [file, text] as const), ...Object.entries(TARGETS)]
  for (const [file, text] of files) {
    await mkdir(dirname(join(scratch, file)), { recursive: true })
    await writeFile(join(scratch, file), `${text}\n`)
  }
  cruised = await cruise(scratch)
})

afterAll(() => rm(scratch, { recursive: true, force: true }))

describe('a forbidden import is refused', () => {
  test.each(PLANTED)('$rule: $file', ({ rule, file }) => {
    expect(
      cruised.summary.violations.filter(({ from }) => from === file).map((violation) => violation.rule.name),
    ).toContain(rule)
  })

  test('every denial has one planted', async () => {
    const names = [...(await readFile(join(ROOT, CONFIG), 'utf8')).matchAll(/deny\(\s*'([^']+)'/g)].map(
      ([, name]) => name,
    )
    expect(new Set(PLANTED.map(({ rule }) => rule))).toEqual(new Set(names))
  })
})

describe('the boundaries are judged on the whole tree', () => {
  test('no file and no import escapes the tool', async () => {
    const seen = new Map(
      cruised.modules.map(({ source, dependencies }) => [source, new Set(dependencies.map(({ module }) => module))]),
    )
    const missed: string[] = []
    for (const file of await sources()) {
      const text = await readFile(join(scratch, file), 'utf8')
      for (const [, module = ''] of text.matchAll(
        /^.*\b(?:from|import)[ (]+'((?:\.\.?|@muster)\/[^']*|@muster\/scim)'/gm,
      ))
        if (!seen.get(file)?.has(module)) missed.push(`${file}: ${module}`)
    }
    expect(missed).toEqual([])
    expect(cruised.summary.totalCruised).toBeGreaterThan(50)
  })

  test.each([
    { room: 'packages/scim/src', why: 'the protocol reads no clock and calls no one' },
    { room: 'apps/directory/server/provisioning/steps', why: 'a decision reads no clock and calls no one' },
  ])('$why: $room', async ({ room }) => {
    const guilty: string[] = []
    for (const file of await sources(room))
      if (
        !file.endsWith('.test.ts') &&
        /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bfetch\(|\bprocess\./.test(
          await readFile(join(scratch, file), 'utf8'),
        )
      )
        guilty.push(file)
    expect(guilty).toEqual([])
  })
})

/** The copy's TypeScript files, from its root. This one holds imports as data. */
async function sources(...rooms: string[]): Promise<string[]> {
  const files: string[] = []
  for (const room of rooms.length > 0 ? rooms : ['packages', 'apps', 'test'])
    for (const name of await readdir(join(scratch, room), { recursive: true }))
      if (/\.tsx?$/.test(name) && !/(^|\/)(dist\/|boundaries\.test)/.test(name)) files.push(join(room, name))
  return files
}
