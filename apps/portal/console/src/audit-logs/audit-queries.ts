import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import type { AuditLogView, auditLogs } from '../../../contract/audit-logs.ts'
import { api } from '../api.ts'
import { readAllKeys } from '../api-keys/api-key-queries.ts'
import { useMe } from '../me.tsx'
import { PERMISSION } from '../permissions.ts'

/** Entries as a search finds them, newest first. */
export const useAuditLogs = (search: URLSearchParams, isAllowed = true) =>
  useQuery({
    queryKey: ['audit-logs', search.toString()],
    queryFn: ({ signal }) => api<z.infer<typeof auditLogs>>(`/api/v1/audit-logs?${search}`, { signal }),
    placeholderData: keepPreviousData,
    enabled: isAllowed,
  })

/** What stands for an entry in an address: its number, or until it has one, what else nobody shares with it. */
export const entryKey = ({ sequence, timestamp, objectType, objectId, objectIdentifier }: AuditLogView): string =>
  sequence === undefined ? `${timestamp}~${objectType}~${objectId ?? objectIdentifier}` : String(sequence)

/** Names of the API keys by their `cid`, for those who may know them. Entries keep the `cid` alone. */
export function useKeyNames(): ReadonlyMap<string, string> {
  const { data } = useQuery({
    queryKey: ['api-keys', 'all'],
    queryFn: ({ signal }) => readAllKeys(signal),
    enabled: useMe().may(PERMISSION.editApiKeys),
  })
  return new Map(data?.map(({ cid, name }) => [cid, name]))
}
