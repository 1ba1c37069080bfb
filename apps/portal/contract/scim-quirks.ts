import { z } from 'zod'

const quirkName = z.string().min(1).max(100)

export const scimQuirks = z
  .object({
    /** With it no tolerance holds, whatever its own switch says. */
    strict: z.boolean(),
    quirks: z.array(
      z.object({
        name: quirkName,
        description: z.string(),
        /** Who sends it. */
        sender: z.string(),
        enabled: z.boolean(),
        /** Requests that needed it, so far. */
        count: z.number().int(),
      }),
    ),
  })
  .meta({ id: 'ScimQuirks' })

/** What is left out stays as it is; what was read may be sent back. */
export const scimQuirksChange = z.object({
  strict: z.boolean().optional(),
  quirks: z
    .array(z.object({ name: quirkName, enabled: z.boolean() }))
    .max(200)
    .optional(),
})
