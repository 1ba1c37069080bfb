import { describe, expect, test } from 'vitest'
import { BASIC_ROLES } from './basic-roles.ts'
import { PERMISSIONS, type PermissionName, permissionsOfBasicRole } from './permissions.ts'

describe('the permission catalogue', () => {
  test('names each permission once', () => {
    expect(new Set(PERMISSIONS.map(({ name }) => name)).size).toBe(PERMISSIONS.length)
  })

  test.each(PERMISSIONS.map(({ name, lowestRole }) => ({ name, lowestRole })))(
    '$name is held from $lowestRole upwards',
    ({ name, lowestRole }) => {
      const holders = BASIC_ROLES.filter((role) => permissionsOfBasicRole(role).includes(name))
      expect(holders).toEqual(BASIC_ROLES.slice(BASIC_ROLES.indexOf(lowestRole)))
    },
  )

  test.each<{ role: (typeof BASIC_ROLES)[number]; has: PermissionName[]; lacks: PermissionName[] }>([
    {
      role: 'VIEWER',
      has: ['View Catalogs', 'View workflows'],
      lacks: ['Edit Entities', 'View Roles', 'View audit logs'],
    },
    {
      role: 'USER',
      has: ['Edit Entities', 'Run workflows', 'Archive entities'],
      lacks: ['Edit Catalogs', 'Edit Scorecards', 'Configure actions'],
    },
    {
      role: 'MANAGER',
      has: ['Edit Catalogs', 'Edit Scorecards'],
      lacks: ['View Roles', 'Edit Roles', 'Edit API keys', 'Edit settings'],
    },
    {
      role: 'ADMIN',
      has: ['Configure Open ID Connector & SCIM', 'Edit Roles', 'Manage Identity Mappings', 'View audit logs'],
      lacks: [],
    },
  ])('a $role', ({ role, has, lacks }) => {
    const held = permissionsOfBasicRole(role)
    expect(held).toEqual(expect.arrayContaining(has))
    for (const name of lacks) expect(held).not.toContain(name)
  })
})
