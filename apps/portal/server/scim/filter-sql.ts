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
  equals(path: string, value: string | number | boolean, elementType?: string): Condition | undefined
  /** The condition for `pr` of what is not in the stored resource; undefined leaves it to `attributes`. */
  present(path: string): Condition | undefined
}

/** For what every resource has, and none. */
export const ALWAYS: Condition = sql<SqlBool>`true`
export const NEVER: Condition = sql<SqlBool>`false`

/**
 * Turns a filter into SQL (RFC 7644 §3.4.2.2): `eq`, `pr`, `and`, `or`, `not` on what is stored. Nothing is filtered in
 * memory, and what can't be asked of the database is refused, never left out: a client that searched for one person must
 * not be given everybody.
 *
 * @param filter As `checkFilter` answers it: every name known, every literal of its attribute's type.
 * @throws {ScimError} `invalidFilter`.
 */
export function filterToSql(filter: Filter, target: FilterTarget): Condition {
  switch (filter.kind) {
    case 'and':
      return sql<SqlBool>`(${filterToSql(filter.left, target)} and ${filterToSql(filter.right, target)})`
    case 'or':
      return sql<SqlBool>`(${filterToSql(filter.left, target)} or ${filterToSql(filter.right, target)})`
    case 'not':
      // What is absent is not equal: SQL's third value would drop the row from both sides.
      return sql<SqlBool>`(not coalesce(${filterToSql(filter.operand, target)}, false))`
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

type Compare = Extract<Filter, { kind: 'compare' }>

function compareToSql(
  { operator, value }: Compare,
  path: ResolvedName,
  target: FilterTarget,
  elementType?: string,
): Condition {
  if (operator !== 'eq')
    throw new ScimError('invalidFilter', `The operator "${operator}" is not offered; "eq" and "pr" are.`)
  const name = leaf(path)
  if (value === null) return sql<SqlBool>`(not coalesce(${presentToSql(path, target)}, false))`
  const own = target.equals(spelled(name), value, elementType)
  if (own) return own
  const asked = termOf(name, value, elementType)
  return sql<SqlBool>`${target.keys} @> array[${term(target.workspaceId, asked.path, asked.value)}]::text[]`
}

/**
 * A value path holds when one element meets all of it. An index term tells of one sub-attribute, alone or together with
 * the element's `type`; so these, and `or` over them, can be asked, and nothing else.
 */
function valuePathToSql({ path, filter }: Extract<Filter, { kind: 'valuePath' }>, target: FilterTarget): Condition {
  const parent = resolved(path, target.type)
  const within = (inner: Filter): Condition => {
    if (inner.kind === 'or') return sql<SqlBool>`(${within(inner.left)} or ${within(inner.right)})`
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

function presentToSql(path: ResolvedName, target: FilterTarget): Condition {
  const own = target.present(spelled(path))
  if (own) return own
  const names = [path.urn, path.attribute.name, path.sub?.name]
  const way = names.filter((name) => name !== undefined).map((name) => `."${name}"`)
  // Unassigned attributes are not stored, so to be there is to have a value (RFC 7643 §2.5). Lax mode looks into lists.
  return sql<SqlBool>`jsonb_path_exists(${target.attributes}, ${`$${way.join('')}`}::jsonpath)`
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
