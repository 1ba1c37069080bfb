import { z } from 'zod'
import { descriptionText, idParam, instant, instantIn, nameText } from './common.ts'

const tokenFields = {
  id: z.string(),
  name: z.string(),
  description: z.string().optional(),
  last4: z.string(),
  createdAt: instant,
  expirationDate: instant.optional(),
  /** To the minute; absent before the first use. */
  lastUsedAt: instant.optional(),
}

export const accessToken = z.object(tokenFields).meta({ id: 'AccessToken' })
export const accessTokens = z.object({ accessTokens: z.array(accessToken) })
/** The only answer that ever holds the secret, `token`. */
export const accessTokenCreated = z.object({ token: z.string(), ...tokenFields }).meta({ id: 'AccessTokenCreated' })

export const accessTokenNew = z.object({
  name: nameText,
  description: descriptionText.optional(),
  expirationDate: instantIn.optional(),
})
export const accessTokenParams = z.object({ id: idParam })
