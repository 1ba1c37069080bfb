import type { Actor } from './actor.ts'

/** The permissions among `names` that the actor lacks, each once. */
export function missingPermissions(actor: Actor, names: Iterable<string>): string[] {
  if (actor.type === 'SYSTEM') return []
  return [...new Set(names)].filter((name) => !actor.permissions.has(name))
}

/** `permission "A"`, `permissions "A" and "B"`: as refusals name them. */
export function listed(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`)
  const last = quoted.at(-1) ?? ''
  return quoted.length < 2 ? `permission ${last}` : `permissions ${quoted.slice(0, -1).join(', ')} and ${last}`
}
