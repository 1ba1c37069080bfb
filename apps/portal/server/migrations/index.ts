import type { Migrations } from '@muster/service-kit/migrate.ts'
import { theRoad } from './0001-the-road.ts'
import { guardedPortal } from './0002-guarded-portal.ts'
import { wholePortal } from './0003-whole-portal.ts'
import { teamRelationships } from './0004-team-relationships.ts'
import { scimTolerances } from './0005-scim-tolerances.ts'

/** Every change of the portal's schema, by name and in that order. A released one is never edited. */
export const portalMigrations: Migrations = {
  '0001-the-road': theRoad,
  '0002-guarded-portal': guardedPortal,
  '0003-whole-portal': wholePortal,
  '0004-team-relationships': teamRelationships,
  '0005-scim-tolerances': scimTolerances,
}
