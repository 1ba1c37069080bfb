import { z } from 'zod'
import { role, roleIn } from './roles.ts'

const switches = {
  automaticProvisioning: z.boolean(),
  automaticDeprovisioning: z.boolean(),
  rejectUnprovisionedSignIn: z.boolean(),
}

export const scimSettings = z.object(switches).meta({ id: 'ScimSettings' })
export const scimSettingsChange = scimSettings.partial()

export const defaultRole = z.object({ role }).meta({ id: 'DefaultRole' })
export const defaultRoleChange = z.object({ role: roleIn })

const domain = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)*$/, 'a domain such as example.com, without @')

const issuer = z
  .string()
  .trim()
  .max(2000)
  .refine((text) => isIssuer(text), 'an http or https address without query or fragment')

/** The secret is never among what is read. */
export const openIdConnector = z
  .object({ type: z.string(), identifier: z.string(), issuer: z.string(), domains: z.array(z.string()) })
  .meta({ id: 'OpenIdConnector' })

export const openIdConnectorChange = z.object({
  type: z.string().trim().min(1).max(100),
  identifier: z.string().trim().min(1).max(500),
  /** May be left out when one is stored and neither issuer nor identifier changes. */
  secret: z.string().min(1).max(2000).optional(),
  issuer,
  domains: z.array(domain).max(200).default([]),
})

export const signInSettings = z.object({ localSignIn: z.boolean() }).meta({ id: 'SignInSettings' })

function isIssuer(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, search, hash, username, password } = new URL(text)
  return (
    (protocol === 'https:' || protocol === 'http:') &&
    search === '' &&
    hash === '' &&
    username === '' &&
    password === ''
  )
}
