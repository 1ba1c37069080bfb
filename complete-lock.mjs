/**
 * Completes package-lock.json, to be run after each change of it.
 *
 * npm leaves out of a lock it writes the optional packages of foreign platforms that the registry in use lacks, and
 * `npm ci` then refuses that lock ("Missing: … from lock file"). So each one that a holder names by an exact version and
 * that has no entry gets one: npm never installs it on a platform that it isn't for.
 */
import { readFileSync, writeFileSync } from 'node:fs'

const SYSTEMS = 'aix android darwin freebsd linux netbsd openbsd openharmony sunos win32'.split(' ')
const PROCESSORS = 'arm64 x64 ia32 ppc64 s390x riscv64 loong64'.split(' ')

/** A package's name says what it is for: `@biomejs/cli-linux-x64-musl`. */
function platformOf(name) {
  const words = name.split(/[/-]/)
  const os = SYSTEMS.find((system) => words.includes(system))
  const cpu = PROCESSORS.find((processor) => words.includes(processor)) ?? 'arm'
  const isMusl = words.some((word) => word.startsWith('musl'))
  const libc = isMusl ? ['musl'] : os === 'linux' && words.includes('gnu') ? ['glibc'] : undefined
  return os && { cpu: [cpu], ...(libc && { libc }), optional: true, os: [os] }
}

const file = new URL('package-lock.json', import.meta.url)
const before = readFileSync(file, 'utf8')
const lock = JSON.parse(before)
for (const holder of Object.values(lock.packages))
  for (const [name, version] of Object.entries(holder.optionalDependencies ?? {})) {
    const entry = `node_modules/${name}`
    // A range can't be completed without asking the registry: such a one is added by hand.
    if (lock.packages[entry] || !/^\d/.test(version)) continue
    const platform = platformOf(name)
    if (!platform) continue
    lock.packages[entry] = { version, ...platform }
    console.log(`added ${name} ${version}`)
  }
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
const after = `${JSON.stringify(lock, null, 2)}\n`
if (after !== before) writeFileSync(file, after)
