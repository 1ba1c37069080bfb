import { randomUUID } from 'node:crypto'
import { TransportError } from '@muster/scim'
import { execute, run, type Tx } from '@muster/service-kit/database.ts'
import { newCredential } from '@muster/service-kit/ids.ts'
import { openSecretBox } from '@muster/service-kit/secrets.ts'
import { createServer } from '@muster/service-kit/serve.ts'
import type { FastifyInstance } from 'fastify'
import { freshDatabase } from '../../../../../test/database.ts'
import { DEFAULT_ACCESS, NON_GALLERY_TEMPLATE } from '../../../contract/application.ts'
import type { ProvisioningLogView } from '../../../contract/provisioning-log.ts'
import type { JobView } from '../../../contract/synchronization.ts'
import type { UserChange, UserNew } from '../../../contract/user.ts'
import { assign, unassign } from '../../applications/assignments.ts'
import { deleteApplication, deleteServicePrincipal, instantiate } from '../../applications/change-application.ts'
import { changeGroup, createGroup, deleteGroup } from '../../directory/groups/change-group.ts'
import { addMembers, removeMember } from '../../directory/groups/members.ts'
import { changeUser, createUser } from '../../directory/users/change-user.ts'
import { deleteUser, purgeUser, restoreUser } from '../../directory/users/delete-user.ts'
import { setManager } from '../../directory/users/manager.ts'
import type { Act } from '../../graph/act.ts'
import { graph } from '../../graph/plugin.ts'
import { provisioningLogRoutes } from '../../provisioning-logs/routes.ts'
import { sessionCookieName } from '../../sign-in/session-cookie.ts'
import { runDueCycle } from '../cycle/run-cycle.ts'
import type { ProvisioningDeps, ProvisioningRouteDeps } from '../deps.ts'
import { QUARANTINE_THRESHOLDS, type QuarantineThresholds } from '../quarantine.ts'
import { synchronizationRoutes } from '../routes.ts'
import { BASE, BEARER, openTestTarget } from './test-target.ts'

/** What Graph answered. */
export interface GraphAnswer<T> {
  readonly status: number
  readonly body: T
}

let shared: ReturnType<typeof freshDatabase> | undefined

