import { z } from 'zod'

/** Where to lead after sign-in (a path here), and which workspace; it may be left out while there is only one. */
export const loginQuery = z.object({
  returnTo: z.string().max(2000).optional(),
  workspace: z.string().max(100).optional(),
})

/** As a form sends it, or as JSON. */
export const localSignIn = z.object({
  email: z.string().max(500),
  password: z.string().max(1000),
  workspace: z.string().max(100).optional(),
  returnTo: z.string().max(2000).optional(),
})
