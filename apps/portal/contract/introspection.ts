import { z } from 'zod'

/** The form of RFC 7662 §2.1. Other fields, such as `token_type_hint`, are let be. */
export const introspectionRequest = z.object({
  token: z
    .string()
    .min(1)
    .max(1000)
    .meta({
      description: "A session cookie's value, a personal access token or an API key.",
      examples: ['mpt_k7w2m4qz_0123456789abcdefABCDEFGHIJKLMNOP_000000'],
    }),
})

const seconds = z.number().int().meta({ description: 'Seconds since 1970, UTC.' })

const ended = z.object({ active: z.literal(false) })

const alive = z.object({
  active: z.literal(true),
  token_type: z.literal('Bearer').optional(),
  type: z.enum(['USER', 'API_KEY', 'PERSONAL_API_KEY']),
  sub: z.string(),
  username: z.string().optional(),
  iat: seconds,
  exp: seconds.optional(),
  permissions: z.array(z.string()),
  workspace: z.object({ id: z.string(), name: z.string() }),
})

/**
 * RFC 7662 §2.2. `sub` is the person's id, or an API key's `cid`; `username` is the e-mail. Permissions stand in a list of
 * their own, for their names hold blanks, which part the words of `scope`. A session has no `token_type`: it is no bearer.
 */
export const introspection = z.discriminatedUnion('active', [ended, alive]).meta({ id: 'Introspection' })

export type Introspection = z.infer<typeof introspection>
