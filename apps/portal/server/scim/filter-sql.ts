import {
  type Attribute,
  type Filter,
  type ResolvedName,
  type ResourceType,
  resolveName,
  ScimError,
  termOf,
} from '@muster/scim'
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { term } from './terms.ts'

export type Condition = RawBuilder<SqlBool>

/** A filter, or a part of one, as SQL. */
export interface Search {
  readonly condition: Condition
  /** What indexes answer of it: everything that matches is among these, and what more there is must be looked at. */
  readonly candidates: Condition
  /** Whether the candidates are the matches, so that no row is looked at in vain. */
  readonly isIndexed: boolean
  /** Whether the candidates hold a look into another table: beside an "or" PostgreSQL reads no index for it. */
  readonly isJoined: boolean
}

/** How one kind of resource is found in its table. `attributes` and `keys` are columns of the table's alias. */
export interface FilterTarget {
  readonly type: ResourceType
  readonly workspaceId: string
  readonly attributes: RawBuilder<unknown>
  readonly keys: RawBuilder<unknown>
  /**
   * The condition for an equality that a column or a table of its own serves, or that nothing serves; undefined leaves it
   * to `keys`. `elementType` is the `type` that the same element must have.
   */
  equals(path: string, value: string | number | boolean, elementType?: string): Search | undefined
  /** The condition for `pr` of what is not in the stored resource, or has an index; undefined leaves it to `attributes`. */
  present(path: string): Search | undefined
}

/** What a column's own index answers. */
export const indexed = (condition: Condition): Search => ({
  condition,
  candidates: condition,
  isIndexed: true,
  isJoined: false,
})

/** What the index of another table answers, with the ids there. */
export const joined = (condition: Condition): Search => ({ ...indexed(condition), isJoined: true })

/** What only a look at each row can tell. */
const scanned = (condition: Condition): Search => ({
  condition,
  candidates: sql<SqlBool>`true`,
  isIndexed: false,
  isJoined: false,
})

/** For what every resource has, and none. */
export const ALWAYS: Search = indexed(sql<SqlBool>`true`)
export const NEVER: Search = indexed(sql<SqlBool>`false`)

/**
 * Turns a filter into SQL (RFC 7644 §3.4.2.2): `eq`, `pr`, `and`, `or`, `not` on what is stored. Nothing is filtered in
 * memory, and what can't be asked of the database is refused, never left out: a client that searched for one person must
 * not be given everybody. What of it has an index is told beside it, so that the rest can be bounded.
 *
 * @param filter As `checkFilter` answers it: every name known, every literal of its attribute's type.
 * @throws {ScimError} `invalidFilter`.
 */
export function filterToSql(filter: Filter, target: FilterTarget): Search {
  switch (filter.kind) {
    case 'and':
      return both(filterToSql(filter.left, target), filterToSql(filter.right, target))
    case 'or':
      return either(filterToSql(filter.left, target), filterToSql(filter.right, target))
    case 'not':
      return negated(filterToSql(filter.operand, target))
    case 'present':
      return presentToSql(resolved(filter.path, target.type), target)
    case 'compare':
      return compareToSql(filter, resolved(filter.path, target.type), target)
    case 'valuePath':
      return valuePathToSql(filter, target)
    default:
      return filter satisfies never
  }
}

/** One side that an index answers is enough to narrow the other down. */
const both = (left: Search, right: Search): Search => ({
  condition: sql<SqlBool>`(${left.condition} and ${right.condition})`,
  candidates: sql<SqlBool>`(${left.candidates} and ${right.candidates})`,
  isIndexed: left.isIndexed && right.isIndexed,
  isJoined: left.isJoined || right.isJoined,
})

/** Both sides need an index of this table, or every row is looked at. */
function either(left: Search, right: Search): Search {
  const condition = sql<SqlBool>`(${left.condition} or ${right.condition})`
  if (left.isJoined || right.isJoined) return scanned(condition)
  const candidates = sql<SqlBool>`(${left.candidates} or ${right.candidates})`
  return { condition, candidates, isIndexed: left.isIndexed && right.isIndexed, isJoined: false }
}

