import type { ResourceType } from './attribute.ts'
import { ENTERPRISE_USER_SCHEMA } from './enterprise-user.ts'
import { GROUP_SCHEMA } from './group.ts'
import { USER_SCHEMA } from './user.ts'

/** Users, with the enterprise extension. */
export const USER: ResourceType = {
  id: 'User',
  name: 'User',
  endpoint: '/Users',
  description: 'A person with an account.',
  schema: USER_SCHEMA,
  schemaExtensions: [{ schema: ENTERPRISE_USER_SCHEMA, required: false }],
}

/** Groups. */
export const GROUP: ResourceType = {
  id: 'Group',
  name: 'Group',
  endpoint: '/Groups',
  description: 'A set of people.',
  schema: GROUP_SCHEMA,
  schemaExtensions: [],
}
