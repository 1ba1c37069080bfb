import { z } from 'zod'
import { role } from './roles.ts'

/** Whoever calls. */
export const me = z
  .object({
    type: z.enum(['USER', 'API_KEY', 'PERSONAL_API_KEY']),
    user: z.object({ id: z.string(), email: z.string(), name: z.string() }).optional(),
    workspace: z.object({ id: z.string(), name: z.string() }),
    roles: z.array(role),
    permissions: z.array(z.string()),
  })
  .meta({ id: 'Me' })
