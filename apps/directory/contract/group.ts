import { z } from 'zod'

const description = z.string().min(1).max(1024).nullable().optional()
const mailNickname = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[^\s@()\\[\]";:<>,]+$/, 'must not hold blanks or @()\\[]";:<>,')

/** Most members that one request may bind (Graph, group: add members). */
const membersBind = z.array(z.string().max(2_000)).min(1).max(20).optional()

/** POST /groups. */
export const groupNew = z
  .strictObject({
    displayName: z.string().min(1).max(256),
    mailNickname,
    mailEnabled: z.boolean(),
    securityEnabled: z.boolean(),
    description,
    groupTypes: z
      .array(z.enum(['Unified']))
      .max(1)
      .optional(),
    'members@odata.bind': membersBind,
  })
  .meta({ id: 'NewGroup' })

/** PATCH /groups/{id}: properties, or up to 20 members to add. */
export const groupChange = z
  .strictObject({
    displayName: z.string().min(1).max(256).optional(),
    mailNickname: mailNickname.optional(),
    mailEnabled: z.boolean().optional(),
    securityEnabled: z.boolean().optional(),
    description,
    'members@odata.bind': membersBind,
  })
  .meta({ id: 'GroupChange' })

export type GroupNew = z.infer<typeof groupNew>
export type GroupChange = z.infer<typeof groupChange>

/** Every name that `$select` may hold for a group. */
export const GROUP_SELECT: readonly string[] = [
  'id',
  'displayName',
  'description',
  'groupTypes',
  'mailEnabled',
  'mailNickname',
  'securityEnabled',
  'createdDateTime',
  'deletedDateTime',
]
