import { z } from 'zod'
import { idParam, instant, pageFields } from './common.ts'
import { basicRoleName, role, roleIn } from './roles.ts'

/** A role as everywhere, or by `role` or `tag` alone. */
const mappedRole = z.union([
  roleIn,
  z.object({ role: basicRoleName }).transform((given) => ({ type: 'BASIC' as const, role: given.role })),
  z.object({ tag: z.string().min(1).max(100) }).transform((given) => ({ type: 'CUSTOM' as const, tag: given.tag })),
])

export const roleMapping = z
  .object({ id: z.string(), idpValue: z.string(), role, createdAt: instant })
  .meta({ id: 'RoleMapping' })

export const roleMappings = z.object({ roleMappings: z.array(roleMapping), ...pageFields })

export const roleMappingNew = z.object({
  idpValue: z
    .string()
    .trim()
    .min(1)
    .max(500)
    .meta({
      description: 'What the provider sends as the value of one of a person’s roles; letter case does not matter.',
      examples: ['Engineering.Lead'],
    }),
  role: mappedRole.meta({ examples: [{ type: 'BASIC', role: 'MANAGER' }] }),
})

export const roleMappingParams = z.object({ id: idParam })
