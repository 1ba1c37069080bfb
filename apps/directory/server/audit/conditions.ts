import { Refusal } from '@muster/service-kit/refusals.ts'
import { type RawBuilder, sql } from 'kysely'
import { anyOf, type Comparison, type Filter } from '../graph/filter.ts'
import { termPrefix } from './record.ts'

/** The texts that can be compared for equality, and the columns they are kept in. */
const TEXTS: Readonly<Record<string, RawBuilder<unknown>>> = {
  category: sql`category`,
  activityDisplayName: sql`activity`,
  correlationId: sql`coalesce(request_id, entry_id::text)`,
  // Written as the index on it is.
  'initiatedBy/user/id': sql`(initiated_by #>> '{user,id}')`,
  'initiatedBy/app/appId': sql`(initiated_by #>> '{app,appId}')`,
  // What was refused or failed is undone, and so is its entry.
  result: sql`'success'::text`,
}
const IDS: ReadonlySet<string> = new Set(['correlationId', 'initiatedBy/user/id', 'initiatedBy/app/appId'])
const TARGET_ID = anyOf('targetResources', 'id')
const ORDER: Readonly<Record<string, RawBuilder<unknown>>> = {
  eq: sql`=`,
  ne: sql`<>`,
  gt: sql`>`,
  ge: sql`>=`,
  lt: sql`<`,
  le: sql`<=`,
}

/** The condition that a `$filter` of the audit log makes; always a boolean, never null. */
export function auditCondition(filter: Filter, tenantId: string): RawBuilder<unknown> {
  if (filter.kind === 'not') return sql`(${auditCondition(filter.part, tenantId)}) is not true`
  if (filter.kind === 'comparison') return fromComparison(filter, tenantId)
  const parts = filter.parts.map((part) => auditCondition(part, tenantId))
  return sql`(${sql.join(parts, filter.kind === 'and' ? sql` and ` : sql` or `)})`
}

function fromComparison({ property, operator, value }: Comparison, tenantId: string): RawBuilder<unknown> {
  if (typeof value !== 'string') throw unsupported(property)
  if (property === TARGET_ID && operator === 'eq')
    return sql`target_terms @> array[${termPrefix(tenantId) + value.toLowerCase()}]::text[]`
  const order = ORDER[operator]
  if (property === 'activityDateTime' && order) {
    const time = new Date(value)
    if (!/^\d{4}-\d\d-\d\d/.test(value) || Number.isNaN(time.getTime())) throw unsupported(property)
    return sql`time ${order} ${time}`
  }
  const column = Object.hasOwn(TEXTS, property) ? TEXTS[property] : undefined
  if (!column) throw unsupported(property)
  const text = IDS.has(property) ? value.toLowerCase() : value
  if (operator === 'eq') return sql`${column} = ${text}`
  if (operator === 'ne') return sql`${column} is distinct from ${text}`
  if (operator === 'startswith' && property === 'activityDisplayName') return sql`starts_with(${column}, ${text})`
  throw unsupported(property)
}

function unsupported(property: string): Refusal {
  return new Refusal(
    'invalid',
    `Unsupported or invalid query filter clause specified for property '${property.slice(0, 60)}' of resource 'DirectoryAudit'.`,
  )
}
