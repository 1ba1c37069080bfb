import { type Executor, execute, hot, run, type Tx } from '@muster/service-kit/database.ts'
import { isUuid } from '@muster/service-kit/ids.ts'
import { type Kysely, sql } from 'kysely'
import { toKey } from '../directory/keys.ts'
import type { Field } from '../graph/conditions.ts'
import { countRows, listRows, type RowList } from '../graph/list-rows.ts'
import type { ObjectQuery, Page } from '../graph/odata.ts'
import type { Application, ServicePrincipal } from './application.ts'

interface ApplicationRow {
  readonly tenant_id: string
  readonly id: string
  readonly app_id: string
  readonly display_name: string
  readonly redirect_uris: readonly string[]
  readonly is_admin_client: boolean
  readonly is_first_party: boolean
  readonly created_at: Date
}

interface ServicePrincipalRow {
  readonly tenant_id: string
  readonly id: string
  readonly app_id: string
  readonly application_id: string
  readonly display_name: string
  readonly account_enabled: boolean
  readonly app_role_assignment_required: boolean
  readonly template_id: string | null
  readonly created_at: Date
}

const APPLICATION = 'tenant_id, id, app_id, display_name, redirect_uris, is_admin_client, is_first_party, created_at'
const PRINCIPAL = `tenant_id, id, app_id, application_id, display_name, account_enabled, app_role_assignment_required, template_id, created_at`

const FIND_APPLICATION = hot(`select ${APPLICATION} from directory.applications where tenant_id = $1 and id = $2`)
const FIND_CLIENT = hot(`select ${APPLICATION} from directory.applications where tenant_id = $1 and app_id = $2`)
const FIND_PRINCIPAL = hot(`select ${PRINCIPAL} from directory.service_principals where tenant_id = $1 and id = $2`)
const INSERT_APPLICATION = hot(
  `insert into directory.applications (${APPLICATION}, display_name_key) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
)
const INSERT_PRINCIPAL = hot(
  `insert into directory.service_principals (${PRINCIPAL}, display_name_key) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
)
const LOCK_APPLICATION = hot(
  `select ${APPLICATION} from directory.applications where tenant_id = $1 and id = $2 for update`,
)
const LOCK_PRINCIPAL = hot(
  `select ${PRINCIPAL} from directory.service_principals where tenant_id = $1 and id = $2 for update`,
)
const HOLD_PRINCIPAL = hot(
  `select ${PRINCIPAL} from directory.service_principals where tenant_id = $1 and id = $2 for key share`,
)

export async function findApplication(on: Executor, tenantId: string, id: string): Promise<Application | undefined> {
  if (!isUuid(id)) return undefined
  return toApplication((await run<ApplicationRow>(on, FIND_APPLICATION, [tenantId, id]))[0])
}

/** The application with that client id. */
export async function findClient(on: Executor, tenantId: string, appId: string): Promise<Application | undefined> {
  if (!isUuid(appId)) return undefined
  return toApplication((await run<ApplicationRow>(on, FIND_CLIENT, [tenantId, appId]))[0])
}

export async function findServicePrincipal(
  on: Executor,
  tenantId: string,
  id: string,
): Promise<ServicePrincipal | undefined> {
  if (!isUuid(id)) return undefined
  return toServicePrincipal((await run<ServicePrincipalRow>(on, FIND_PRINCIPAL, [tenantId, id]))[0])
}

export async function lockApplication(tx: Tx, tenantId: string, id: string): Promise<Application | undefined> {
  if (!isUuid(id)) return undefined
  return toApplication((await run<ApplicationRow>(tx, LOCK_APPLICATION, [tenantId, id]))[0])
}

export async function lockServicePrincipal(
  tx: Tx,
  tenantId: string,
  id: string,
): Promise<ServicePrincipal | undefined> {
  if (!isUuid(id)) return undefined
  return toServicePrincipal((await run<ServicePrincipalRow>(tx, LOCK_PRINCIPAL, [tenantId, id]))[0])
}

/** Reads a service principal and lets nobody delete it until the transaction ends. */
export async function holdServicePrincipal(
  tx: Tx,
  tenantId: string,
  id: string,
): Promise<ServicePrincipal | undefined> {
  if (!isUuid(id)) return undefined
  return toServicePrincipal((await run<ServicePrincipalRow>(tx, HOLD_PRINCIPAL, [tenantId, id]))[0])
}

export async function insertApplication(tx: Tx, application: Application): Promise<void> {
  const { tenantId, id, appId, displayName, redirectUris, isAdminClient, isFirstParty, createdAt } = application
  await execute(tx, INSERT_APPLICATION, [
    tenantId,
    id,
    appId,
    displayName,
    redirectUris,
    isAdminClient,
    isFirstParty,
    createdAt,
    toKey(displayName),
  ])
}

export async function insertServicePrincipal(tx: Tx, principal: ServicePrincipal): Promise<void> {
  const {
    tenantId,
    id,
    appId,
    applicationId,
    displayName,
    accountEnabled,
    appRoleAssignmentRequired,
    templateId,
    createdAt,
  } = principal
  await execute(tx, INSERT_PRINCIPAL, [
    tenantId,
    id,
    appId,
    applicationId,
    displayName,
    accountEnabled,
    appRoleAssignmentRequired,
    templateId ?? null,
    createdAt,
    toKey(displayName),
  ])
}

const RENAME_APPLICATION = hot(
  'update directory.applications set display_name = $3, display_name_key = $4 where tenant_id = $1 and id = $2',
)
const RENAME_PRINCIPALS = hot(
  'update directory.service_principals set display_name = $3, display_name_key = $4 where tenant_id = $1 and application_id = $2',
)

