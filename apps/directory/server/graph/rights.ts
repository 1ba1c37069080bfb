import type { Right } from './caller.ts'

/**
 * What every Graph address takes, by its first segments; the first line that fits counts. Reading and writing may take
 * different rights. The secrets of an app are provisioning's alone, masked or not.
 */
const TABLE: readonly (readonly [path: RegExp, read: Right, write: Right])[] = [
  [/^\/servicePrincipals\/:id\/synchronization\/secrets$/, 'provisioning.write', 'provisioning.write'],
  [/^\/servicePrincipals\/:id\/synchronization(\/|$)/, 'applications.read', 'provisioning.write'],
  [/^\/(applications|applicationTemplates|servicePrincipals)(\/|$)/, 'applications.read', 'applications.write'],
  [/^\/(users|groups|directoryRoles|directory|domains)(\/|$)/, 'directory.read', 'directory.write'],
  [/^\/(me|organization)(\/|$)/, 'self', 'self'],
  [/^\/auditLogs\//, 'logs.read', 'logs.read'],
]

/**
 * The right that a request to a route takes.
 *
 * @param path The route's pattern below /v1.0 or /beta, such as `/users/:id`.
 * @throws {Error} for a route that no line names: it would be open to everyone who is signed in.
 */
export function rightOf(method: string, path: string): Right {
  const line = TABLE.find(([pattern]) => pattern.test(path))
  if (!line) throw new Error(`No right is named for ${method} ${path}.`)
  return method === 'GET' || method === 'HEAD' ? line[1] : line[2]
}
