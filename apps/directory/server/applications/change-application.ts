import { randomUUID } from 'node:crypto'
import type { Tx } from '@muster/service-kit/database.ts'
import { newId } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import { modifiedProperties } from '../audit/modified-properties.ts'
import { applicationTarget, servicePrincipalTarget } from '../audit/target.ts'
import { noSuchResource } from '../directory/no-such.ts'
import { type Act, auditAct } from '../graph/act.ts'
import type { Application, ServicePrincipal } from './application.ts'
import { dropAssignmentsTo } from './assignments.ts'
import {
  deleteApplicationRow,
  deleteServicePrincipalRow,
  insertApplication,
  insertServicePrincipal,
  lockApplication,
  lockServicePrincipal,
  lockServicePrincipalsOf,
  renameRows,
} from './repository.ts'

/** Makes an app and its service principal: *Create your own application*, non-gallery. */
export async function instantiate(tx: Tx, act: Act, displayName: string, templateId: string) {
  const { tenantId, now } = act
  const application: Application = {
    tenantId,
    id: newId(now),
    appId: randomUUID(),
    displayName,
    redirectUris: [],
    isAdminClient: false,
    isFirstParty: false,
    createdAt: now,
  }
  const servicePrincipal: ServicePrincipal = {
    tenantId,
    id: newId(now),
    appId: application.appId,
    applicationId: application.id,
    displayName,
    accountEnabled: true,
    appRoleAssignmentRequired: true,
    templateId,
    createdAt: now,
  }
  await insertApplication(tx, application)
  await insertServicePrincipal(tx, servicePrincipal)
  await auditAct(tx, act, {
    category: 'ApplicationManagement',
    activity: 'Add application',
    target: applicationTarget(application),
  })
  await auditAct(tx, act, {
    category: 'ApplicationManagement',
    activity: 'Add service principal',
    target: servicePrincipalTarget(servicePrincipal),
  })
  return { application, servicePrincipal }
}

/** @throws {Refusal} `notFound`; `forbidden` for a client that Muster itself works with. */
export async function renameApplication(tx: Tx, act: Act, id: string, displayName: string): Promise<void> {
  const application = await lockOrdinary(tx, act, id)
  await renameRows(tx, act.tenantId, id, displayName)
  await auditAct(tx, act, {
    category: 'ApplicationManagement',
    activity: 'Update application',
    target: applicationTarget({ ...application, displayName }),
    details: {
      modifiedProperties: modifiedProperties({ displayName: application.displayName }, { displayName }),
    },
  })
}

/** @throws {Refusal} `notFound`. */
export async function renameServicePrincipal(tx: Tx, act: Act, id: string, displayName: string): Promise<void> {
  const principal = await lockServicePrincipal(tx, act.tenantId, id)
  if (!principal) throw noSuchResource(id)
  await renameRows(tx, act.tenantId, principal.applicationId, displayName)
  await auditAct(tx, act, {
    category: 'ApplicationManagement',
    activity: 'Update service principal',
    target: servicePrincipalTarget({ ...principal, displayName }),
    details: { modifiedProperties: modifiedProperties({ displayName: principal.displayName }, { displayName }) },
  })
}

/**
 * Deletes an app with everything that hangs on it: service principal, assignments, secrets, provisioning.
 *
 * @throws {Refusal} `notFound`; `forbidden` for a client that Muster itself works with.
 */
export async function deleteApplication(tx: Tx, act: Act, id: string): Promise<void> {
  const application = await lockOrdinary(tx, act, id)
  for (const principal of await lockServicePrincipalsOf(tx, application)) await deletePrincipal(tx, act, principal)
  await deleteApplicationRow(tx, application)
  await auditAct(tx, act, {
    category: 'ApplicationManagement',
    activity: 'Delete application',
    target: applicationTarget(application),
  })
}

/** Deletes a service principal; the application stays, as in Graph. @throws {Refusal} `notFound`. */
export async function deleteServicePrincipal(tx: Tx, act: Act, id: string): Promise<void> {
  const principal = await lockServicePrincipal(tx, act.tenantId, id)
  if (!principal) throw noSuchResource(id)
  await deletePrincipal(tx, act, principal)
}

async function deletePrincipal(tx: Tx, act: Act, principal: ServicePrincipal): Promise<void> {
  await dropAssignmentsTo(tx, act, principal)
  await deleteServicePrincipalRow(tx, principal)
  await auditAct(tx, act, {
    category: 'ApplicationManagement',
    activity: 'Remove service principal',
    target: servicePrincipalTarget(principal),
  })
}

/** Without its admin client or the portal's client nobody could come back in: these two are not deleted or renamed by request. */
async function lockOrdinary(tx: Tx, act: Act, id: string): Promise<Application> {
  const application = await lockApplication(tx, act.tenantId, id)
  if (!application) throw noSuchResource(id)
  if (application.isAdminClient || application.isFirstParty)
    throw new Refusal(
      'forbidden',
      `'${application.displayName}' is a client that Muster itself works with: it cannot be changed here.`,
    )
  return application
}
