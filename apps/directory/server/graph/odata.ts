import { Refusal } from '@muster/service-kit/refusals.ts'
import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import { type Filter, parseFilterTree } from './filter.ts'
import { parseSearch, type SearchTerm } from './search.ts'

/** The query of a Graph list, as OpenAPI shows it. What is read from it, and what is refused, `readObjectQuery` says. */
export const listQuery = z.looseObject({
  $top: z.string().optional().describe('Most objects on a page, 1 to 999.'),
  $filter: z.string().optional(),
  $select: z.string().optional().describe('Names of properties, separated by commas.'),
  $skiptoken: z.string().optional().describe('Where the page begins: taken from @odata.nextLink.'),
  $count: z.string().optional(),
  $orderby: z.string().optional().describe('One property that the list can be ordered by, then `asc` or `desc`.'),
  $search: z.string().optional().describe('`"displayName:text"`, where a list can be searched.'),
})
export const countQuery = listQuery.pick({ $filter: true, $search: true })
export const selectQuery = z.looseObject({ $select: z.string().optional() })

/** Graph's page sizes of directory objects (users, list: default 100, at most 999). */
const DEFAULT_TOP = 100
const MOST_TOP = 999

type Query = Readonly<Record<string, unknown>>

/** An order of a list: one property and a direction. */
export interface ListOrder {
  readonly by: string
  readonly direction: 'asc' | 'desc'
}

/** A list of directory objects as it was asked for: filtered, searched and ordered in SQL. */
export interface ObjectQuery {
  /** Most objects on the page. */
  readonly top: number
  readonly select: readonly string[] | undefined
  /** The sort key of the last object of the page before. */
  readonly after: readonly string[] | undefined
  readonly count: boolean
  readonly where: Filter | undefined
  /** Alternatives, each of terms that must all hold; undefined when nothing is searched. */
  readonly search: readonly (readonly SearchTerm[])[] | undefined
  /** Undefined when no order was asked for. */
  readonly order: ListOrder | undefined
}

/**
 * Reads the query options of a list of directory objects.
 *
 * @param properties The names that `$select` may hold.
 * @param orders The names that `$orderby` may hold.
 * @throws {Refusal} `invalid` for a system query option that isn't among them: none is ignored.
 */
export function readObjectQuery(
  query: unknown,
  properties: readonly string[],
  orders: readonly string[] = ['displayName'],
): ObjectQuery {
  const known = ['$top', '$filter', '$select', '$skiptoken', '$count', '$orderby', '$search']
  const options = readOptions(query, known)
  const [filter, search] = [options.get('$filter'), options.get('$search')]
  return {
    top: readTop(options.get('$top')),
    where: filter === undefined ? undefined : parseFilterTree(filter),
    search: search === undefined ? undefined : parseSearch(search),
    order: readOrder(options.get('$orderby'), orders),
    select: readSelect(options.get('$select'), properties),
    after: readSkipToken(options.get('$skiptoken')),
    count: readCount(options.get('$count')),
  }
}

/** Reads the query of `…/$count`. */
export function readCountQuery(query: unknown): Pick<ObjectQuery, 'where' | 'search'> {
  const options = readOptions(query, ['$filter', '$search'])
  const [filter, search] = [options.get('$filter'), options.get('$search')]
  return {
    where: filter === undefined ? undefined : parseFilterTree(filter),
    search: search === undefined ? undefined : parseSearch(search),
  }
}

function readOrder(text: string | undefined, orders: readonly string[]): ListOrder | undefined {
  if (text === undefined) return undefined
  const [, by = '', direction] = /^(\w+)(?:\s+(asc|desc))?$/.exec(text.trim()) ?? []
  if (orders.length === 0) throw new Refusal('invalid', "The query option '$orderby' is not supported here.")
  if (!orders.includes(by))
    throw new Refusal(
      'invalid',
      `Unsupported sort: '${text.slice(0, 60)}'. This list is ordered by ${orders.join(', ')}.`,
    )
  return { by, direction: direction === 'desc' ? 'desc' : 'asc' }
}

/** Reads the query of a request for one object: `$select` and nothing else. */
export function readSelectQuery(query: unknown, properties: readonly string[]): readonly string[] | undefined {
  return readSelect(readOptions(query, ['$select']).get('$select'), properties)
}

/** Refuses every system query option, for what takes none. Others (OData's custom options) mean nothing, as in Graph. */
export function readOptions(query: unknown, known: readonly string[]): Map<string, string> {
  const options = new Map<string, string>()
  for (const [name, value] of Object.entries((query ?? {}) as Query)) {
    if (!name.startsWith('$')) continue
    if (!known.includes(name)) throw new Refusal('invalid', `The query option '${name}' is not supported here.`)
    if (typeof value !== 'string') throw new Refusal('invalid', `The query option '${name}' is given more than once.`)
    options.set(name, value)
  }
  return options
}