/** An app has one name, on its application and on its service principal. */
export async function renameRows(tx: Tx, tenantId: string, applicationId: string, displayName: string): Promise<void> {
  const names = [tenantId, applicationId, displayName, toKey(displayName)]
  await execute(tx, RENAME_APPLICATION, names)
  await execute(tx, RENAME_PRINCIPALS, names)
}

const PRINCIPALS_OF = hot(
  `select ${PRINCIPAL} from directory.service_principals where tenant_id = $1 and application_id = $2 order by id for update`,
)

export async function lockServicePrincipalsOf(tx: Tx, { tenantId, id }: Application): Promise<ServicePrincipal[]> {
  return (await run<ServicePrincipalRow>(tx, PRINCIPALS_OF, [tenantId, id])).flatMap(
    (row) => toServicePrincipal(row) ?? [],
  )
}

const DELETE_APPLICATION = hot('delete from directory.applications where tenant_id = $1 and id = $2')
const DELETE_PRINCIPAL = hot('delete from directory.service_principals where tenant_id = $1 and id = $2')

/** Takes the row away, and with it the service principal, assignments, secrets, jobs and all that hangs on them. */
export async function deleteApplicationRow(tx: Tx, { tenantId, id }: Application): Promise<void> {
  await execute(tx, DELETE_APPLICATION, [tenantId, id])
}

export async function deleteServicePrincipalRow(tx: Tx, { tenantId, id }: ServicePrincipal): Promise<void> {
  await execute(tx, DELETE_PRINCIPAL, [tenantId, id])
}

const SET_REDIRECT_URIS = hot('update directory.applications set redirect_uris = $3 where tenant_id = $1 and id = $2')

export async function setRedirectUris(
  tx: Tx,
  { tenantId, id }: Application,
  redirectUris: readonly string[],
): Promise<void> {
  await execute(tx, SET_REDIRECT_URIS, [tenantId, id, redirectUris])
}

const FIELDS: Readonly<Record<string, Field>> = {
  id: { sql: sql`id`, kind: 'id' },
  appId: { sql: sql`app_id`, kind: 'id' },
  displayName: { sql: sql`display_name_key`, kind: 'key' },
  createdDateTime: { sql: sql`created_at`, kind: 'seconds' },
}
const ORDERS: RowList['orders'] = {
  displayName: { sql: sql`display_name_key`, type: 'text' },
  createdDateTime: { sql: sql`created_at`, type: 'time' },
}
export const APPLICATION_ORDERS = Object.keys(ORDERS)

const APPLICATIONS: RowList = {
  columns: sql.raw(APPLICATION),
  from: sql.table('directory.applications'),
  id: sql`id`,
  resource: 'Application',
  fields: FIELDS,
  searched: ['displayName'],
  orders: ORDERS,
}
const PRINCIPALS: RowList = {
  columns: sql.raw(PRINCIPAL),
  from: sql.table('directory.service_principals'),
  id: sql`id`,
  resource: 'ServicePrincipal',
  fields: {
    ...FIELDS,
    accountEnabled: { sql: sql`account_enabled`, kind: 'boolean' },
    appRoleAssignmentRequired: { sql: sql`app_role_assignment_required`, kind: 'boolean' },
    applicationTemplateId: { sql: sql`template_id`, kind: 'id' },
    servicePrincipalType: { sql: sql`'application'::text`, kind: 'key' },
  },
  searched: ['displayName'],
  orders: ORDERS,
}

const ofTenant = (tenantId: string) => sql`tenant_id = ${tenantId}`

/** Applications in the order in which they were made, or as asked, a page at a time. */
export async function listApplications(
  on: Kysely<unknown>,
  tenantId: string,
  query: ObjectQuery,
): Promise<Page<Application>> {
  const page = await listRows<ApplicationRow>(on, ofTenant(tenantId), query, APPLICATIONS)
  return { ...page, items: page.items.flatMap((row) => toApplication(row) ?? []) }
}

/** Service principals in the order in which they were made, or as asked, a page at a time. */
export async function listServicePrincipals(
  on: Kysely<unknown>,
  tenantId: string,
  query: ObjectQuery,
): Promise<Page<ServicePrincipal>> {
  const page = await listRows<ServicePrincipalRow>(on, ofTenant(tenantId), query, PRINCIPALS)
  return { ...page, items: page.items.flatMap((row) => toServicePrincipal(row) ?? []) }
}

type Condition = Pick<ObjectQuery, 'where' | 'search'>

export function countApplications(on: Kysely<unknown>, tenantId: string, query: Condition): Promise<number> {
  return countRows(on, ofTenant(tenantId), query, APPLICATIONS)
}

export function countServicePrincipals(on: Kysely<unknown>, tenantId: string, query: Condition): Promise<number> {
  return countRows(on, ofTenant(tenantId), query, PRINCIPALS)
}

function toApplication(row: ApplicationRow | undefined): Application | undefined {
  return (
    row && {
      tenantId: row.tenant_id,
      id: row.id,
      appId: row.app_id,
      displayName: row.display_name,
      redirectUris: row.redirect_uris,
      isAdminClient: row.is_admin_client,
      isFirstParty: row.is_first_party,
      createdAt: row.created_at,
    }
  )
}

function toServicePrincipal(row: ServicePrincipalRow | undefined): ServicePrincipal | undefined {
  return (
    row && {
      tenantId: row.tenant_id,
      id: row.id,
      appId: row.app_id,
      applicationId: row.application_id,
      displayName: row.display_name,
      accountEnabled: row.account_enabled,
      appRoleAssignmentRequired: row.app_role_assignment_required,
      templateId: row.template_id ?? undefined,
      createdAt: row.created_at,
    }
  )
}
