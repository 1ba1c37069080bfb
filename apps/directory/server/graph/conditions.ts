import { isUuid } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import { type RawBuilder, sql } from 'kysely'
import { toKey } from '../directory/keys.ts'
import type { Comparison, Filter } from './filter.ts'
import { type ObjectQuery, startsWith } from './odata.ts'

/** A property that can be filtered by, and how its column is compared. */
export interface Field {
  readonly sql: RawBuilder<unknown>
  /** `key`: a stored comparison key, so without letter case. `seconds`: a time that is answered without fractions. */
  readonly kind: 'key' | 'boolean' | 'seconds' | 'id'
}

/** A text among the properties. The name is one of ours: it becomes part of the statement, as indexes need it. */
export function propertyField(name: string): Field {
  return { sql: sql`((property_keys ->> ${sql.lit(name)}) collate "C")`, kind: 'key' }
}

/** What a list can be filtered and searched by. */
export interface Searchable {
  /** Graph's name of the resource, for sentences. */
  readonly resource: string
  readonly fields: Readonly<Record<string, Field>>
  /** The fields of kind `key` that `$search` reads. */
  readonly searched: readonly string[]
}

/** The condition that a `$filter` and a `$search` make; always a boolean, never null. */
export function toCondition(
  { where, search }: Pick<ObjectQuery, 'where' | 'search'>,
  searchable: Searchable,
): RawBuilder<unknown> {
  const filtered = where ? fromFilter(where, searchable) : sql`true`
  if (!search) return filtered
  const alternatives = search.map((terms) =>
    sql.join(
      terms.map(({ property, text }) => fromTerm(property, text, searchable)),
      sql` and `,
    ),
  )
  return sql`${filtered} and (${sql.join(alternatives, sql` or `)})`
}

function fromFilter(filter: Filter, searchable: Searchable): RawBuilder<unknown> {
  if (filter.kind === 'not') return sql`(${fromFilter(filter.part, searchable)}) is not true`
  if (filter.kind === 'comparison') return fromComparison(filter, searchable)
  const parts = filter.parts.map((part) => fromFilter(part, searchable))
  return sql`(${sql.join(parts, filter.kind === 'and' ? sql` and ` : sql` or `)})`
}

function fromComparison({ property, operator, value }: Comparison, searchable: Searchable): RawBuilder<unknown> {
  const field = Object.hasOwn(searchable.fields, property) ? searchable.fields[property] : undefined
  const fail = (): never => {
    throw unsupported(property, searchable)
  }
  if (!field) return fail()
  const is = (compared: unknown) =>
    operator === 'eq' ? sql`${field.sql} = ${compared}` : sql`${field.sql} is distinct from ${compared}`
  const isEquality = operator === 'eq' || operator === 'ne'
  if (value === null && isEquality) return operator === 'eq' ? sql`${field.sql} is null` : sql`${field.sql} is not null`
  // As literals, so that an index on one of the two serves.
  if (field.kind === 'boolean' && typeof value === 'boolean' && isEquality) return is(sql.lit(value))
  if (typeof value !== 'string') return fail()
  if (field.kind === 'id' && isEquality)
    return isUuid(value) ? is(value.toLowerCase()) : operator === 'eq' ? sql`false` : sql`true`
  if (field.kind === 'seconds') return fromSeconds(field.sql, operator, value) ?? fail()
  if (field.kind === 'key') {
    const text = toKey(value)
    if (isEquality) return is(text)
    if (operator === 'startswith') return startsWith(field.sql, text)
    if (operator === 'endswith') return sql`right(${field.sql}, length(${text})) = ${text}`
  }
  return fail()
}

/**
 * Compares a stored time as it is answered, without its fraction of a second: what was read can be asked for. Undefined
 * when the value is no time, or the operator none for times.
 */
function fromSeconds(
  column: RawBuilder<unknown>,
  operator: Comparison['operator'],
  value: string,
): RawBuilder<unknown> | undefined {
  const time = /^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(value) : Number.NaN
  if (Number.isNaN(time)) return undefined
  const begin = Math.floor(time / 1000) * 1000
  const [second, next] = [new Date(begin), new Date(begin + 1000)]
  const atOrAfter = begin === time ? second : next
  const isSame = begin === time ? sql`(${column} >= ${second} and ${column} < ${next})` : sql`false`
  switch (operator) {
    case 'eq':
      return isSame
    case 'ne':
      return sql`not ${isSame}`
    case 'ge':
      return sql`${column} >= ${atOrAfter}`
    case 'gt':
      return sql`${column} >= ${next}`
    case 'lt':
      return sql`${column} < ${atOrAfter}`
    case 'le':
      return sql`${column} < ${next}`
    default:
      return undefined
  }
}

/** A word of the property begins with the text. */
function fromTerm(property: string, text: string, searchable: Searchable): RawBuilder<unknown> {
  const field = searchable.searched.includes(property) ? searchable.fields[property] : undefined
  if (!field) throw new Refusal('invalid', `$search doesn't read the property '${property.slice(0, 60)}' here.`)
  const key = toKey(text)
  return sql`(${startsWith(field.sql, key)} or strpos(${field.sql}, ${` ${key}`}) > 0)`
}

function unsupported(property: string, { resource }: Searchable): Refusal {
  return new Refusal(
    'invalid',
    `Unsupported or invalid query filter clause specified for property '${property.slice(0, 60)}' of resource '${resource}'.`,
  )
}
