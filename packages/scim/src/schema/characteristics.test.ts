import { describe, expect, test } from 'vitest'
import { type Attribute, COMMON_ATTRIBUTES } from './attribute.ts'
import { ENTERPRISE_USER_SCHEMA } from './enterprise-user.ts'
import { GROUP_SCHEMA } from './group.ts'
import { USER_SCHEMA } from './user.ts'

/** An attribute in one line: its name, then only what differs from the defaults of RFC 7643 §2.2. */
function line(attribute: Attribute, prefix = ''): string[] {
  const { name, type, multiValued, required, caseExact, mutability, returned, uniqueness } = attribute
  const differs = [
    type !== 'string' && type,
    multiValued && 'multiValued',
    required && 'required',
    caseExact && 'caseExact',
    mutability !== 'readWrite' && mutability,
    returned !== 'default' && `returned ${returned}`,
    uniqueness !== 'none' && `unique ${uniqueness}`,
    attribute.referenceTypes && `of ${attribute.referenceTypes.join('|')}`,
    attribute.canonicalValues && `as ${attribute.canonicalValues.join('|')}`,
  ].filter((item) => typeof item === 'string')
  const subs = (attribute.subAttributes ?? []).flatMap((sub) => line(sub, `${name}.`))
  return [[`${prefix}${name}`, ...differs].join(' '), ...subs]
}

const texts = (...names: string[]): string[] => names
const plural = (name: string, value: string, types: string): string[] => [
  `${name} complex multiValued`,
  `${name}.value${value}`,
  `${name}.display`,
  `${name}.type${types}`,
  `${name}.primary boolean`,
]
const KINDS = ' as work|home|other'
const BINARY = ' binary caseExact'
const PICTURE = ' reference caseExact of external'

// Deviations from the printed schemas of §8.7.1 have their reason beside the definition.
describe.each([
  {
    of: 'the common attributes (RFC 7643 §3.1)',
    attributes: COMMON_ATTRIBUTES,
    lines: [
      'schemas reference multiValued required caseExact returned always of uri',
      'id caseExact readOnly returned always unique server',
      'externalId caseExact',
      'meta complex readOnly',
      'meta.resourceType caseExact readOnly',
      'meta.created dateTime readOnly',
      'meta.lastModified dateTime readOnly',
      'meta.location reference caseExact readOnly of uri',
      'meta.version caseExact readOnly',
    ],
  },
  {
    of: 'User (§4.1, §8.7.1)',
    attributes: USER_SCHEMA.attributes,
    lines: [
      'userName required unique server',
      'name complex',
      ...texts('formatted', 'familyName', 'givenName', 'middleName', 'honorificPrefix', 'honorificSuffix').map(
        (part) => `name.${part}`,
      ),
      ...texts('displayName', 'nickName'),
      'profileUrl reference caseExact of external',
      ...texts('title', 'userType', 'preferredLanguage', 'locale', 'timezone'),
      'active boolean',
      'password caseExact writeOnly returned never',
      ...plural('emails', '', KINDS),
      ...plural('phoneNumbers', '', ' as work|home|mobile|fax|pager|other'),
      ...plural('ims', '', ' as aim|gtalk|icq|xmpp|msn|skype|qq|yahoo'),
      ...plural('photos', PICTURE, ' as photo|thumbnail'),
      'addresses complex multiValued',
      ...texts('formatted', 'streetAddress', 'locality', 'region', 'postalCode', 'country').map(
        (part) => `addresses.${part}`,
      ),
      `addresses.type${KINDS}`,
      'addresses.primary boolean',
      'groups complex multiValued readOnly',
      'groups.value caseExact readOnly',
      'groups.$ref reference caseExact readOnly of Group',
      'groups.display readOnly',
      'groups.type readOnly as direct|indirect',
      ...plural('entitlements', '', ''),
      ...plural('roles', '', ''),
      ...plural('x509Certificates', BINARY, ''),
    ],
  },
  {
    of: 'Group (§4.2)',
    attributes: GROUP_SCHEMA.attributes,
    lines: [
      'displayName required unique server',
      'members complex multiValued',
      'members.value caseExact immutable',
      'members.$ref reference caseExact immutable of User|Group',
      'members.type immutable as User|Group',
      'members.display immutable',
    ],
  },
  {
    of: 'EnterpriseUser (§4.3)',
    attributes: ENTERPRISE_USER_SCHEMA.attributes,
    lines: [
      ...texts('employeeNumber', 'costCenter', 'organization', 'division', 'department'),
      'manager complex',
      'manager.value caseExact',
      'manager.$ref reference caseExact of User',
      'manager.displayName readOnly',
    ],
  },
])('$of', ({ attributes, lines }) => {
  test('has every attribute with its characteristics, and no other', () => {
    expect(attributes.flatMap((attribute) => line(attribute))).toEqual(lines)
  })
})
