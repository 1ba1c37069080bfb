import { z } from 'zod'
import { instant, instantIn, pageFields, pageQuery } from './common.ts'

/** Values of one field are alternatives; fields narrow each other. Comma-separated, or given several times. */
const listOf = <Item extends z.ZodType<string, string>>(item: Item) =>
  z
    .union([z.string(), z.array(z.string())])
    .transform((given) =>
      (Array.isArray(given) ? given : [given]).flatMap((text) => text.split(',')).map((text) => text.trim()),
    )
    .pipe(z.array(item).max(100))
    .optional()

const text = z.string().min(1).max(500)
const action = z.enum(['CREATE', 'READ', 'UPDATE', 'DELETE'])

export const auditObjectType = z.enum([
  'USER',
  'ROLE',
  'ROLE_ASSIGNMENT',
  'TEAM',
  'TEAM_MEMBER',
  'API_KEY',
  'PERSONAL_API_KEY',
  'SESSION',
  'SCIM_SETTINGS',
  'DEFAULT_ROLE',
  'OPENID_CONNECTOR',
  'ALLOW_LIST_ENTRY',
])

export const auditLogsQuery = pageQuery.extend({
  startTime: instantIn.optional(),
  endTime: instantIn.optional(),
  actions: listOf(action),
  objectIdentifiers: listOf(text),
  objectTypes: listOf(auditObjectType),
  actorTypes: listOf(z.enum(['USER', 'API_KEY', 'PERSONAL_API_KEY', 'SYSTEM', 'OAUTH2', 'BACKSTAGE', 'ANONYMOUS'])),
  actorApiKeyIdentifiers: listOf(text),
  actorEmails: listOf(text),
  actorIpAddresses: listOf(text),
  /** Kinds of request without an actor, none of which is there here: asked for, they find nothing. */
  actorRequestTypes: listOf(z.enum(['API_KEY_ENTITY', 'ATLASSIAN_WEBHOOK', 'SCORECARD_BADGES', 'SLACK_COMMAND'])),
})

export const auditLog = z
  .object({
    action,
    objectType: auditObjectType,
    objectIdentifier: z.string(),
    objectId: z.string().optional(),
    timestamp: instant,
    actorType: z.string(),
    /** E-mail of a person, `cid` of an API key, the program's own part. */
    actorIdentifier: z.string().optional(),
    ipAddress: z.string().optional(),
    requestId: z.string().optional(),
    /** Gap-free from 1; absent for the moment before it is given. */
    sequence: z.number().int().optional(),
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AuditLog' })

export type AuditLogView = z.infer<typeof auditLog>

export const auditLogs = z.object({ logs: z.array(auditLog), ...pageFields })
