import { z } from 'zod'
import { idParam, instant } from './common.ts'

export const session = z
  .object({
    id: z.string(),
    createdAt: instant,
    /** To the minute. */
    lastSeenAt: instant,
    ipAddress: z.string().optional(),
    userAgent: z.string().optional(),
    /** Whether it is the one that asks. */
    current: z.boolean(),
  })
  .meta({ id: 'Session' })

export const sessions = z.object({ sessions: z.array(session) })
/** Someone else's, for those who may edit roles. */
export const sessionQuery = z.object({ userId: idParam.optional() })
export const sessionParams = z.object({ id: idParam })
