import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createContext, runInContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
const NAMES = ['', '/client', '/filter', '/patch', '/protocol', '/resource', '/schema'].map((at) => `@muster/scim${at}`)
/** The whole of the library, bundled, minified, gzipped, in bytes. */
const MOST_BYTES = 20 * 1024

/** A program that uses each sub-path, so that names and types are looked at, not the file alone. No source of ours: it is compiled where the library is installed. */
const CONSUMER = await readFile(join(import.meta.dirname, 'scim-package/consumer.txt'), 'utf8')

const run = promisify(execFile)
const tool = (name: string): string => join(ROOT, 'node_modules/.bin', name)
const isThere = async (name: string): Promise<boolean> =>
  run(name, ['--version']).then(
    () => true,
    () => false,
  )

const runtimes = (await Promise.all(['deno', 'bun'].map(async (name) => ((await isThere(name)) ? [name] : [])))).flat()

describe('the library as it is packed', () => {
  let folder: string
  let built: string
  let project: string
  let tarball: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-scim-'))
    built = join(folder, 'built')
    project = join(folder, 'project')
    await run(process.execPath, [join(ROOT, 'packages/scim/build.ts'), built])
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: built })
    const packed: unknown = JSON.parse(stdout)
    const [entry] = Array.isArray(packed) ? packed : Object.values(packed as object)
    tarball = join(folder, (entry as { filename: string }).filename)
    await mkdir(project)
    await writeFile(join(project, 'package.json'), '{ "name": "consumer", "private": true, "type": "module" }')
    const install = ['install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts', tarball]
    await run('npm', install, { cwd: project })
    await writeFile(join(project, 'consumer.ts'), CONSUMER)
  }, 120_000)

  afterAll(() => rm(folder, { recursive: true, force: true }))

  test('holds JavaScript, types, its README and its licence, and no test', async () => {
    const files = await readdir(join(project, 'node_modules/@muster/scim'), { recursive: true })
    expect(files).toEqual(expect.arrayContaining(['index.js', 'index.d.ts', 'README.md', 'LICENSE', 'package.json']))
    expect(files.filter((file) => /test|(?<!\.d)\.ts$/.test(file))).toEqual([])
    const manifest = JSON.parse(await readFile(join(built, 'package.json'), 'utf8'))
    expect(Object.keys(manifest.exports).map((name) => name.replace('.', '@muster/scim'))).toEqual(NAMES)
    expect(manifest).not.toHaveProperty('dependencies')
  })

  test.each(NAMES)('%s is imported as JavaScript', async (name) => {
    const script = `console.log(Object.keys(await import('${name}')).length)`
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: project })
    expect(Number(stdout)).toBeGreaterThan(0)
  })

  test.each(['nodenext', 'bundler'])('a consumer’s types hold with moduleResolution %s', async (resolution) => {
    const kind = resolution === 'bundler' ? 'esnext' : 'nodenext'
    const options = ['--strict', '--noEmit', '--target', 'es2024', '--lib', 'es2024,dom', '--module', kind]
    await run(tool('tsc'), [...options, '--moduleResolution', resolution, '--ignoreConfig', 'consumer.ts'], {
      cwd: project,
    })
  })

  test('publint and attw have nothing to say', async () => {
    await run(tool('publint'), ['run', tarball, '--strict'])
    await run(tool('attw'), [tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-emoji'])
  }, 60_000)

  test(`weighs ${MOST_BYTES} bytes at most, bundled, minified and gzipped`, async () => {
    const bundle = join(folder, 'bundle.js')
    await run(tool('rolldown'), [join(built, 'index.js'), '-m', '-f', 'esm', '-o', bundle])
    expect(gzipSync(await readFile(bundle), { level: 9 }).length).toBeLessThanOrEqual(MOST_BYTES)
  })

  test('names nothing that only Node has', async () => {
    const files = (await readdir(built, { recursive: true })).filter((file) => file.endsWith('.js'))
    for (const file of files) {
      const code = (await readFile(join(built, file), 'utf8')).replace(/\/\*.*?\*\/|^\s*\/\/.*$/gms, '')
      expect(code, file).not.toMatch(/\b(process|Buffer|require|__dirname|setImmediate)\b\s*[.(]|['"]node:|\bglobal\./)
    }
  })

  test('runs with nothing around it but what every runtime of the web has', async () => {
    const script = join(folder, 'consumer.js')
    const options = ['-f', 'iife', '--name', 'consumer', '-o', script]
    await run(tool('rolldown'), [join(project, 'consumer.ts'), ...options], { cwd: project })
    const world = createContext({ URL, URLSearchParams })
    runInContext(await readFile(script, 'utf8'), world)
    expect(runInContext('typeof consumer.client.create + typeof process', world)).toBe('functionundefined')
  })

  // Where neither is installed, the bare context above is what shows that it needs nothing of Node.
  for (const name of runtimes)
    test(`runs in ${name}`, async () => {
      await run(name, ['run', 'consumer.ts'], { cwd: project })
    })
})
