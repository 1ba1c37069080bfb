import type { Migrations } from '@muster/service-kit/migrate.ts'
import { theRoad } from './0001-the-road.ts'
import { guardedProvisioning } from './0002-guarded-provisioning.ts'
import { signInAttempts } from './0003-sign-in-attempts.ts'
import { auditAndDelta } from './0004-audit-and-delta.ts'
import { lists } from './0005-lists.ts'
import { logOfAnApp } from './0006-log-of-an-app.ts'

/** Every change of the directory's schema, by name and in that order. A released one is never edited. */
export const directoryMigrations: Migrations = {
  '0001-the-road': theRoad,
  '0002-guarded-provisioning': guardedProvisioning,
  '0003-sign-in-attempts': signInAttempts,
  '0004-audit-and-delta': auditAndDelta,
  '0005-lists': lists,
  '0006-log-of-an-app': logOfAnApp,
}
