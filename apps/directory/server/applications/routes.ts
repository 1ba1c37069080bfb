import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import {
  APPLICATION_SELECT,
  applicationChange,
  instantiation,
  NON_GALLERY_TEMPLATE,
  SERVICE_PRINCIPAL_SELECT,
} from '../../contract/application.ts'
import type { DirectoryDeps } from '../deps.ts'
import { noSuchResource, readId } from '../directory/no-such.ts'
import {
  countQuery,
  listBody,
  listQuery,
  objectBody,
  readCountQuery,
  readObjectQuery,
  readSelectQuery,
  selectFrom,
  selectQuery,
} from '../graph/odata.ts'
import { write } from '../graph/write.ts'
import { toGraphApplication, toGraphServicePrincipal } from './application.ts'
import {
  deleteApplication,
  deleteServicePrincipal,
  instantiate,
  renameApplication,
  renameServicePrincipal,
} from './change-application.ts'
import {
  APPLICATION_ORDERS,
  countApplications,
  countServicePrincipals,
  findApplication,
  findServicePrincipal,
  listApplications,
  listServicePrincipals,
} from './repository.ts'

const byId = z.object({ id: z.string() })
const tags = ['Applications']

/** `/applicationTemplates`, `/applications`, `/servicePrincipals`: enterprise apps and how they are made. */
export const applicationRoutes =
  (deps: DirectoryDeps): FastifyPluginAsyncZod =>
  async (app) => {
    const { database, publicUrl: base } = deps

    app.post(
      '/applicationTemplates/:id/instantiate',
      { schema: { tags, summary: 'Creates your own application', params: byId, body: instantiation } },
      async (request, reply) => {
        if (request.params.id.toLowerCase() !== NON_GALLERY_TEMPLATE) throw noSuchResource(request.params.id)
        const made = await write(deps, request, 'applications.write', (tx, act) =>
          instantiate(tx, act, request.body.displayName, NON_GALLERY_TEMPLATE),
        )
        const address = { base, url: request.url, context: 'microsoft.graph.applicationServicePrincipal' }
        return reply.code(201).send(
          objectBody(address, {
            application: toGraphApplication(made.application),
            servicePrincipal: toGraphServicePrincipal(made.servicePrincipal),
          }),
        )
      },
    )

    app.get(
      '/applications',
      { schema: { tags, summary: 'Lists applications', querystring: listQuery } },
      async (request) => {
        const query = readObjectQuery(request.query, APPLICATION_SELECT, APPLICATION_ORDERS)
        const { items, ...page } = await listApplications(database.query, request.caller.tenantId, query)
        return listBody(
          { base, url: request.url, context: 'applications' },
          { ...page, items: items.map((item) => selectFrom(toGraphApplication(item), query.select)) },
        )
      },
    )

    app.get(
      '/applications/$count',
      { schema: { tags, summary: 'Counts applications', querystring: countQuery } },
      async (request, reply) => {
        const total = await countApplications(database.query, request.caller.tenantId, readCountQuery(request.query))
        return reply.type('text/plain').send(String(total))
      },
    )

    app.get(
      '/applications/:id',
      { schema: { tags, summary: 'Reads an application', params: byId, querystring: selectQuery } },
      async (request) => {
        const select = readSelectQuery(request.query, APPLICATION_SELECT)
        const application = await findApplication(database, request.caller.tenantId, request.params.id)
        if (!application) throw noSuchResource(request.params.id)
        return objectBody({ base, url: request.url, context: 'applications' }, toGraphApplication(application), select)
      },
    )

    app.patch(
      '/applications/:id',
      { schema: { tags, summary: 'Renames an application', params: byId, body: applicationChange } },
      async (request, reply) => {
        const id = readId(request.params.id)
        await write(deps, request, 'applications.write', (tx, act) =>
          renameApplication(tx, act, id, request.body.displayName),
        )
        return reply.code(204).send()
      },
    )

    app.delete(
      '/applications/:id',
      { schema: { tags, summary: 'Deletes an application and all that hangs on it', params: byId } },
      async (request, reply) => {
        const id = readId(request.params.id)
        await write(deps, request, 'applications.write', (tx, act) => deleteApplication(tx, act, id))
        return reply.code(204).send()
      },
    )

    app.get(
      '/servicePrincipals',
      { schema: { tags, summary: 'Lists enterprise apps', querystring: listQuery } },
      async (request) => {
        const query = readObjectQuery(request.query, SERVICE_PRINCIPAL_SELECT, APPLICATION_ORDERS)
        const { items, ...page } = await listServicePrincipals(database.query, request.caller.tenantId, query)
        return listBody(
          { base, url: request.url, context: 'servicePrincipals' },
          { ...page, items: items.map((item) => selectFrom(toGraphServicePrincipal(item), query.select)) },
        )
      },
    )

    app.get(
      '/servicePrincipals/$count',
      { schema: { tags, summary: 'Counts enterprise apps', querystring: countQuery } },
      async (request, reply) => {
        const total = await countServicePrincipals(
          database.query,
          request.caller.tenantId,
          readCountQuery(request.query),
        )
        return reply.type('text/plain').send(String(total))
      },
    )

    app.get(
      '/servicePrincipals/:id',
      { schema: { tags, summary: 'Reads an enterprise app', params: byId, querystring: selectQuery } },
      async (request) => {
        const select = readSelectQuery(request.query, SERVICE_PRINCIPAL_SELECT)
        const principal = await findServicePrincipal(database, request.caller.tenantId, request.params.id)
        if (!principal) throw noSuchResource(request.params.id)
        return objectBody(
          { base, url: request.url, context: 'servicePrincipals' },
          toGraphServicePrincipal(principal),
          select,
        )
      },
    )

    app.patch(
      '/servicePrincipals/:id',
      { schema: { tags, summary: 'Renames an enterprise app', params: byId, body: applicationChange } },
      async (request, reply) => {
        const id = readId(request.params.id)
        await write(deps, request, 'applications.write', (tx, act) =>
          renameServicePrincipal(tx, act, id, request.body.displayName),
        )
        return reply.code(204).send()
      },
    )

    app.delete(
      '/servicePrincipals/:id',
      { schema: { tags, summary: 'Deletes an enterprise app; its application stays', params: byId } },
      async (request, reply) => {
        const id = readId(request.params.id)
        await write(deps, request, 'applications.write', (tx, act) => deleteServicePrincipal(tx, act, id))
        return reply.code(204).send()
      },
    )
  }
