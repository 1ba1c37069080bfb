import { z } from 'zod'

/** Where to lead after sign-in (a path here), and which workspace; it may be left out while there is only one. */
export const loginQuery = z.object({
  returnTo: z.string().max(2000).optional(),
  workspace: z.string().max(100).optional(),
})

/** `prompt=login` asks the provider for another account than the one that is signed in there. */
export const providerQuery = loginQuery.extend({ prompt: z.literal('login').optional() })

/** Why somebody is led to sign in: `ended` or `signed-out`. Anything else is no reason. */
export const signInQuery = loginQuery.extend({ reason: z.string().max(100).optional() })

/** As a form sends it, or as JSON. */
export const localSignIn = z.object({
  email: z.string().max(500),
  password: z.string().max(1000),
  workspace: z.string().max(100).optional(),
  returnTo: z.string().max(2000).optional(),
})
