import { ownDrafts } from '@muster/console-kit/draft.ts'
import { useSuspenseQuery } from '@tanstack/react-query'
import { type GraphList, graph } from './api.ts'

export interface Me {
  readonly id: string
  readonly displayName: string
  readonly userPrincipalName: string
  /** Display names of the directory roles held. */
  readonly roles: readonly string[]
  readonly tenant: { readonly id: string; readonly displayName: string; readonly domain: string }
}

interface Person {
  readonly id: string
  readonly displayName: string
  readonly userPrincipalName: string
}

interface Organization {
  readonly id: string
  readonly displayName: string
  readonly verifiedDomains: readonly { readonly name: string; readonly isDefault: boolean }[]
}

export const meQuery = {
  queryKey: ['me'],
  queryFn: async (): Promise<Me> => {
    const [person, roles, organizations] = await Promise.all([
      graph<Person>('/v1.0/me'),
      graph<GraphList<{ readonly displayName: string }>>('/v1.0/me/memberOf/microsoft.graph.directoryRole'),
      graph<GraphList<Organization>>('/v1.0/organization'),
    ])
    const [organization] = organizations.value
    // Before any form is drawn: one that is the first page must find what was typed into it.
    ownDrafts(person.id)
    return {
      id: person.id,
      displayName: person.displayName,
      userPrincipalName: person.userPrincipalName,
      roles: roles.value.map(({ displayName }) => displayName),
      tenant: {
        id: organization?.id ?? '',
        displayName: organization?.displayName ?? '',
        domain: organization?.verifiedDomains.find(({ isDefault }) => isDefault)?.name ?? '',
      },
    }
  },
}

/** What the API lets a directory role do. The API decides; this only hides what it would refuse. */
export interface Rights {
  readonly readsDirectory: boolean
  readonly writesDirectory: boolean
  readonly managesApps: boolean
  readonly readsLogs: boolean
}

export function rightsOf(roles: readonly string[]): Rights {
  const isGlobal = roles.includes('Global Administrator')
  const managesApps =
    isGlobal || roles.includes('Application Administrator') || roles.includes('Cloud Application Administrator')
  return {
    readsDirectory: managesApps,
    writesDirectory: isGlobal,
    managesApps,
    readsLogs: managesApps || roles.includes('Reports Reader'),
  }
}

/** The signed-in person, and what they may do. */
export function useMe(): Me & { readonly may: Rights } {
  const { data } = useSuspenseQuery(meQuery)
  return { ...data, may: rightsOf(data.roles) }
}
