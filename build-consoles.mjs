/**
 * Builds the consoles whose sources have changed since they were built. Plain JavaScript, for the launcher: what it needs
 * is installed by then. A build goes to a folder of its own and takes the place of the old one whole, so that a server
 * that runs, or a build that is killed, never leaves half of one.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const CONSOLES = ['portal', 'directory']

/** Every file below a folder, in one order everywhere. */
const filesBelow = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => !/[/\\](dist(\.\d+)?|node_modules)[/\\]/.test(file))
    .sort()

/** What a console is made of: its own sources, the kit, the contract's shapes, the versions of everything installed. */
function fingerprint(root, name) {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')))
  for (const folder of [`apps/${name}/console`, `apps/${name}/contract`, 'packages/console-kit'])
    for (const file of filesBelow(join(root, folder))) hash.update(file.slice(root.length)).update(readFileSync(file))
  return hash.digest('hex')
}

const distOf = (root, name) => join(root, 'apps', name, 'console/dist')
const stampOf = (dist) => join(dist, '.built-from')

/** The consoles that are missing or stale. */
export const staleConsoles = (root) =>
  CONSOLES.filter((name) => {
    if (!existsSync(join(root, 'apps', name, 'console'))) return false
    const stamp = stampOf(distOf(root, name))
    return !existsSync(stamp) || readFileSync(stamp, 'utf8') !== fingerprint(root, name)
  })

/**
 * Builds consoles, one beside the other.
 *
 * @param build runs vite with these arguments; answers `{code, said}`.
 * @returns what went wrong, or undefined.
 */
export async function buildConsoles(root, names, build) {
  const results = await Promise.all(
    names.map(async (name) => {
      const dist = distOf(root, name)
      const fresh = `${dist}.${process.pid}`
      const from = fingerprint(root, name)
      try {
        const { code, said } = await build([
          'build',
          '--outDir',
          fresh,
          '--emptyOutDir',
          '--logLevel',
          'warn',
          join(root, 'apps', name, 'console'),
        ])
        if (code !== 0)
          return `the ${name}'s console could not be built: ${said.trim().split('\n').slice(0, 3).join(' ')}`
        writeFileSync(stampOf(fresh), from)
        rmSync(dist, { recursive: true, force: true })
        renameSync(fresh, dist)
        return undefined
      } finally {
        rmSync(fresh, { recursive: true, force: true })
      }
    }),
  )
  return results.find((trouble) => trouble !== undefined)
}
