import { ENTERPRISE_USER_URN } from '@muster/scim'

/** Source expression, target attribute, and matching priority where it takes part in matching. */
export type MappingRow = readonly [source: string, target: string, matchingPriority?: number]

const enterprise = (name: string) => `${ENTERPRISE_USER_URN}:${name}`

/** What a new non-gallery app sends of a user: Entra's 22 default mappings. */
export const USER_MAPPINGS: readonly MappingRow[] = [
  ['[userPrincipalName]', 'userName', 1],
  ['Switch([IsSoftDeleted], , "False", "True", "True", "False")', 'active'],
  ['[displayName]', 'displayName'],
  ['[jobTitle]', 'title'],
  ['[mail]', 'emails[type eq "work"].value'],
  ['[preferredLanguage]', 'preferredLanguage'],
  ['[givenName]', 'name.givenName'],
  ['[surname]', 'name.familyName'],
  ['Join(" ", [givenName], [surname])', 'name.formatted'],
  ['[physicalDeliveryOfficeName]', 'addresses[type eq "work"].formatted'],
  ['[streetAddress]', 'addresses[type eq "work"].streetAddress'],
  ['[city]', 'addresses[type eq "work"].locality'],
  ['[state]', 'addresses[type eq "work"].region'],
  ['[postalCode]', 'addresses[type eq "work"].postalCode'],
  ['[country]', 'addresses[type eq "work"].country'],
  ['[telephoneNumber]', 'phoneNumbers[type eq "work"].value'],
  ['[mobile]', 'phoneNumbers[type eq "mobile"].value'],
  ['[facsimileTelephoneNumber]', 'phoneNumbers[type eq "fax"].value'],
  ['[mailNickname]', 'externalId'],
  ['[employeeId]', enterprise('employeeNumber')],
  ['[department]', enterprise('department')],
  ['[manager]', enterprise('manager')],
]

/** And of a group: 3. */
export const GROUP_MAPPINGS: readonly MappingRow[] = [
  ['[displayName]', 'displayName', 1],
  ['[objectId]', 'externalId'],
  ['[members]', 'members'],
]

/** Source attributes that name other objects: they flow after both ends exist, in requests of their own. */
export const REFERENCE_ATTRIBUTES: ReadonlySet<string> = new Set(['manager', 'members'])
