import { isUuid } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import { type RawBuilder, sql } from 'kysely'
import type { Comparison, Filter } from '../graph/filter.ts'

/** The texts that can be compared for equality, and the columns they are kept in. */
const TEXTS: Readonly<Record<string, RawBuilder<unknown>>> = {
  id: sql`l.id`,
  jobId: sql`l.job_id`,
  cycleId: sql`l.cycle_id`,
  changeId: sql`l.change_id`,
  'servicePrincipal/id': sql`l.service_principal_id`,
  // Written as the index on it is.
  'sourceIdentity/id': sql`(l.source ->> 'id')`,
  'sourceIdentity/displayName': sql`(l.source ->> 'displayName')`,
  'targetIdentity/id': sql`(l.target ->> 'id')`,
  'targetIdentity/displayName': sql`(l.target ->> 'displayName')`,
  provisioningAction: sql`l.action`,
  'provisioningStatusInfo/status': sql`l.status`,
}
const UUIDS: ReadonlySet<string> = new Set(['id', 'cycleId', 'changeId', 'servicePrincipal/id'])
/** Those that `contains` and `startswith` read, letter case and all, as Graph's provisioning logs do. */
const NAMES: ReadonlySet<string> = new Set(['sourceIdentity/displayName', 'targetIdentity/displayName'])
const ORDER: Readonly<Record<string, RawBuilder<unknown>>> = {
  eq: sql`=`,
  gt: sql`>`,
  ge: sql`>=`,
  lt: sql`<`,
  le: sql`<=`,
}

/** The condition that a `$filter` of the provisioning log makes; always a boolean, never null. */
export function logCondition(filter: Filter): RawBuilder<unknown> {
  if (filter.kind === 'not') return sql`(${logCondition(filter.part)}) is not true`
  if (filter.kind === 'comparison') return fromComparison(filter)
  const parts = filter.parts.map(logCondition)
  return sql`(${sql.join(parts, filter.kind === 'and' ? sql` and ` : sql` or `)})`
}

function fromComparison({ property, operator, value }: Comparison): RawBuilder<unknown> {
  if (typeof value !== 'string') throw unsupported(property)
  const order = ORDER[operator]
  if (property === 'activityDateTime' && order) {
    const time = new Date(value)
    if (!/^\d{4}-\d\d-\d\d/.test(value) || Number.isNaN(time.getTime())) throw unsupported(property)
    return sql`l.time ${order} ${time}`
  }
  const column = Object.hasOwn(TEXTS, property) ? TEXTS[property] : undefined
  if (!column) throw unsupported(property)
  // An id that is none is nobody's.
  const isNobodys = UUIDS.has(property) && !isUuid(value)
  // Ours are in small letters; those of a target are as it writes them.
  const text = property === 'sourceIdentity/id' ? value.toLowerCase() : value
  if (operator === 'eq') return isNobodys ? sql`false` : sql`${column} = ${text}`
  if (operator === 'ne') return isNobodys ? sql`true` : sql`${column} is distinct from ${text}`
  if (operator === 'contains' && NAMES.has(property)) return sql`strpos(${column}, ${value}) > 0`
  if (operator === 'startswith' && NAMES.has(property)) return sql`starts_with(${column}, ${value})`
  throw unsupported(property)
}

function unsupported(property: string): Refusal {
  return new Refusal(
    'invalid',
    `Unsupported or invalid query filter clause specified for property '${property.slice(0, 60)}' of resource 'ProvisioningObjectSummary'.`,
  )
}
