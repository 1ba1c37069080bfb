import { queryOptions } from '@tanstack/react-query'
import { type GraphList, graph, quoted } from '../api.ts'

/** The only template there is: an app that is not in the gallery. */
const NON_GALLERY_TEMPLATE = '8adf8e6e-67b2-4cf2-a259-e3dc5476c621'

/** An enterprise app: Graph's service principal. */
export interface EnterpriseApp {
  readonly id: string
  readonly appId: string
  readonly displayName: string
  readonly createdDateTime: string
}

export const appAddress = (id: string): string => `/enterprise-apps/${encodeURIComponent(id)}`
export const appApi = (id: string): string => `/v1.0/servicePrincipals/${encodeURIComponent(id)}`

const SELECT = '$select=id,appId,displayName,createdDateTime'

/** Apps a page: each row asks for its provisioning status. */
export const APPS_A_PAGE = 25

export const appsQuery = ({ search, sort, after }: { search: string; sort: string; after: string | undefined }) =>
  queryOptions({
    queryKey: ['apps', search, sort, after],
    queryFn: ({ signal }) => {
      const order = sort.startsWith('-') ? `${sort.slice(1)} desc` : sort
      const asked = [SELECT, `$top=${APPS_A_PAGE}`, '$count=true', `$orderby=${encodeURIComponent(order)}`]
      if (search) asked.push(`$search=${encodeURIComponent(searchFor(search, ['displayName']))}`)
      if (after) asked.push(`$skiptoken=${encodeURIComponent(after)}`)
      return graph<GraphList<EnterpriseApp>>(`/v1.0/servicePrincipals?${asked.join('&')}`, { signal })
    },
  })

export const appQuery = (id: string) =>
  queryOptions({
    queryKey: ['app', id],
    queryFn: ({ signal }) => graph<EnterpriseApp>(`${appApi(id)}?${SELECT}`, { signal }),
    staleTime: 30_000,
  })

/** Makes an app of one's own. @returns Its service principal's id, which its pages are addressed by. */
export async function createApp(displayName: string): Promise<EnterpriseApp> {
  const made = await graph<{ readonly servicePrincipal: EnterpriseApp }>(
    `/v1.0/applicationTemplates/${NON_GALLERY_TEMPLATE}/instantiate`,
    { method: 'POST', body: { displayName } },
  )
  return made.servicePrincipal
}

/** Deletes the application, and with it the service principal, assignments, credentials and what provisioning remembers. */
export async function deleteApp({ appId }: EnterpriseApp): Promise<void> {
  const filter = encodeURIComponent(`appId eq ${quoted(appId)}`)
  const { value } = await graph<GraphList<{ readonly id: string }>>(`/v1.0/applications?$select=id&$filter=${filter}`)
  for (const { id } of value) await graph(`/v1.0/applications/${encodeURIComponent(id)}`, { method: 'DELETE' })
}

/** A `$search` for words that begin with a text, in any of some properties. */
export function searchFor(text: string, properties: readonly string[]): string {
  const escaped = text.replaceAll(/[\\"]/g, '\\$&')
  return properties.map((property) => `"${property}:${escaped}"`).join(' OR ')
}

/** Where a Graph list goes on, out of its link. */
export function skipTokenOf(list: GraphList<unknown> | undefined): string | undefined {
  const link = list?.['@odata.nextLink']
  return link === undefined ? undefined : (new URL(link).searchParams.get('$skiptoken') ?? undefined)
}
