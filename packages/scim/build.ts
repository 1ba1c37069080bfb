/**
 * Makes of this folder what is published: `node packages/scim/build.ts [folder]`. In the tree `exports` names the sources;
 * the folder (`dist` when none is given) has JavaScript, types and a manifest of its own, ready for `npm pack`.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const here = import.meta.dirname
const out = resolve(process.argv[2] ?? join(here, 'dist'))
const root = join(here, '../..')

rmSync(out, { recursive: true, force: true })
const project = join(here, 'tsconfig.build.json')
execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', project, '--outDir', out], { stdio: 'inherit' })

const { private: _, ...manifest } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'))
const packed = (source: string) => {
  const path = source.replace('./src/', './').replace(/\.ts$/, '')
  return { types: `${path}.d.ts`, default: `${path}.js` }
}
const names = Object.entries<string>(manifest.exports)
manifest.exports = Object.fromEntries(names.map(([name, source]) => [name, packed(source)]))
manifest.files = ['**/*.js', '**/*.d.ts']
manifest.sideEffects = false
writeFileSync(join(out, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
cpSync(join(here, 'README.md'), join(out, 'README.md'))
cpSync(join(root, 'LICENSE'), join(out, 'LICENSE'))
