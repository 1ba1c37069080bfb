import { z } from 'zod'
import { descriptionText, nameText } from './common.ts'

export const basicRoleName = z.enum(['VIEWER', 'USER', 'MANAGER', 'ADMIN'])

/** The tag of a workspace's own role: letters, digits, hyphens. */
export const roleTag = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[A-Za-z0-9-]+$/, 'only letters, digits and hyphens')

/**
 * A role as callers name it. `DEFAULT` is the older word for `BASIC`, and `READ_ONLY` for `VIEWER`; a `name` that was
 * read may be sent back and is ignored.
 */
export const roleIn = z
  .discriminatedUnion('type', [
    z.object({ type: z.enum(['BASIC', 'DEFAULT']), role: z.enum([...basicRoleName.options, 'READ_ONLY']) }),
    z.object({ type: z.literal('CUSTOM'), tag: z.string().min(1).max(100) }),
  ])
  .transform((role) =>
    role.type === 'CUSTOM'
      ? { type: role.type, tag: role.tag }
      : { type: 'BASIC' as const, role: role.role === 'READ_ONLY' ? ('VIEWER' as const) : role.role },
  )

/** A role as it is read. */
export const role = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('BASIC'), role: basicRoleName, name: z.string() }),
    z.object({ type: z.literal('CUSTOM'), tag: z.string(), name: z.string() }),
  ])
  .meta({ id: 'Role' })

export type Role = z.infer<typeof role>

export const rolesBody = z.object({ roles: z.array(roleIn).max(100) })
export const rolesAnswer = z.object({ roles: z.array(role) })

export const roleDefinition = z
  .object({
    type: z.enum(['BASIC', 'CUSTOM']),
    role: basicRoleName.optional(),
    tag: z.string().optional(),
    name: z.string(),
    description: z.string(),
    permissions: z.array(z.string()),
  })
  .meta({ id: 'RoleDefinition' })

const count = z.number().int()

/** A custom role and what holds it, which is what a refusal to delete it counts too. */
export const roleDetail = z
  .object({
    ...roleDefinition.shape,
    uses: z.object({ people: count, teams: count, keys: count, mappings: count, defaults: count }),
  })
  .meta({ id: 'RoleDetail' })

export const roleDefinitions = z.object({ roles: z.array(roleDefinition) })

const permissionNames = z.array(z.string()).max(200)

export const roleNew = z.object({
  name: nameText,
  tag: roleTag.optional(),
  description: descriptionText.optional(),
  permissions: permissionNames,
})
/** A PUT states the whole role; its tag never changes. */
export const roleChange = z.object({
  name: nameText,
  description: descriptionText.optional(),
  permissions: permissionNames,
})
export const roleParams = z.object({ tag: z.string().meta({ examples: ['my-role'] }) })

export const permission = z
  .object({ name: z.string(), group: z.string(), description: z.string(), lowestRole: basicRoleName })
  .meta({ id: 'Permission' })

export const permissionsAnswer = z.object({ permissions: z.array(permission) })
