import { isUuid } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import { type RawBuilder, sql } from 'kysely'
import { toKey } from '../directory/keys.ts'
import type { Comparison, Filter } from './filter.ts'
import { type ObjectQuery, startsWith } from './odata.ts'

/** A property that can be filtered by, and how its column is compared. */
export interface Field {
  readonly sql: RawBuilder<unknown>
  /** `key`: a stored comparison key, so without letter case. `text`: as it stands. */
  readonly kind: 'key' | 'text' | 'boolean' | 'time' | 'id'
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

const ORDER: Readonly<Record<string, RawBuilder<unknown>>> = { gt: sql`>`, ge: sql`>=`, lt: sql`<`, le: sql`<=` }

function fromComparison({ property, operator, value }: Comparison, searchable: Searchable): RawBuilder<unknown> {
  const field = Object.hasOwn(searchable.fields, property) ? searchable.fields[property] : undefined
  if (!field) throw unsupported(property, searchable)
  const is = (compared: unknown) =>
    operator === 'eq' ? sql`${field.sql} = ${compared}` : sql`${field.sql} is distinct from ${compared}`
  const isEquality = operator === 'eq' || operator === 'ne'
  if (value === null && isEquality) return operator === 'eq' ? sql`${field.sql} is null` : sql`${field.sql} is not null`
  if (field.kind === 'boolean' && typeof value === 'boolean' && isEquality) return is(value)
  if (typeof value !== 'string') throw unsupported(property, searchable)
  if (field.kind === 'id' && isEquality)
    return isUuid(value) ? is(value.toLowerCase()) : operator === 'eq' ? sql`false` : sql`true`
  if (field.kind === 'time') {
    const time = new Date(value)
    if (Number.isNaN(time.getTime())) throw unsupported(property, searchable)
    if (isEquality) return is(time)
    const order = ORDER[operator]
    if (order) return sql`${field.sql} ${order} ${time}`
  }
  if (field.kind === 'key' || field.kind === 'text') {
    const text = field.kind === 'key' ? toKey(value) : value
    if (isEquality) return is(text)
    if (operator === 'startswith')
      return field.kind === 'key' ? startsWith(field.sql, text) : sql`starts_with(${field.sql}, ${text})`
    if (operator === 'endswith') return sql`right(${field.sql}, length(${text})) = ${text}`
  }
  throw unsupported(property, searchable)
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
