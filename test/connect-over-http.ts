import { eventually, Visitor } from '../apps/muster/tour/http.ts'
import type { FreshDatabase } from './database.ts'

/** Waits until a cycle has succeeded. */
export const cycleEnded = (pool: FreshDatabase['pool']) =>
  eventually('the cycle to end', async () => {
    const { rows } = await pool.query("select 1 from directory.cycles where state = 'Succeeded'")
    return rows[0]
  })

/** An app that sends everybody to the portal, ready to be started. */
export async function connectOverHttp(
  portal: { readonly url: string; readonly scimUrl: string; readonly adminApiKey: string },
  directory: Readonly<Record<'tokenUrl' | 'graphUrl' | 'clientId' | 'clientSecret', string>>,
) {
  const token = await new Visitor().ask(directory.tokenUrl, {
    form: {
      grant_type: 'client_credentials',
      client_id: directory.clientId,
      client_secret: directory.clientSecret,
      scope: 'https://graph.microsoft.com/.default',
    },
  })
  const graph = new Visitor({ bearer: token.json.access_token })
  await new Visitor({ bearer: portal.adminApiKey }).ask(`${portal.url}/api/v1/settings/scim`, {
    method: 'PATCH',
    json: { automaticProvisioning: true, automaticDeprovisioning: true },
  })
  const template = `${directory.graphUrl}/applicationTemplates/8adf8e6e-67b2-4cf2-a259-e3dc5476c621/instantiate`
  const made = await graph.ask(template, { json: { displayName: 'Portal' }, expect: 201 })
  const base = `${directory.graphUrl}/servicePrincipals/${made.json.servicePrincipal.id}/synchronization`
  const job: string = (await graph.ask(`${base}/jobs`, { json: { templateId: 'scim' }, expect: 201 })).json.id
  const value = [
    { key: 'BaseAddress', value: portal.scimUrl },
    { key: 'SecretToken', value: portal.adminApiKey },
    { key: 'SyncAll', value: 'true' },
  ]
  await graph.ask(`${base}/secrets`, { method: 'PUT', json: { value }, expect: 204 })
  return { base, job, graph }
}
