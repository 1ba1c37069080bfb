import { Refusal } from '@muster/service-kit/refusals.ts'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import {
  defaultRole,
  defaultRoleChange,
  openIdConnector,
  openIdConnectorChange,
  scimSettings,
  scimSettingsChange,
  signInSettings,
} from '../../contract/settings.ts'
import { deedOf, needs } from '../identity/authenticate.ts'
import { confirm } from '../identity/confirm.ts'
import type { PortalDeps } from '../portal-deps.ts'
import { readRoleKey, roleKey } from '../roles/role.ts'
import { roleViewer } from '../roles/role-view.ts'
import {
  changeConnector,
  changeDefaultRole,
  changeLocalSignIn,
  changeScimSettings,
  switchesOf,
} from './change-settings.ts'
import { type OpenIdConnector, readSettings } from './repository.ts'

const tags = ['Settings']

/** `/settings/…`: SCIM's switches, the default role, the OpenID connector, local sign-in. */
export const settingsRoutes =
  ({ database, clock, secrets }: PortalDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/settings/scim',
      {
        onRequest: needs('Configure Open ID Connector & SCIM'),
        schema: { tags, summary: "SCIM's switches", response: { 200: scimSettings } },
      },
      async ({ actor }) => {
        return switchesOf(await readSettings(database, actor.workspaceId))
      },
    )

    for (const { method, body, summary } of [
      { method: 'PUT', body: scimSettings, summary: "Set all of SCIM's switches" },
      { method: 'PATCH', body: scimSettingsChange, summary: "Set some of SCIM's switches" },
    ] as const)
      app.route({
        method,
        url: '/settings/scim',
        onRequest: needs('Configure Open ID Connector & SCIM'),
        schema: { tags, summary, body, response: { 200: scimSettings } },
        handler: async (request) => {
          return database.transaction(async (tx) => {
            await confirm(tx, request.actor)
            return changeScimSettings(tx, deedOf(request, clock), request.body)
          })
        },
      })

    app.get(
      '/settings/default-role',
      {
        onRequest: needs('View Roles'),
        schema: { tags, summary: 'The role that newcomers get', response: { 200: defaultRole } },
      },
      async ({ actor }) => {
        return readDefaultRole(actor.workspaceId)
      },
    )

    app.put(
      '/settings/default-role',
      {
        onRequest: needs('Edit Roles'),
        schema: {
          tags,
          summary: 'Choose the role that newcomers get',
          body: defaultRoleChange,
          response: { 200: defaultRole },
        },
      },
      async (request) => {
        await database.transaction(async (tx) => {
          await confirm(tx, request.actor)
          await changeDefaultRole(tx, deedOf(request, clock), request.body.role)
        })
        return readDefaultRole(request.actor.workspaceId)
      },
    )

    async function readDefaultRole(workspaceId: string) {
      const { defaultRole } = await readSettings(database, workspaceId)
      const viewOf = await roleViewer(database, workspaceId, [defaultRole])
      return { role: viewOf(roleKey(readRoleKey(defaultRole))) }
    }

    app.get(
      '/settings/openid-connector',
      {
        onRequest: needs('Configure Open ID Connector & SCIM'),
        schema: { tags, summary: 'The OpenID connector, without its secret', response: { 200: openIdConnector } },
      },
      async ({ actor }) => {
        const { connector } = await readSettings(database, actor.workspaceId)
        if (!connector) throw new Refusal('notFound', 'No OpenID connector is set up yet.')
        return viewConnector(connector)
      },
    )

    app.put(
      '/settings/openid-connector',
      {
        onRequest: needs('Configure Open ID Connector & SCIM'),
        schema: {
          tags,
          summary: 'Set up sign-in through an OpenID provider',
          body: openIdConnectorChange,
          response: { 200: openIdConnector },
        },
      },
      async (request) => {
        return database.transaction(async (tx) => {
          await confirm(tx, request.actor)
          return viewConnector(await changeConnector(tx, deedOf(request, clock), secrets, request.body))
        })
      },
    )

    app.get(
      '/settings/sign-in',
      {
        onRequest: needs('View Roles'),
        schema: { tags, summary: 'Whether local sign-in is allowed', response: { 200: signInSettings } },
      },
      async ({ actor }) => {
        const { localSignIn } = await readSettings(database, actor.workspaceId)
        return { localSignIn }
      },
    )

    app.put(
      '/settings/sign-in',
      {
        onRequest: needs('Edit Roles'),
        schema: {
          tags,
          summary: 'Allow or forbid local sign-in',
          body: signInSettings,
          response: { 200: signInSettings },
        },
      },
      async (request) => {
        await database.transaction(async (tx) => {
          await confirm(tx, request.actor)
          await changeLocalSignIn(tx, deedOf(request, clock), request.body.localSignIn)
        })
        return request.body
      },
    )
  }

const viewConnector = ({ type, identifier, issuer, domains }: OpenIdConnector) => ({
  type,
  identifier,
  issuer,
  domains: [...domains],
})
