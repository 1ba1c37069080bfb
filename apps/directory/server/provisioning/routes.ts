import type { Tx } from '@muster/service-kit/database.ts'
import { readDuration } from '@muster/service-kit/duration.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import {
  type JobView,
  jobChange,
  jobList,
  jobNew,
  jobParams,
  jobView,
  noContent,
  restartBody,
  servicePrincipalParams,
} from '../../contract/synchronization.ts'
import { requireRight } from '../graph/caller.ts'
import { graphRoot } from '../graph/odata.ts'
import { administer, findJobOf, findPrincipalOf, SYNCHRONIZATION, TAGS } from './administer.ts'
import { auditQuarantine } from './audit-quarantine.ts'
import { credentialsRoutes } from './credentials-routes.ts'
import { cycleOverview } from './cycle/repository.ts'
import type { ProvisioningRouteDeps } from './deps.ts'
import { changeInterval, pauseJob, restartJob, runJobNow, startJob } from './job/control.ts'
import { jobEventRoutes } from './job/event-routes.ts'
import { DEFAULT_INTERVAL, type Job, newJobId, SHORTEST_INTERVAL, TEMPLATE_ID } from './job/job.ts'
import { deleteJob, insertJob, jobsOf } from './job/repository.ts'
import { readResetScope } from './job/reset-scope.ts'
import { readSecrets } from './job/secrets.ts'
import { showJob } from './job/show.ts'
import type { Quarantine } from './quarantine.ts'
import { defaultSchema } from './schema/default-schema.ts'
import { readSchema } from './schema/repository.ts'
import type { ServicePrincipal } from './source.ts'

