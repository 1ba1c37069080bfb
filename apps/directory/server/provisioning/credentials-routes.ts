import { Refusal } from '@muster/service-kit/refusals.ts'
import type { FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { z } from 'zod'
import {
  credentialsBody,
  jobParams,
  noContent,
  secretsBody,
  servicePrincipalParams,
} from '../../contract/synchronization.ts'
import { requireRight } from '../graph/caller.ts'
import { graphRoot } from '../graph/odata.ts'
import { administer, findJobOf, findPrincipalOf, SYNCHRONIZATION, TAGS } from './administer.ts'
import type { ProvisioningRouteDeps } from './deps.ts'
import { changeSecrets, maskSecrets } from './job/change-secrets.ts'
import { type Job, TEMPLATE_ID } from './job/job.ts'
import { MASK, readGivenSecrets, readSecrets, type Secrets } from './job/secrets.ts'
import { defaultSchema } from './schema/default-schema.ts'
import { readSchema } from './schema/repository.ts'
import { compileMapping } from './steps/mapping.ts'
import { testConnection } from './target/test-connection.ts'

/** Credentials and settings of provisioning, and Test Connection (Graph's synchronization API). */
export const credentialsRoutes =
  (deps: ProvisioningRouteDeps): FastifyPluginAsyncZod =>
  async (app) => {
    const { database, secrets: box, publicUrl } = deps

    app.get(
      `${SYNCHRONIZATION}/secrets`,
      {
        schema: {
          tags: TAGS,
          summary: 'Read the credentials and settings of provisioning, the token masked',
          params: servicePrincipalParams,
        },
      },
      async (request) => {
        requireRight(request.caller, 'provisioning.write')
        const { id } = await findPrincipalOf(database, request.caller, request.params.id)
        const value = maskSecrets(await readSecrets(database, box, request.caller.tenantId, id))
        return {
          '@odata.context': `${graphRoot(publicUrl, request.url)}/$metadata#Collection(synchronizationSecretKeyStringValuePair)`,
          value,
        }
      },
    )

    app.put(
      `${SYNCHRONIZATION}/secrets`,
      {
        schema: {
          tags: TAGS,
          summary: 'Set credentials and settings of provisioning; keys that are not named stay',
          params: servicePrincipalParams,
          body: secretsBody,
          response: { 204: noContent },
        },
      },
      async (request, reply) => {
        const given = readGivenSecrets(request.body.value)
        const told = { activity: 'Update provisioning setting or credentials', details: { keys: Object.keys(given) } }
        await administer(deps, request, request.params.id, told, (tx, { id }) =>
          changeSecrets(tx, box, { tenantId: request.caller.tenantId, servicePrincipalId: id }, given),
        )
        return reply.code(204).send(null)
      },
    )

    const credentials = {
      tags: TAGS,
      summary: 'Test Connection: whether provisioning could work with these credentials',
      body: credentialsBody,
      response: { 204: noContent },
    }

    app.post(
      `${SYNCHRONIZATION}/jobs/validateCredentials`,
      { schema: { ...credentials, params: servicePrincipalParams } },
      async (request, reply) => {
        await validate(request, request.params.id, undefined, request.body)
        return reply.code(204).send(null)
      },
    )

    app.post(
      `${SYNCHRONIZATION}/jobs/:jobId/validateCredentials`,
      { schema: { ...credentials, params: jobParams } },
      async (request, reply) => {
        requireRight(request.caller, 'provisioning.write')
        const job = await findJobOf(database, request.caller, request.params)
        await validate(request, request.params.id, job, request.body)
        return reply.code(204).send(null)
      },
    )

    /** @throws {Refusal} with the verdict's word, when provisioning could not work. */
    async function validate(
      request: FastifyRequest,
      servicePrincipalId: string,
      job: Job | undefined,
      body: z.infer<typeof credentialsBody>,
    ): Promise<void> {
      requireRight(request.caller, 'provisioning.write')
      const { id } = await findPrincipalOf(database, request.caller, servicePrincipalId)
      const saved = await readSecrets(database, box, request.caller.tenantId, id)
      const { BaseAddress: baseUrl, SecretToken: bearer } = choose(saved, body)
      const schema = job ? await readSchema(database, job) : defaultSchema(TEMPLATE_ID)
      const matching = (type: 'User' | 'Group', otherwise: string) =>
        compileMapping(schema, type)?.matching[0]?.path.text ?? otherwise
      const fault = await testConnection(
        { ...(baseUrl === undefined ? {} : { baseUrl }), ...(bearer === undefined ? {} : { bearer }) },
        deps.transport,
        { User: matching('User', 'userName'), Group: matching('Group', 'displayName') },
      )
      if (!fault) return
      const inner = fault.innerCode ? { innerError: { code: fault.innerCode } } : {}
      throw new Refusal('invalid', fault.message, { code: fault.code, ...inner })
    }
  }

/** What is tested: the stored credentials when asked for by name or when none are given; a mask stands for the stored token. */
function choose(saved: Secrets, body: z.infer<typeof credentialsBody>): Secrets {
  const pairs = (body?.credentials ?? []).filter(({ key }) => key === 'BaseAddress' || key === 'SecretToken')
  if (body?.useSavedCredentials ?? pairs.length === 0) return saved
  const given = readGivenSecrets(pairs, { lenient: true })
  return given.SecretToken === MASK && saved.SecretToken ? { ...given, SecretToken: saved.SecretToken } : given
}
