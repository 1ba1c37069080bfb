import { eventually, Visitor } from '../apps/muster/tour/http.ts'
import type { FreshDatabase } from './database.ts'

/** Waits until a cycle has succeeded. */
export const cycleEnded = (pool: FreshDatabase['pool'], seconds?: number) =>
  eventually(
    'the cycle to end',
    async () => {
      const { rows } = await pool.query("select 1 from directory.cycles where state = 'Succeeded'")
      return rows[0]
    },
    seconds,
  )

/** How a directory's admin client is known, as the bootstrap file tells it. */
interface DirectoryClient {
  readonly tokenUrl: string
  readonly graphUrl: string
  readonly clientId?: string
  readonly clientSecret?: string
}

/** Somebody who may do everything over Graph. */
export async function graphVisitor({ tokenUrl, clientId = '', clientSecret = '' }: DirectoryClient): Promise<Visitor> {
  const token = await new Visitor().ask(tokenUrl, {
    form: {
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope: 'https://graph.microsoft.com/.default',
    },
  })
  return new Visitor({ bearer: token.json.access_token })
}

/** An app that sends everybody to the portal, ready to be started. */
export async function connectOverHttp(
  portal: { readonly url: string; readonly scimUrl: string; readonly adminApiKey?: string },
  directory: DirectoryClient,
) {
  const graph = await graphVisitor(directory)
  const { adminApiKey = '' } = portal
  await new Visitor({ bearer: adminApiKey }).ask(`${portal.url}/api/v1/settings/scim`, {
    method: 'PATCH',
    json: { automaticProvisioning: true, automaticDeprovisioning: true },
  })
  const template = `${directory.graphUrl}/applicationTemplates/8adf8e6e-67b2-4cf2-a259-e3dc5476c621/instantiate`
  const made = await graph.ask(template, { json: { displayName: 'Portal' }, expect: 201 })
  const base = `${directory.graphUrl}/servicePrincipals/${made.json.servicePrincipal.id}/synchronization`
  const job: string = (await graph.ask(`${base}/jobs`, { json: { templateId: 'scim' }, expect: 201 })).json.id
  const value = [
    { key: 'BaseAddress', value: portal.scimUrl },
    { key: 'SecretToken', value: adminApiKey },
    { key: 'SyncAll', value: 'true' },
  ]
  await graph.ask(`${base}/secrets`, { method: 'PUT', json: { value }, expect: 204 })
  return { base, job, graph }
}
