import { GROUP_URN } from '../urns.ts'
import { attribute, type Schema } from './attribute.ts'

/** The Group schema (RFC 7643 §4.2). `displayName` is required by its prose, against the printed schema. */
export const GROUP_SCHEMA: Schema = {
  id: GROUP_URN,
  name: 'Group',
  description: 'A set of people.',
  attributes: [
    attribute('displayName', 'The name of the group.', { required: true, uniqueness: 'server' }),
    attribute('members', 'Who belongs to the group.', {
      type: 'complex',
      multiValued: true,
      subAttributes: [
        attribute('value', 'The id of the member.', { caseExact: true, mutability: 'immutable' }),
        attribute('$ref', 'The URI of the member.', {
          type: 'reference',
          caseExact: true,
          mutability: 'immutable',
          referenceTypes: ['User', 'Group'],
        }),
        attribute('type', 'The resource type of the member.', {
          mutability: 'immutable',
          canonicalValues: ['User', 'Group'],
        }),
        // Not in the printed schema; RFC 7643 §2.4 gives it to every multi-valued attribute, and clients send it.
        attribute('display', 'The name of the member.', { mutability: 'immutable' }),
      ],
    }),
  ],
}