/** A tenant with one app and one job, a target system, and a clock that only the test moves. */
export async function openWorld({ jobEvents = {} }: Pick<ProvisioningRouteDeps, 'jobEvents'> = {}) {
  // One database for a test file; each world is a tenant of its own in it.
  shared ??= freshDatabase()
  const { database, pool } = await shared
  let time = Date.parse('2026-02-03T08:00:00.000Z')
  // Each look is a millisecond later, so that what happens has an order.
  const clock = { now: () => new Date(time++) }
  const target = openTestTarget()
  const secrets = openSecretBox('k'.repeat(40))
  const waited: number[] = []
  const deps = {
    database,
    clock,
    secrets,
    publicUrl: 'https://directory.example.com',
    transport: target.transport,
    wait: async (ms: number, signal: AbortSignal) => {
      signal.throwIfAborted()
      waited.push(ms)
      time += ms
    },
    wake: () => {},
    quarantineThresholds: QUARANTINE_THRESHOLDS,
    jobEvents,
  }
  const app: FastifyInstance = await createServer({
    title: 'Directory',
    version: '0',
    sessionCookie: 'muster_directory_session',
    publicUrl: deps.publicUrl,
    isReady: async () => true,
  })
  await app.register(graph(deps, [synchronizationRoutes(deps), provisioningLogRoutes(deps)]), { prefix: '/v1.0' })

  const tenant = async () => {
    const tenantId = randomUUID()
    const applicationId = randomUUID()
    const bearer = newCredential('mgt', tenantId)
    const now = clock.now()
    await execute(database, `insert into directory.tenants (tenant_id, name, created_at) values ($1, 'Test', $2)`, [
      tenantId,
      now,
    ])
    await execute(
      database,
      `insert into directory.applications (tenant_id, id, app_id, display_name, is_admin_client, created_at) values ($1, $2, $2, 'Admin', true, $3)`,
      [tenantId, applicationId, now],
    )
    await execute(
      database,
      `insert into directory.access_tokens (tenant_id, hash, application_id, expires_at) values ($1, $2, $3, '2099-01-01')`,
      [tenantId, bearer.hash, applicationId],
    )
    return { tenantId, applicationId, bearer: bearer.value }
  }

  const { tenantId, applicationId, bearer } = await tenant()
  const act = (): Act => ({
    tenantId,
    caller: { kind: 'application', tenantId, applicationId, displayName: 'Test' },
    now: clock.now(),
  })
  const does = <T>(body: (tx: Tx, act: Act) => Promise<T>): Promise<T> => database.transaction((tx) => body(tx, act()))

  const call = async <T = Record<string, unknown>>(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: object,
    as: string = bearer,
  ): Promise<GraphAnswer<T>> => {
    const response = await app.inject({
      method,
      url: `/v1.0${path}`,
      headers: {
        ...(as.startsWith('mds_')
          ? { cookie: `${sessionCookieName(deps.publicUrl)}=${as}` }
          : { authorization: `Bearer ${as}` }),
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { payload: JSON.stringify(body) } : {}),
    })
    return { status: response.statusCode, body: (response.body === '' ? undefined : response.json()) as T }
  }

  const { application, servicePrincipal } = await does((tx, act) =>
    instantiate(tx, act, 'Portal', NON_GALLERY_TEMPLATE),
  )
  const root = `/servicePrincipals/${servicePrincipal.id}/synchronization`
  const secretPairs = (given: Record<string, string>) => ({
    value: Object.entries(given).map(([key, value]) => ({ key, value })),
  })
  await call('PUT', `${root}/secrets`, secretPairs({ BaseAddress: BASE, SecretToken: BEARER }))
  const made = await call<JobView>('POST', `${root}/jobs`, { templateId: 'scim' })
  const jobId = made.body.id
  const jobPath = `${root}/jobs/${jobId}`

  let people = 0
  const world = {
    database,
    pool,
    clock,
    target,
    /** What the engine waited because the target asked for it, in milliseconds. */
    waited,
    deps: deps as ProvisioningDeps,
    app,
    call,
    tenant,
    tenantId,
    servicePrincipalId: servicePrincipal.id,
    root,
    jobId,
    jobPath,
    key: { tenantId, jobId },
    /** Lets time pass. */
    pass: (ms: number) => {
      time += ms
    },
    /** Small numbers instead of Entra's thousands. */
    limitFailures: (thresholds: QuarantineThresholds) => {
      deps.quarantineThresholds = thresholds
    },
    setSecrets: (given: Record<string, string>) => call('PUT', `${root}/secrets`, secretPairs(given)),
    start: () => call('POST', `${jobPath}/start`),
    runNow: () => call('POST', `${jobPath}/runNow`),
    job: async () => (await call<JobView>('GET', jobPath)).body,
    /** Runs the cycle that is due, or asks for one first. */
    cycle: async (
      options: { readonly asked?: boolean; readonly holder?: string; readonly signal?: AbortSignal } = {},
    ) => {
      if (options.asked !== false) await call('POST', `${jobPath}/runNow`)
      return runDueCycle(
        deps,
        { tenantId, jobId },
        { holder: options.holder ?? 'test', ...(options.signal ? { signal: options.signal } : {}) },
      )
    },
    /** Log rows of the last cycle, oldest first. */
    log: async (filter?: string): Promise<ProvisioningLogView[]> => {
      const wanted = filter ?? `cycleId eq '${(await world.job()).status.lastExecution?.activityIdentifier}'`
      const { body } = await call<{ value: ProvisioningLogView[] }>(
        'GET',
        `/auditLogs/provisioning?$top=999&$filter=${encodeURIComponent(wanted)}`,
      )
      return body.value.reverse()
    },
    user: (given: Partial<UserNew> = {}) => {
      people += 1
      const name = `person${people}`
      const wanted = {
        accountEnabled: true,
        displayName: `Person ${people}`,
        mailNickname: name,
        userPrincipalName: `${name}@example.com`,
        passwordProfile: { password: 'not a real one' },
        ...given,
      }
      return does((tx, act) => createUser(tx, act, wanted, 'no hash'))
    },
    /** Signs someone in who holds a directory role; answers the cookie's value, which `call` takes. */
    signIn: async (roleTemplateId: string | undefined): Promise<string> => {
      const { id } = await world.user()
      const cookie = newCredential('mds', tenantId)
      await execute(
        database,
        `insert into directory.sessions (tenant_id, id, user_id, hash, created_at, expires_at, seen_at) values ($1, $2, $3, $4, $5, '2099-01-01', $5)`,
        [tenantId, randomUUID(), id, cookie.hash, clock.now()],
      )
      if (roleTemplateId !== undefined)
        await execute(
          database,
          'insert into directory.directory_role_members (tenant_id, role_template_id, user_id, assigned_at) values ($1, $2, $3, $4)',
          [tenantId, roleTemplateId, id, clock.now()],
        )
      return cookie.value
    },
    changeUser: (id: string, change: UserChange) => does((tx, act) => changeUser(tx, act, id, change, undefined)),
    deleteUser: (id: string) => does((tx, act) => deleteUser(tx, act, id)),
    restoreUser: (id: string) => does((tx, act) => restoreUser(tx, act, id)),
    purgeUser: (id: string) => does((tx, act) => purgeUser(tx, act, id)),
    setManager: (id: string, managerId: string | undefined) => does((tx, act) => setManager(tx, act, id, managerId)),
    deleteServicePrincipal: () => does((tx, act) => deleteServicePrincipal(tx, act, servicePrincipal.id)),
    deleteApplication: () => does((tx, act) => deleteApplication(tx, act, application.id)),
    group: (displayName: string, members: readonly string[] = []) =>
      does(async (tx, act) => {
        const nick = displayName.toLowerCase().replaceAll(' ', '-')
        const group = await createGroup(tx, act, {
          displayName,
          mailNickname: nick,
          mailEnabled: false,
          securityEnabled: true,
        })
        if (members.length > 0) await addMembers(tx, act, group.id, members)
        return group
      }),
    renameGroup: (id: string, displayName: string) => does((tx, act) => changeGroup(tx, act, id, { displayName })),
    deleteGroup: (id: string) => does((tx, act) => deleteGroup(tx, act, id)),
    addMember: (groupId: string, memberId: string) => does((tx, act) => addMembers(tx, act, groupId, [memberId])),
    removeMember: (groupId: string, memberId: string) => does((tx, act) => removeMember(tx, act, groupId, memberId)),
    assign: (principalId: string) =>
      does((tx, act) =>
        assign(tx, act, servicePrincipal.id, {
          principalId,
          resourceId: servicePrincipal.id,
          appRoleId: DEFAULT_ACCESS,
        }),
      ),
    unassign: async (principalId: string) => {
      const [row] = await run<{ id: string }>(
        database,
        'select id from directory.app_role_assignments where principal_id = $1',
        [principalId],
      )
      await does((tx, act) => unassign(tx, act, servicePrincipal.id, row?.id ?? ''))
    },
    /** Rows of a statement whose `$1` is the tenant. */
    rows: <T>(text: string) => run<T>(database, text, [tenantId]),
  }
  return world
}

export type World = Awaited<ReturnType<typeof openWorld>>

/** The wire breaks after the request arrived: whether the target acted on it is not known at our side. */
export const brokenWire = () => new TransportError('cut', 'socket hang up')
