import { z } from 'zod'

/** A text property of Graph's user: not empty; `null` clears it. */
const text = (most: number) => z.string().min(1).max(most).nullable().optional()

/**
 * Graph's optional properties of a user that are kept (Graph user resource). Four of them are named otherwise in
 * attribute mappings: `officeLocation` is physicalDeliveryOfficeName, `businessPhones[0]` telephoneNumber,
 * `mobilePhone` mobile and `faxNumber` facsimileTelephoneNumber.
 */
export const userProperties = z.strictObject({
  jobTitle: text(128),
  mail: z
    .string()
    .min(3)
    .max(320)
    .regex(/^\S+@\S+$/, 'must be an e-mail address')
    .nullable()
    .optional(),
  preferredLanguage: text(64),
  givenName: text(64),
  surname: text(64),
  officeLocation: text(128),
  streetAddress: text(1024),
  city: text(128),
  state: text(128),
  postalCode: text(40),
  country: text(128),
  businessPhones: z.array(z.string().min(1).max(64)).max(1).optional(),
  mobilePhone: text(64),
  faxNumber: text(64),
  employeeId: text(64),
  department: text(64),
})

/** A user principal name: like an address, in any domain. */
const userPrincipalName = z
  .string()
  .max(320)
  .regex(/^[^\s@<>"\\]+@[^\s@<>"\\]+$/, 'must be of the form name@domain')

const mailNickname = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[^\s@()\\[\]";:<>,]+$/, 'must not hold blanks or @()\\[]";:<>,')

/** Shortest and longest password, in characters (Entra password policy: 8 to 256). */
const passwordProfile = z.strictObject({
  password: z.string().min(8).max(256).optional(),
  forceChangePasswordNextSignIn: z.boolean().optional(),
})

/** POST /users. */
export const userNew = z
  .strictObject({
    ...userProperties.shape,
    accountEnabled: z.boolean(),
    displayName: z.string().min(1).max(256),
    mailNickname,
    userPrincipalName,
    passwordProfile: passwordProfile.required({ password: true }),
  })
  .meta({ id: 'NewUser' })

/** PATCH /users/{id}: only what is to change. */
export const userChange = z
  .strictObject({
    ...userProperties.shape,
    accountEnabled: z.boolean().optional(),
    displayName: z.string().min(1).max(256).optional(),
    mailNickname: mailNickname.optional(),
    userPrincipalName: userPrincipalName.optional(),
    passwordProfile: passwordProfile.optional(),
  })
  .meta({ id: 'UserChange' })

export type UserNew = z.infer<typeof userNew>
export type UserChange = z.infer<typeof userChange>

/** The optional properties as they are stored: only those that have a value. */
export type UserProperties = {
  readonly [Name in keyof z.infer<typeof userProperties>]?: NonNullable<z.infer<typeof userProperties>[Name]>
} & {
  readonly mailNickname?: string
}

/** Names of the optional properties, in the order in which they are answered. */
export const USER_PROPERTY_NAMES = [
  ...Object.keys(userProperties.shape),
  'mailNickname',
] as readonly (keyof UserProperties)[]

/** Every name that `$select` may hold for a user. */
export const USER_SELECT: readonly string[] = [
  'id',
  'userPrincipalName',
  'displayName',
  'accountEnabled',
  ...USER_PROPERTY_NAMES,
  'userType',
  'createdDateTime',
  'deletedDateTime',
]
