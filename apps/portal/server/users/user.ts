import type { Json, JsonObject } from '../json.ts'
import { textKeyOf, userNameKeyOf } from '../scim/comparison-keys.ts'

/** How somebody came to have an account. */
export const USER_SOURCES = ['SCIM', 'SIGN_IN', 'MANUAL'] as const
export type UserSource = (typeof USER_SOURCES)[number]

/** A person with an account in a workspace. */
export interface User {
  readonly workspaceId: string
  /** The SCIM id and the REST id. */
  readonly id: string
  readonly userName: string
  readonly externalId?: string
  /** What a person is called on a page; never empty. */
  readonly displayName: string
  readonly email: string
  readonly active: boolean
  /** The first admin of a workspace, who signs in with a password and whom SCIM neither sees nor takes. */
  readonly localAdmin: boolean
  readonly source: UserSource
  /** The SCIM resource, `schemas` and `active` included, without `id`, `meta` and `groups`. */
  readonly attributes: JsonObject
  readonly version: number
  readonly createdAt: Date
  readonly lastModifiedAt: Date
}

/** What is stored beside the resource because it is searched, compared or shown. */
export interface Derived {
  readonly userName: string
  readonly userNameKey: string
  readonly externalId: string | undefined
  readonly displayName: string
  readonly displayNameKey: string
  readonly email: string
  readonly emailKey: string
  /** Comparison keys of every address in `emails`, each once. */
  readonly emailKeys: readonly string[]
  readonly active: boolean
}

/** The comparison key of an e-mail address. */
export const emailKeyOf = textKeyOf

/** Reads out of a resource what the columns hold. `attributes` has passed `readResource`, so types are as the schema says. */
export function derive(attributes: JsonObject): Derived {
  const userName = text(attributes.userName) ?? ''
  const displayName = displayNameOf(attributes) ?? userName
  const email = emailOf(userName, attributes)
  return {
    userName,
    userNameKey: userNameKeyOf(userName),
    externalId: text(attributes.externalId),
    displayName,
    displayNameKey: textKeyOf(displayName),
    email,
    emailKey: emailKeyOf(email),
    emailKeys: [...new Set(addresses(attributes).map(({ value }) => emailKeyOf(value)))],
    active: attributes.active !== false,
  }
}

/** Every address by which a sign-in may know somebody: `userName` when it holds `@`, and all e-mails. */
export function addressesOf({ userName, attributes }: Pick<User, 'userName' | 'attributes'>): string[] {
  const emails = addresses(attributes).map(({ value }) => value)
  return userName.includes('@') ? [userName, ...emails] : emails
}

/** The values of the roles that the provider last sent, as written. */
export function roleValuesOf({ roles }: JsonObject): string[] {
  return (Array.isArray(roles) ? roles : []).flatMap((role) => text(object(role).value) ?? [])
}

/** The resource of somebody who did not come by SCIM. */
export function resourceOf({ userName, name, email }: { userName: string; name: string; email: string }): JsonObject {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName,
    displayName: name,
    emails: [{ value: email, type: 'work', primary: true }],
    active: true,
  }
}

/** `userName` when it holds `@`, else the primary e-mail, else the one for work, else any. */
function emailOf(userName: string, attributes: JsonObject): string {
  if (userName.includes('@')) return userName
  const all = addresses(attributes)
  const chosen = all.find(({ primary }) => primary) ?? all.find(({ type }) => type === 'work') ?? all[0]
  return chosen?.value ?? userName
}

function displayNameOf(attributes: JsonObject): string | undefined {
  const name = object(attributes.name)
  const parts = [text(name.givenName), text(name.familyName)].filter((part) => part !== undefined)
  return text(attributes.displayName) ?? text(name.formatted) ?? (parts.length > 0 ? parts.join(' ') : undefined)
}

function addresses(attributes: JsonObject): { value: string; type: string | undefined; primary: boolean }[] {
  const emails = Array.isArray(attributes.emails) ? attributes.emails : []
  return emails.flatMap((email) => {
    const { value, type, primary } = object(email)
    const address = text(value)
    return address === undefined ? [] : [{ value: address, type: text(type)?.toLowerCase(), primary: primary === true }]
  })
}

const text = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

const object = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
