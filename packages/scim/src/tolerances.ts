/**
 * What real clients send that the standard does not allow, by name. Each is accepted only through a
 * {@link ToleranceSink}, which may count it, show it to an admin, or refuse it.
 */
export const TOLERANCES = [
  {
    name: 'capitalised-operation',
    description: 'A PATCH operation is read in any letter case: "Add".',
    sentBy: 'Microsoft Entra ID in its default form',
  },
  {
    name: 'boolean-as-string',
    description: '"True" and "False" are read as booleans, in values and filters.',
    sentBy: 'Microsoft Entra ID in its default form; the Microsoft SCIM Validator',
  },
  {
    name: 'remove-with-value',
    description: 'A remove with values takes away those alone.',
    sentBy: 'Microsoft Entra ID when a member leaves a group',
  },
  {
    name: 'value-path-creates',
    description: 'A write to emails[type eq "work"].value makes the element when there is none.',
    sentBy: 'Microsoft Entra ID and the Microsoft SCIM Validator',
  },
  {
    name: 'dotted-key',
    description: 'A key such as "name.givenName" is read as a path.',
    sentBy: 'Microsoft Entra ID with aadOptscim062020; the Microsoft SCIM Validator',
  },
  {
    name: 'urn-key',
    description: 'A key such as "urn:…:User:department" is read as a path.',
    sentBy: 'Microsoft Entra ID with aadOptscim062020; the Microsoft SCIM Validator',
  },
  {
    name: 'unprefixed-extension-attribute',
    description: 'An extension attribute without its URN, such as "manager".',
    sentBy: 'samples in the documentation of Microsoft Entra ID',
  },
  {
    name: 'manager-as-string',
    description: 'A bare id is read as the "value" of an object, as for manager.',
    sentBy: 'Microsoft Entra ID',
  },
  {
    name: 'manager-as-array',
    description: 'A list of one where a single object belongs, as for manager.',
    sentBy: 'samples in the documentation of Microsoft Entra ID',
  },
  {
    name: 'element-as-string',
    description: 'A bare text in a list of objects is read as the "value" of one.',
    sentBy: 'the Postman collection of Microsoft, for members',
  },
  {
    name: 'value-not-in-list',
    description: 'A single value is read as a list of one.',
    sentBy: 'hand-written clients',
  },
  {
    name: 'several-primaries',
    description: 'Of several primary values the first stays primary.',
    sentBy: 'Microsoft Entra ID, when mappings are added by hand',
  },
  {
    name: 'role-as-json-text',
    description: 'A role whose value is JSON text: its "value" and "displayName" are taken.',
    sentBy: 'Microsoft Entra ID, SingleAppRoleAssignment',
  },
  {
    name: 'empty-string-clears',
    description: 'An empty text unassigns the attribute.',
    sentBy: 'Microsoft Entra ID and its gallery tests; the Microsoft SCIM Validator for manager',
  },
  {
    name: 'reference-as-text',
    description: 'A reference may be any text, such as profileUrl.',
    sentBy: 'the Microsoft SCIM Validator',
  },
  {
    name: 'binary-as-text',
    description: 'A binary may be any text, such as x509Certificates.',
    sentBy: 'the Microsoft SCIM Validator',
  },
  {
    name: 'ref-null',
    description: 'A "$ref": null beside a value is ignored.',
    sentBy: 'Microsoft Entra ID in members',
  },
  {
    name: 'read-only-in-value',
    description: 'A read-only attribute in a value of PATCH is ignored.',
    sentBy: 'Okta: a group rename carries the id',
  },
  {
    name: 'unknown-attribute',
    description: 'An attribute that no schema names is ignored.',
    sentBy: 'Microsoft Entra ID with mappings to custom attributes',
  },
  {
    name: 'unknown-schema',
    description: 'An unknown schema URN is ignored.',
    sentBy: 'Microsoft Entra ID in groups',
  },
  {
    name: 'undeclared-extension',
    description: 'An extension is read though "schemas" does not list it.',
    sentBy: 'Microsoft Entra ID for custom extensions',
  },
  {
    name: 'missing-schemas',
    description: 'A body without "schemas" is taken for what its endpoint expects.',
    sentBy: 'Okta and hand-written clients',
  },
  {
    name: 'empty-operations',
    description: 'A PATCH without operations changes nothing.',
    sentBy: 'the Microsoft SCIM Validator',
  },
  {
    name: 'unquoted-literal',
    description: 'A filter value without quotes is read as text.',
    sentBy: 'a sample in the documentation of Microsoft Entra ID',
  },
  {
    name: 'filter-after-value-path',
    description: 'emails[type eq "work"].value eq "x" is read as emails[type eq "work" and value eq "x"].',
    sentBy: 'Microsoft Entra ID when an e-mail is the matching attribute',
  },
  {
    name: 'unknown-member',
    description: 'A member id that is nobody’s is skipped.',
    sentBy: 'Microsoft Entra ID when a person was deleted meanwhile',
  },
] as const satisfies readonly { name: string; description: string; sentBy: string }[]

export type ToleranceName = (typeof TOLERANCES)[number]['name']

/** Decides which tolerances hold for a request, and hears of each that was needed. */
export interface ToleranceSink {
  allows(name: ToleranceName): boolean
  saw(name: ToleranceName): void
}

/** Accepts every tolerance and counts none. */
export const LENIENT: ToleranceSink = { allows: () => true, saw: () => {} }

/** Accepts none: the standard to the letter. */
export const STRICT: ToleranceSink = { allows: () => false, saw: () => {} }

/** Whether a tolerance holds; the sink hears of it when it does. */
export function tolerates(sink: ToleranceSink, name: ToleranceName): boolean {
  if (!sink.allows(name)) return false
  sink.saw(name)
  return true
}
