import { type Executor, execute, hot, run, type Tx } from '@muster/service-kit/database.ts'
import { isUuid } from '@muster/service-kit/ids.ts'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import { type Field, toCondition } from '../graph/conditions.ts'
import { type ObjectQuery, type Page, readAfter, toPage } from '../graph/odata.ts'
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
  `insert into directory.applications (${APPLICATION}) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
)
const INSERT_PRINCIPAL = hot(
  `insert into directory.service_principals (${PRINCIPAL}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
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
  ])
}

const RENAME_APPLICATION = hot('update directory.applications set display_name = $3 where tenant_id = $1 and id = $2')
const RENAME_PRINCIPALS = hot(
  'update directory.service_principals set display_name = $3 where tenant_id = $1 and application_id = $2',
)

/** An app has one name, on its application and on its service principal. */
export async function renameRows(tx: Tx, tenantId: string, applicationId: string, displayName: string): Promise<void> {
  await execute(tx, RENAME_APPLICATION, [tenantId, applicationId, displayName])
  await execute(tx, RENAME_PRINCIPALS, [tenantId, applicationId, displayName])
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

const NAME = sql`display_name collate "C"`
const FIELDS: Readonly<Record<string, Field>> = {
  id: { sql: sql`id`, kind: 'id' },
  appId: { sql: sql`app_id`, kind: 'id' },
  displayName: { sql: NAME, kind: 'text' },
  createdDateTime: { sql: sql`created_at`, kind: 'time' },
}
const APPLICATIONS = { resource: 'Application', fields: FIELDS, searched: [] }
const PRINCIPALS = {
  resource: 'ServicePrincipal',
  fields: {
    ...FIELDS,
    accountEnabled: { sql: sql`account_enabled`, kind: 'boolean' },
    applicationTemplateId: { sql: sql`template_id`, kind: 'id' },
    servicePrincipalType: { sql: sql`'Application'::text`, kind: 'text' },
  } satisfies Record<string, Field>,
  searched: [],
}

/** Applications in the order in which they were made, or by name, a page at a time. */
export async function listApplications(
  on: Kysely<unknown>,
  tenantId: string,
  query: ObjectQuery,
): Promise<Page<Application>> {
  const condition = sql`tenant_id = ${tenantId} and ${toCondition(query, APPLICATIONS)}`
  const page = await readPage<ApplicationRow>(
    on,
    sql`${sql.raw(APPLICATION)} from directory.applications`,
    condition,
    query,
  )
  return { ...page, items: page.items.flatMap((row) => toApplication(row) ?? []) }
}

/** Service principals in the order in which they were made, or by name, a page at a time. */
export async function listServicePrincipals(
  on: Kysely<unknown>,
  tenantId: string,
  query: ObjectQuery,
): Promise<Page<ServicePrincipal>> {
  const condition = sql`tenant_id = ${tenantId} and ${toCondition(query, PRINCIPALS)}`
  const page = await readPage<ServicePrincipalRow>(
    on,
    sql`${sql.raw(PRINCIPAL)} from directory.service_principals`,
    condition,
    query,
  )
  return { ...page, items: page.items.flatMap((row) => toServicePrincipal(row) ?? []) }
}

/** A tenant has few apps: names are compared as they stand, and sorted when they are read. */
async function readPage<Row extends { readonly id: string; readonly display_name: string }>(
  on: Kysely<unknown>,
  columns: RawBuilder<unknown>,
  condition: RawBuilder<unknown>,
  { after, order, top, count }: ObjectQuery,
): Promise<Page<Row>> {
  const [name, id] = readAfter(after)
  const direction = order === 'desc' ? sql`desc` : sql`asc`
  const beyond = order === 'desc' ? sql`<` : sql`>`
  const cursor = order ? sql`(${NAME}, id) ${beyond} (${name}, ${id}::uuid)` : sql`id > ${id}::uuid`
  const sort = order ? sql`${NAME} ${direction}, id ${direction}` : sql`id`
  const { rows } = await sql<Row>`select ${columns} where ${condition} and ${id === undefined ? sql`true` : cursor}
    order by ${sort} limit ${top + 1}`.execute(on)
  const page = toPage(rows, top, (row) => [row.display_name, row.id])
  if (!count) return page
  const counted = await sql<{
    total: string
  }>`select count(*) as total from (select ${columns} where ${condition}) as fitting`.execute(on)
  return { ...page, total: Number(counted.rows[0]?.total ?? 0) }
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