/** What is absent is not equal: SQL's third value would drop the row from both sides. No index tells who is not in it. */
const negated = ({ condition }: Search): Search => scanned(sql<SqlBool>`(not coalesce(${condition}, false))`)

type Compare = Extract<Filter, { kind: 'compare' }>

function compareToSql(
  { operator, value }: Compare,
  path: ResolvedName,
  target: FilterTarget,
  elementType?: string,
): Search {
  if (operator !== 'eq')
    throw new ScimError('invalidFilter', `The operator "${operator}" is not offered; "eq" and "pr" are.`)
  const name = leaf(path)
  if (value === null) return negated(presentToSql(path, target))
  const own = target.equals(spelled(name), value, elementType)
  if (own) return own
  const asked = termOf(name, value, elementType)
  return indexed(sql<SqlBool>`${target.keys} @> array[${term(target.workspaceId, asked.path, asked.value)}]::text[]`)
}

/**
 * A value path holds when one element meets all of it. An index term tells of one sub-attribute, alone or together with
 * the element's `type`; so these, and `or` over them, can be asked, and nothing else.
 */
function valuePathToSql({ path, filter }: Extract<Filter, { kind: 'valuePath' }>, target: FilterTarget): Search {
  const parent = resolved(path, target.type)
  const within = (inner: Filter): Search => {
    if (inner.kind === 'or') return either(within(inner.left), within(inner.right))
    if (inner.kind === 'present') return presentToSql(element(parent, inner.path.name), target)
    if (inner.kind === 'compare') return compareToSql(inner, element(parent, inner.path.name), target)
    if (inner.kind === 'and' && inner.left.kind === 'compare' && inner.right.kind === 'compare') {
      const [type, other] = isTypeEquality(inner.left) ? [inner.left, inner.right] : [inner.right, inner.left]
      if (isTypeEquality(type) && !isTypeEquality(other))
        return compareToSql(other, element(parent, other.path.name), target, type.value)
    }
    throw new ScimError(
      'invalidFilter',
      `Inside ${parent.attribute.name}[…] only one value, alone or together with type, can be asked for.`,
    )
  }
  return within(filter)
}

const isTypeEquality = (filter: Compare): filter is Compare & { readonly value: string } =>
  filter.operator === 'eq' && filter.path.name.toLowerCase() === 'type' && typeof filter.value === 'string'

function presentToSql(path: ResolvedName, target: FilterTarget): Search {
  const own = target.present(spelled(path))
  if (own) return own
  const names = [path.urn, path.attribute.name, path.sub?.name]
  const way = names.filter((name) => name !== undefined).map((name) => `."${name}"`)
  // Unassigned attributes are not stored, so to be there is to have a value (RFC 7643 §2.5). Lax mode looks into lists.
  return scanned(sql<SqlBool>`jsonb_path_exists(${target.attributes}, ${`$${way.join('')}`}::jsonpath)`)
}

/** `checkFilter` has refused what no schema names, so this is a second look only. */
function resolved(path: Compare['path'], type: ResourceType): ResolvedName {
  const found = resolveName(path, type)
  if (!found) throw new ScimError('invalidFilter', `There is no attribute "${path.name}".`)
  return found
}

function element({ urn, attribute }: ResolvedName, name: string): ResolvedName {
  const sub = attribute.subAttributes?.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase())
  if (!sub) throw new ScimError('invalidFilter', `"${attribute.name}" has no "${name}".`)
  return { ...(urn === undefined ? {} : { urn }), attribute, sub }
}

/** A complex attribute stands for its `value` (RFC 7644's own examples, and Entra's `manager eq`). */
function leaf(path: ResolvedName): ResolvedName {
  if (path.sub || path.attribute.type !== 'complex') return path
  return element(path, 'value')
}

/** `userName`, `emails.value`, `urn:…:User:department`: as the schemas spell it. */
function spelled({ urn, attribute, sub }: { urn?: string; attribute: Attribute; sub?: Attribute }): string {
  const name = sub ? `${attribute.name}.${sub.name}` : attribute.name
  return urn === undefined ? name : `${urn}:${name}`
}

/** @throws {ScimError} `invalidFilter`: for what the server adds to a resource and no index knows. */
export function notOffered(path: string): never {
  throw new ScimError('invalidFilter', `"${path}" can't be searched for here.`)
}