export function readTop(text: string | undefined): number {
  if (text === undefined) return DEFAULT_TOP
  const top = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (top < 1 || top > MOST_TOP)
    throw new Refusal(
      'invalid',
      `Invalid page size specified: '${text.slice(0, 20)}'. Must be between 1 and ${MOST_TOP} inclusive.`,
    )
  return top
}

function readCount(text: string | undefined): boolean {
  if (text === undefined || text === 'false') return false
  if (text === 'true') return true
  throw new Refusal('invalid', "The query option '$count' is true or false.")
}

export function readSelect(text: string | undefined, properties: readonly string[]): readonly string[] | undefined {
  if (text === undefined) return undefined
  const names = text.split(',').map((name) => name.trim())
  const unknown = names.find((name) => !properties.includes(name))
  if (unknown !== undefined)
    throw new Refusal(
      'invalid',
      `Parsing OData Select and Expand failed: Could not find a property named '${unknown.slice(0, 60)}'.`,
    )
  return names
}

function readSkipToken(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined
  try {
    const read: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    if (
      Array.isArray(read) &&
      read.length > 0 &&
      read.every((part) => typeof part === 'string' && !part.includes('\0'))
    )
      return read
  } catch {}
  throw new Refusal('invalid', "The '$skiptoken' is not one that was given here.")
}

/** A prefix as a range, so that a `collate "C"` index serves it. */
export function startsWith(column: RawBuilder<unknown>, prefix: string): RawBuilder<unknown> {
  return sql`(${column} >= ${prefix} and ${column} < ${`${prefix}\u{10ffff}`})`
}

/** A page of a list, and whether another follows. */
export interface Page<T> {
  readonly items: readonly T[]
  /** The sort key of the last item; absent on the last page. */
  readonly next?: readonly string[]
  /** How many there are on all pages, when it was asked for. */
  readonly total?: number
}

/** Cuts a page out of rows of which one more than `top` was read. */
export function toPage<T>(rows: readonly T[], top: number, keyOf: (row: T) => readonly string[]): Page<T> {
  const items = rows.slice(0, top)
  const last = items.at(-1)
  return rows.length > top && last !== undefined ? { items, next: keyOf(last) } : { items }
}

/** The body of a Graph list: `@odata.context`, `@odata.nextLink` with the same query, `value`. */
export function listBody(
  address: { readonly base: string; readonly url: string; readonly context: string },
  page: Page<unknown>,
) {
  const { base, url, context } = address
  const body: Record<string, unknown> = { '@odata.context': `${graphRoot(base, url)}/$metadata#${context}` }
  if (page.total !== undefined) body['@odata.count'] = page.total
  if (page.next) {
    const link = new URL(url, base)
    link.searchParams.set('$skiptoken', Buffer.from(JSON.stringify(page.next)).toString('base64url'))
    // Clients look for `$skiptoken` as Graph writes it: the dollar unescaped.
    body['@odata.nextLink'] = link.href.replaceAll('%24', '$')
  }
  return { ...body, value: page.items }
}

/** `https://…/v1.0` or `…/beta`: the root that a request came in by. */
export function graphRoot(base: string, url: string): string {
  return `${base}/${url.startsWith('/beta') ? 'beta' : 'v1.0'}`
}

/** An object with its `@odata.context`, cut to the properties asked for. */
export function objectBody(
  address: { readonly base: string; readonly url: string; readonly context: string },
  object: object,
  select?: readonly string[],
) {
  return {
    '@odata.context': `${graphRoot(address.base, address.url)}/$metadata#${address.context}/$entity`,
    ...selectFrom(object, select),
  }
}

/** The properties asked for, in the order of the object; `@odata.type` stays. */
export function selectFrom(object: object, select: readonly string[] | undefined): object {
  if (!select) return object
  return Object.fromEntries(Object.entries(object).filter(([name]) => name.startsWith('@') || select.includes(name)))
}

/** The body of `…/$ref`: what `@odata.id` names. */
export const referenceBody = z.looseObject({ '@odata.id': z.string().max(2_000) })

/**
 * The id at the end of a reference such as `https://graph.microsoft.com/v1.0/directoryObjects/{id}`. The host isn't
 * compared: Graph doesn't either, and scripts carry Microsoft's.
 *
 * @throws {Refusal} `invalid` when it names no object.
 */
export function readReference(reference: string): string {
  const parts = /(?:^|\/)(directoryObjects|users|groups|servicePrincipals)\/([^/?#]+)\/?$/.exec(reference)
  if (!parts?.[2])
    throw new Refusal('invalid', `Invalid object reference '${reference.slice(0, 200)}' for '@odata.id'.`)
  try {
    return decodeURIComponent(parts[2])
  } catch {
    throw new Refusal('invalid', `Invalid object reference '${reference.slice(0, 200)}' for '@odata.id'.`)
  }
}
