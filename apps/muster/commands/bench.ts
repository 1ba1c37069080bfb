import { resolve } from 'node:path'
import { ConfigurationError } from '@muster/service-kit/configuration-error.ts'
import { runNode } from './run-node.ts'

/** The benches by name, each a program of its own in `bench/`. */
const BENCHES: readonly string[] = ['road', 'filter']

/** `muster bench NAME [--json FILE]`. @returns the exit code: 1 when a request failed or something did not arrive. */
export async function runBench([name = '', ...args]: readonly string[]): Promise<number> {
  if (!BENCHES.includes(name))
    throw new ConfigurationError(`there is no bench "${name}": name one of ${BENCHES.join(', ')}`)
  // A file is meant where the person stands, and the bench runs elsewhere.
  const from = args.map((arg, place) => (args[place - 1] === '--json' ? resolve(arg) : arg))
  return runNode([resolve(import.meta.dirname, '../../../bench', `${name}.ts`), ...from], {})
}