/** `/servicePrincipals/{id}/synchronization`: jobs and what they need (Graph's synchronization API). */
export function synchronizationRoutes(deps: ProvisioningRouteDeps): FastifyPluginAsyncZod {
  // Made once for all prefixes.
  const events = jobEventRoutes(deps)
  return async (app) => {
    const { database, secrets: box, publicUrl, clock } = deps
    const contextOf = (url: string, of: string) => `${graphRoot(publicUrl, url)}/$metadata#${of}`

    type JobRequest = FastifyRequest & { readonly params: { readonly id: string; readonly jobId: string } }

    /** A write to one job. The worker looks for due jobs afterwards. */
    const change = async (
      request: JobRequest,
      activity: string,
      body: (tx: Tx, job: Job, servicePrincipal: ServicePrincipal) => Promise<unknown>,
    ): Promise<void> => {
      await administer(deps, request, request.params.id, { activity }, async (tx, servicePrincipal) =>
        body(tx, await findJobOf(tx, request.caller, request.params), servicePrincipal),
      )
      deps.wake()
    }

    /** The same, for what may end a quarantine. */
    const release = (
      request: JobRequest,
      activity: string,
      body: (tx: Tx, job: Job) => Promise<Quarantine | undefined>,
    ): Promise<void> =>
      change(request, activity, async (tx, job, servicePrincipal) => {
        const before = await body(tx, job)
        const told = { now: clock.now(), initiatedBy: request.caller, servicePrincipal, requestId: request.id }
        await auditQuarantine(tx, job, { before, after: undefined, ...told })
      })

    await app.register(credentialsRoutes(deps))
    await app.register(events)

    app.get(
      `${SYNCHRONIZATION}/templates`,
      { schema: { tags: TAGS, summary: 'List the templates of provisioning jobs', params: servicePrincipalParams } },
      async (request) => {
        requireRight(request.caller, 'applications.read')
        const { appId } = await findPrincipalOf(database, request.caller, request.params.id)
        const template = {
          id: TEMPLATE_ID,
          applicationId: appId,
          default: true,
          factoryTag: TEMPLATE_ID,
          schema: defaultSchema(TEMPLATE_ID),
        }
        return { '@odata.context': contextOf(request.url, 'synchronizationTemplates'), value: [template] }
      },
    )

    app.post(
      `${SYNCHRONIZATION}/jobs`,
      {
        schema: {
          tags: TAGS,
          summary: 'Create a provisioning job',
          params: servicePrincipalParams,
          body: jobNew,
          response: { 201: jobView },
        },
      },
      async (request, reply) => {
        const { templateId } = request.body
        if (templateId !== TEMPLATE_ID)
          throw new Refusal(
            'invalid',
            `There is no template "${templateId.slice(0, 60)}": a non-gallery app has "${TEMPLATE_ID}".`,
          )
        const { tenantId } = request.caller
        const told = { activity: 'Add provisioning configuration' }
        const job = await administer(deps, request, request.params.id, told, (tx, { id: servicePrincipalId }) =>
          insertJob(tx, clock.now(), {
            tenantId,
            jobId: newJobId(tenantId),
            servicePrincipalId,
            templateId,
            intervalSeconds: deps.cycleIntervalSeconds ?? DEFAULT_INTERVAL,
          }),
        )
        return reply.code(201).send(await showJob(deps, job))
      },
    )

    app.get(
      `${SYNCHRONIZATION}/jobs`,
      {
        schema: {
          tags: TAGS,
          summary: 'List the provisioning jobs of an app',
          params: servicePrincipalParams,
          response: { 200: jobList },
        },
      },
      async (request) => {
        requireRight(request.caller, 'applications.read')
        const { id } = await findPrincipalOf(database, request.caller, request.params.id)
        const value: JobView[] = []
        for (const job of await jobsOf(database, request.caller.tenantId, id)) value.push(await showJob(deps, job))
        return { '@odata.context': contextOf(request.url, 'synchronizationJobs'), value }
      },
    )

    app.get(
      `${SYNCHRONIZATION}/jobs/:jobId`,
      {
        schema: {
          tags: TAGS,
          summary: 'Read a provisioning job with its status',
          params: jobParams,
          response: { 200: jobView },
        },
      },
      async (request) => {
        requireRight(request.caller, 'applications.read')
        return showJob(deps, await findJobOf(database, request.caller, request.params))
      },
    )

    app.delete(
      `${SYNCHRONIZATION}/jobs/:jobId`,
      {
        schema: {
          tags: TAGS,
          summary: 'Delete a provisioning job and all that it remembers',
          params: jobParams,
          response: { 204: noContent },
        },
      },
      async (request, reply) => {
        await change(request, 'Remove provisioning configuration', deleteJob)
        return reply.code(204).send(null)
      },
    )

    app.patch(
      `${SYNCHRONIZATION}/jobs/:jobId`,
      {
        schema: {
          tags: TAGS,
          summary: 'Change the interval between cycles',
          params: jobParams,
          body: jobChange,
          response: { 204: noContent },
        },
      },
      async (request, reply) => {
        const { interval } = request.body.schedule
        const seconds = readDuration(interval)
        if (seconds === undefined || seconds < SHORTEST_INTERVAL)
          throw new Refusal(
            'invalid',
            `schedule.interval is an ISO 8601 duration of at least PT${SHORTEST_INTERVAL}S, not "${interval.slice(0, 40)}".`,
          )
        await change(request, 'Update provisioning setting or credentials', async (tx, job) => {
          const { running, last } = await cycleOverview(tx, job)
          await changeInterval(tx, job, seconds, (running ?? last)?.beganAt, clock.now())
        })
        return reply.code(204).send(null)
      },
    )

    app.post(
      `${SYNCHRONIZATION}/jobs/:jobId/start`,
      {
        schema: {
          tags: TAGS,
          summary: 'Start provisioning: a cycle begins within seconds',
          params: jobParams,
          response: { 204: noContent },
        },
      },
      async (request, reply) => {
        await release(request, 'Enable/start provisioning configuration', async (tx, job) => {
          const { BaseAddress, SecretToken } = await readSecrets(tx, box, job.tenantId, job.servicePrincipalId)
          if (!BaseAddress || !SecretToken)
            throw new Refusal('invalid', 'Set the Tenant URL and the secret token before provisioning is started.')
          return startJob(tx, job, clock.now())
        })
        return reply.code(204).send(null)
      },
    )

    app.post(
      `${SYNCHRONIZATION}/jobs/:jobId/pause`,
      {
        schema: {
          tags: TAGS,
          summary: 'Stop provisioning: a running cycle ends, then no request leaves',
          params: jobParams,
          response: { 204: noContent },
        },
      },
      async (request, reply) => {
        await change(request, 'Disable/pause provisioning configuration', pauseJob)
        return reply.code(204).send(null)
      },
    )

    app.post(
      `${SYNCHRONIZATION}/jobs/:jobId/runNow`,
      {
        schema: {
          tags: TAGS,
          summary: 'Run one cycle more, now or right after the running one',
          params: jobParams,
          response: { 204: noContent },
        },
      },
      async (request, reply) => {
        await change(request, 'Run provisioning cycle', (tx, job) => runJobNow(tx, job, clock.now()))
        return reply.code(204).send(null)
      },
    )

    app.post(
      `${SYNCHRONIZATION}/jobs/:jobId/restart`,
      {
        schema: {
          tags: TAGS,
          summary: 'Look at everything again: forget the watermark, the escrows, the quarantine, the links',
          params: jobParams,
          body: restartBody,
          response: { 204: noContent },
        },
      },
      async (request, reply) => {
        const what = readResetScope(request.body?.criteria?.resetScope)
        await release(request, 'Enable/restart provisioning configuration', (tx, job) =>
          restartJob(tx, job, clock.now(), what),
        )
        return reply.code(204).send(null)
      },
    )

    app.get(
      `${SYNCHRONIZATION}/jobs/:jobId/schema`,
      { schema: { tags: TAGS, summary: 'Read the attribute mappings of a job', params: jobParams } },
      async (request) => {
        requireRight(request.caller, 'applications.read')
        const document = await readSchema(database, await findJobOf(database, request.caller, request.params))
        return { '@odata.context': contextOf(request.url, 'synchronizationSchema/$entity'), ...document }
      },
    )
  }
}
