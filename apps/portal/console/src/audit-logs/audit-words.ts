import type { AuditLogView } from '../../../contract/audit-logs.ts'
import { roleName } from '../roles/role-names.ts'

export const ACTIONS: Readonly<Record<string, string>> = {
  CREATE: 'Created',
  UPDATE: 'Updated',
  DELETE: 'Deleted',
  READ: 'Read',
}

export const OBJECT_TYPES: Readonly<Record<string, string>> = {
  USER: 'User',
  ROLE: 'Role',
  ROLE_ASSIGNMENT: 'Role assignment',
  TEAM: 'Team',
  TEAM_MEMBER: 'Team member',
  API_KEY: 'API key',
  PERSONAL_API_KEY: 'Personal access token',
  SESSION: 'Session',
  SCIM_SETTINGS: 'SCIM settings',
  DEFAULT_ROLE: 'Default role',
  OPENID_CONNECTOR: 'OpenID connector',
  ALLOW_LIST_ENTRY: 'IP allowlist entry',
}

export const ACTOR_TYPES: Readonly<Record<string, string>> = {
  USER: 'Person',
  API_KEY: 'API key',
  PERSONAL_API_KEY: 'Personal access token',
  SYSTEM: 'Muster itself',
  ANONYMOUS: 'Nobody signed in',
}

/** What happened to a person beyond a plain change. */
const EVENTS: Readonly<Record<string, string>> = {
  'user.deprovisioned': 'deprovisioned',
  'user.returned': 'returned',
  'user.bound': 'bound to a sign-in',
  'user.passwordReset': 'password reset',
}

/** "Updated", and for a person what that was: "Updated: deprovisioned". */
export function actionWord({ action, details }: AuditLogView): string {
  const event = EVENTS[String(details.event)]
  const word = ACTIONS[action] ?? action
  return event === undefined ? word : `${word}: ${event}`
}

/** Who did it, by the name that people know. */
export function actorName(
  { actorType, actorIdentifier }: AuditLogView,
  keyNames: ReadonlyMap<string, string> = new Map(),
): string {
  if (actorType === 'SYSTEM') return `Muster${actorIdentifier === undefined ? '' : ` (${actorIdentifier})`}`
  if (actorIdentifier === undefined) return 'N/A'
  return keyNames.get(actorIdentifier) ?? actorIdentifier
}

/** What happened, as a sentence without its actor: "ada@acme.example was deprovisioned". */
export function sentenceOf({ action, objectType, objectIdentifier, details }: AuditLogView): string {
  const done = ({ CREATE: 'created', UPDATE: 'changed', DELETE: 'deleted', READ: 'read' } as const)[action]
  switch (objectType) {
    case 'USER': {
      const event = String(details.event)
      if (event === 'user.returned') return `${objectIdentifier} returned`
      if (event === 'user.bound') return `${objectIdentifier} was bound to their sign-in`
      if (event === 'user.passwordReset') return `The password of ${objectIdentifier} was reset`
      if (event === 'user.deprovisioned' && action !== 'DELETE') return `${objectIdentifier} was deprovisioned`
      return `${objectIdentifier} was ${done}`
    }
    case 'ROLE_ASSIGNMENT':
      return `The roles of ${objectIdentifier} were changed`
    case 'TEAM_MEMBER':
      return `The members of ${objectIdentifier} were changed`
    case 'SESSION':
      return action === 'CREATE' ? `${objectIdentifier} signed in` : `A session of ${objectIdentifier} ended`
    case 'SCIM_SETTINGS':
      return 'The SCIM settings were changed'
    case 'DEFAULT_ROLE':
      return 'The default role was changed'
    case 'OPENID_CONNECTOR':
      return `The OpenID connector was ${done}`
    default:
      return `${OBJECT_TYPES[objectType] ?? objectType} “${objectIdentifier}” was ${done}`
  }
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A value of an entry's details as people say it: a role by its name, a person by the e-mail, a switch as on or off. */
export function told(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'none'
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(told).join(', ')
  if (isRecord(value)) {
    if (value.type === 'BASIC' || value.type === 'CUSTOM') return roleName(value as { type: string })
    for (const key of ['email', 'name', 'teamTag', 'tag']) if (typeof value[key] === 'string') return value[key]
    return JSON.stringify(value)
  }
  const text = String(value)
  const [, type, name] = /^(BASIC|CUSTOM):(.+)$/.exec(text) ?? []
  if (type === undefined || name === undefined) return text
  return roleName(type === 'BASIC' ? { type, role: name } : { type, tag: name })
}

/** `rejectUnprovisionedSignIn` → "Reject unprovisioned sign in"; the last part of an attribute's URN as it is. */
export function fieldName(key: string): string {
  if (key.includes(':')) return key
  const words = key.replaceAll(/([a-z0-9])([A-Z])/g, (_, end: string, start: string) => `${end} ${start.toLowerCase()}`)
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}
