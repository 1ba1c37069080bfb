import { ENTERPRISE_USER_URN } from '../urns.ts'
import { attribute, type Schema } from './attribute.ts'

/** The enterprise extension of User (RFC 7643 §4.3). */
export const ENTERPRISE_USER_SCHEMA: Schema = {
  id: ENTERPRISE_USER_URN,
  name: 'EnterpriseUser',
  description: 'What an organization knows of its people.',
  attributes: [
    attribute('employeeNumber', 'The personnel number.'),
    attribute('costCenter', 'The cost center.'),
    attribute('organization', 'The organization.'),
    attribute('division', 'The division.'),
    attribute('department', 'The department.'),
    attribute('manager', 'The person’s manager.', {
      type: 'complex',
      subAttributes: [
        attribute('value', 'The id of the manager’s User resource.', { caseExact: true }),
        attribute('$ref', 'The URI of the manager’s User resource.', {
          type: 'reference',
          caseExact: true,
          referenceTypes: ['User'],
        }),
        attribute('displayName', 'The manager’s name.', { mutability: 'readOnly' }),
      ],
    }),
  ],
}
