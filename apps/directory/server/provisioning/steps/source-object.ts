import type { SourceAttributes } from '../expression/evaluate.ts'
import type { Value } from '../expression/functions.ts'

/** A person as the directory holds them. */
export interface SourceUser {
  readonly type: 'User'
  readonly id: string
  readonly displayName: string
  readonly userPrincipalName: string
  readonly accountEnabled: boolean
  readonly isDeleted: boolean
  /** Graph's other properties by their names, as they were given. */
  readonly properties: Readonly<Record<string, unknown>>
}

export interface SourceGroup {
  readonly type: 'Group'
  readonly id: string
  readonly displayName: string
  readonly isDeleted: boolean
  readonly properties: Readonly<Record<string, unknown>>
}

export type SourceObject = SourceUser | SourceGroup

/** Graph properties that mappings know by an older name. */
const RENAMED: Readonly<Record<string, string>> = {
  physicalDeliveryOfficeName: 'officeLocation',
  mobile: 'mobilePhone',
  facsimileTelephoneNumber: 'faxNumber',
}

/** Everything that mappings may read of an object, by the names that mappings use. */
export function sourceAttributes(object: SourceObject, isSoftDeleted: boolean): SourceAttributes {
  const attributes: Record<string, Value> = {}
  for (const [name, value] of Object.entries(object.properties)) {
    const flat = toValue(value)
    if (flat !== null) attributes[name] = flat
  }
  for (const [name, property] of Object.entries(RENAMED)) {
    const value = attributes[property]
    if (value !== undefined) attributes[name] = value
  }
  const phones = attributes.businessPhones
  const firstPhone = Array.isArray(phones) ? phones[0] : phones
  if (typeof firstPhone === 'string') attributes.telephoneNumber = firstPhone
  attributes.objectId = object.id
  attributes.displayName = object.displayName
  attributes.IsSoftDeleted = isSoftDeleted ? 'True' : 'False'
  if (object.type === 'User') {
    attributes.userPrincipalName = object.userPrincipalName
    attributes.accountEnabled = object.accountEnabled ? 'True' : 'False'
  }
  return attributes
}

function toValue(value: unknown): Value {
  if (typeof value === 'string') return value === '' ? null : value
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'number') return String(value)
  if (Array.isArray(value)) {
    const texts = value.filter((item) => typeof item === 'string' && item !== '') as string[]
    return texts.length === 0 ? null : texts
  }
  return null
}
