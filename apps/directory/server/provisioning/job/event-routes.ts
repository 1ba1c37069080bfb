import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { jobParams } from '../../../contract/synchronization.ts'
import { noSuchResource } from '../../directory/no-such.ts'
import { authenticator } from '../../graph/authenticate.ts'
import { requireRight } from '../../graph/caller.ts'
import { findJobOf, SYNCHRONIZATION, TAGS } from '../administer.ts'
import type { ProvisioningRouteDeps } from '../deps.ts'
import { openEventStream } from './event-stream.ts'
import { lookAtJob } from './show.ts'
import { watchJobs } from './watch-jobs.ts'

/**
 * `…/jobs/{id}/events`: the job as it is, and again whenever it differs, for a page that shows a running cycle. Ours:
 * Graph has no such thing. What is made here is one for all prefixes it is mounted under.
 */
export function jobEventRoutes(deps: ProvisioningRouteDeps): FastifyPluginAsyncZod {
  const { database } = deps
  const authenticate = authenticator(deps)
  const watch = watchJobs((key, before) => lookAtJob(deps, key, before), deps.jobEvents)
  return async (app) => {
    app.addHook('preClose', () => watch.stop())
    app.get(
      `${SYNCHRONIZATION}/jobs/:jobId/events`,
      {
        // It would have no end.
        exposeHeadRoute: false,
        schema: { tags: TAGS, summary: 'Watch a provisioning job: server-sent events', params: jobParams },
      },
      async (request, reply) => {
        requireRight(request.caller, 'applications.read')
        let isGone = false
        let leave = () => {}
        const giveBack = watch.enter()
        reply.raw.once('close', () => {
          isGone = true
          giveBack()
          leave()
        })
        const { tenantId, jobId } = await findJobOf(database, request.caller, request.params)
        const seen = await lookAtJob(deps, { tenantId, jobId })
        if (!seen) throw noSuchResource(jobId)
        if (isGone) return reply.hijack()
        leave = watch.follow({
          key: { tenantId, jobId },
          stream: openEventStream(reply),
          credential: request.headers.authorization ?? request.headers.cookie ?? '',
          confirm: async () => requireRight(await authenticate(request), 'applications.read'),
          seen,
          onFault: (error) => request.log.error({ err: error }, 'A provisioning job could not be watched any longer'),
        })
        return reply
      },
    )
  }
}
