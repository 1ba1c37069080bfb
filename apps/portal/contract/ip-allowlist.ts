import { z } from 'zod'
import { descriptionText, pageFields } from './common.ts'

const address = z
  .string()
  .trim()
  .max(100)
  .meta({
    description: 'One IPv4 or IPv6 address, or a range in CIDR form.',
    examples: ['203.0.113.0/24', '2001:db8::/32', '198.51.100.7'],
  })

const entry = z
  .object({ address, description: descriptionText.optional().meta({ examples: ['Office'] }) })
  .meta({ id: 'AllowListEntry' })

export const allowList = z.object({ entries: z.array(entry), ...pageFields })

/** The whole list; an empty one lets everybody in. */
export const allowListChange = z.object({ entries: z.array(entry).max(1000) })
export const allowListChanged = z.object({ entries: z.array(entry) })

export const allowListQuery = z.object({
  force: z
    .stringbool()
    .default(false)
    .meta({
      description: "Store the list although it doesn't hold the caller's own address.",
      examples: ['false'],
    }),
})

export const allowListChecked = z.object({
  entries: z.array(
    z.object({
      address: z.string(),
      description: z.string().optional(),
      valid: z.boolean(),
      /** What is wrong with it. */
      message: z.string().optional(),
    }),
  ),
})
