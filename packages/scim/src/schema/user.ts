import { USER_URN } from '../urns.ts'
import { type Attribute, attribute, type Characteristics, type Schema } from './attribute.ts'

const PRIMARY = attribute('primary', 'Whether this is the preferred value.', { type: 'boolean' })
const DISPLAY = attribute('display', 'The value as people read it.')
const typed = (...canonicalValues: string[]): Attribute =>
  attribute('type', 'What the value is for.', canonicalValues.length > 0 ? { canonicalValues } : {})

/** A multi-valued attribute with the sub-attributes of RFC 7643 §2.4. */
function plural(name: string, description: string, types: string[], value: Characteristics = {}): Attribute {
  const subAttributes = [attribute('value', description, value), DISPLAY, typed(...types), PRIMARY]
  return attribute(name, description, { type: 'complex', multiValued: true, subAttributes })
}

/** The User schema (RFC 7643 §4.1, §8.7.1). */
export const USER_SCHEMA: Schema = {
  id: USER_URN,
  name: 'User',
  description: 'A person with an account.',
  attributes: [
    attribute('userName', 'The name that the person signs in with.', {
      required: true,
      uniqueness: 'server',
    }),
    attribute('name', 'The parts of the person’s name.', {
      type: 'complex',
      subAttributes: [
        attribute('formatted', 'The full name.'),
        attribute('familyName', 'The family name.'),
        attribute('givenName', 'The given name.'),
        attribute('middleName', 'The middle names.'),
        attribute('honorificPrefix', 'The title before the name.'),
        attribute('honorificSuffix', 'What follows the name.'),
      ],
    }),
    attribute('displayName', 'The name of the person as it is shown.'),
    attribute('nickName', 'The casual name.'),
    attribute('profileUrl', 'A page about the person.', {
      type: 'reference',
      referenceTypes: ['external'],
    }),
    attribute('title', 'The person’s job title.'),
    attribute('userType', 'The kind of person, such as Employee.'),
    attribute('preferredLanguage', 'The preferred languages, as in Accept-Language.'),
    attribute('locale', 'The locale, for dates and numbers.'),
    attribute('timezone', 'The time zone, by its IANA name.'),
    attribute('active', 'Whether the person has access.', { type: 'boolean' }),
    attribute('password', 'The password, never shown.', {
      caseExact: true,
      mutability: 'writeOnly',
      returned: 'never',
    }),
    plural('emails', 'An e-mail address of the person.', ['work', 'home', 'other']),
    plural('phoneNumbers', 'A telephone number of the person.', ['work', 'home', 'mobile', 'fax', 'pager', 'other']),
    plural('ims', 'An instant messaging address of the person.', [
      'aim',
      'gtalk',
      'icq',
      'xmpp',
      'msn',
      'skype',
      'qq',
      'yahoo',
    ]),
    plural('photos', 'A picture of the person.', ['photo', 'thumbnail'], {
      type: 'reference',
      caseExact: true,
      referenceTypes: ['external'],
    }),
    attribute('addresses', 'A postal address of the person.', {
      type: 'complex',
      multiValued: true,
      subAttributes: [
        attribute('formatted', 'The whole address, as on a letter.'),
        attribute('streetAddress', 'Street, house number, box.'),
        attribute('locality', 'The city.'),
        attribute('region', 'The state or region.'),
        attribute('postalCode', 'The postal code.'),
        attribute('country', 'The country, by ISO 3166-1 alpha-2.'),
        typed('work', 'home', 'other'),
        // RFC 7643's printed schema leaves it out, its own examples and Entra send it.
        PRIMARY,
      ],
    }),
    attribute('groups', 'The groups that the person belongs to.', {
      type: 'complex',
      multiValued: true,
      mutability: 'readOnly',
      subAttributes: [
        attribute('value', 'The id of the group.', { caseExact: true, mutability: 'readOnly' }),
        attribute('$ref', 'The URI of the group.', {
          type: 'reference',
          mutability: 'readOnly',
          referenceTypes: ['Group'],
        }),
        attribute('display', 'The name of the group.', { mutability: 'readOnly' }),
        attribute('type', 'Whether the membership is direct.', {
          mutability: 'readOnly',
          canonicalValues: ['direct', 'indirect'],
        }),
      ],
    }),
    plural('entitlements', 'An entitlement of the person.', []),
    plural('roles', 'A role of the person.', []),
    plural('x509Certificates', 'A certificate of the person: DER in base64.', [], { type: 'binary', caseExact: true }),
  ],
}
