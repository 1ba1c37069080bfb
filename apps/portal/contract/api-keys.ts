import { z } from 'zod'
import { descriptionText, instant, instantIn, nameText, pageFields } from './common.ts'
import { basicRoleName, roleIn } from './roles.ts'

/** A role as keys show it: the field's word for a built-in one is `DEFAULT` here. */
const keyRole = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('DEFAULT'), role: basicRoleName, name: z.string() }),
    z.object({ type: z.literal('CUSTOM'), tag: z.string(), name: z.string() }),
  ])
  .meta({ id: 'ApiKeyRole' })

export type KeyRole = z.infer<typeof keyRole>

const keyFields = {
  cid: z.string(),
  name: z.string(),
  description: z.string().optional(),
  last4: z.string(),
  roles: z.array(keyRole),
  createdDate: instant,
  expirationDate: instant.optional(),
  /** To the minute; absent before the first use. */
  lastUsedDate: instant.optional(),
}

export const apiKey = z.object(keyFields).meta({ id: 'ApiKey' })
export const apiKeys = z.object({ apiKeys: z.array(apiKey), ...pageFields })
/** The only answer that ever holds the secret, `apiKey`. */
export const apiKeyCreated = z.object({ apiKey: z.string(), ...keyFields }).meta({ id: 'ApiKeyCreated' })

export const apiKeyNew = z.object({
  name: nameText,
  description: descriptionText.optional(),
  roles: z.array(roleIn).min(1).max(100),
  expirationDate: instantIn.optional(),
})
export const apiKeyChange = z.object({ name: nameText, description: descriptionText.optional() })
export const apiKeyParams = z.object({ cid: z.string().meta({ examples: ['ak0123456789abcdef'] }) })
