import fc from 'fast-check'
import type { Material } from './material.ts'
import { hostileValues, mutated, mutatedText } from './mutate.ts'

/** A request to be sent; `{user}` and `{group}` stand for ids that are there when it goes out. */
export interface FuzzRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below `/scim/v2`, query included. */
  readonly path: string
  readonly contentType?: string
  /** The bytes as they travel. */
  readonly body?: string
}

const SCIM = 'application/scim+json; charset=utf-8'

/** Every kind of request that a client could make of it, bodies and filters mutated from what real ones sent. */
export function fuzzRequests(material: Material): fc.Arbitrary<FuzzRequest> {
  const users = write(material.userBodies, material.userPatches, '/Users', '{user}')
  const groups = write(material.groupBodies, material.groupPatches, '/Groups', '{group}')
  const filter = mutatedText(fc.constantFrom(...material.filters))
  const read = fc
    .record({ path: places, query: queries(filter), strange: fc.constantFrom(undefined, '', '{}', '[') })
    .map(({ path, query, strange }) => ({
      method: 'GET' as const,
      path: path + query,
      ...(strange === undefined ? {} : { body: strange, contentType: SCIM }),
    }))
  const byPath = fc
    .record({
      op: fc.constantFrom('add', 'Add', 'replace', 'remove', 'Remove', 'move', 7, null),
      path: mutatedText(fc.constantFrom(...material.paths)),
      value: fc.oneof(
        hostileValues,
        fc.constantFrom('{user}', [{ value: '{user}' }], [{ $ref: null, value: '{user}' }]),
      ),
      kind: fc.constantFrom('{user}', '{group}'),
    })
    .map(({ kind, ...operation }) => ({
      method: 'PATCH' as const,
      path: kind === '{user}' ? '/Users/{user}' : '/Groups/{group}',
      contentType: SCIM,
      body: textOf({ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [operation] }),
    }))
  const stray = fc.record({
    method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
    path: places,
    contentType: fc.constantFrom(SCIM, 'application/json', 'text/plain', 'application/xml', 'multipart/form-data', ''),
    body: fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), hostileValues.map(textOf)),
  }) satisfies fc.Arbitrary<FuzzRequest>
  return fc.oneof(
    { weight: 5, arbitrary: users },
    { weight: 4, arbitrary: groups },
    { weight: 4, arbitrary: read },
    { weight: 3, arbitrary: byPath },
    { weight: 1, arbitrary: stray },
  )
}

/** POST, PUT, PATCH and now and then DELETE of one type. */
function write(
  bodies: readonly unknown[],
  patches: readonly unknown[],
  endpoint: string,
  id: string,
): fc.Arbitrary<FuzzRequest> {
  const query = fc.constantFrom('', '', '', '?attributes=userName', '?excludedAttributes=members', '?attributes=%00')
  const one = (method: FuzzRequest['method'], path: string, from: readonly unknown[]) =>
    fc.tuple(mutated(from), fc.nat(3), query).chain(([body, chance, asked]) =>
      (chance > 0 ? fc.constant(textOf(body)) : mutatedText(fc.constant(textOf(body)))).map((text) => ({
        method,
        path: path + asked,
        contentType: SCIM,
        body: text,
      })),
    )
  return fc.oneof(
    { weight: 6, arbitrary: one('POST', endpoint, bodies) },
    { weight: 6, arbitrary: one('PUT', `${endpoint}/${id}`, bodies) },
    { weight: 12, arbitrary: one('PATCH', `${endpoint}/${id}`, patches) },
    { weight: 1, arbitrary: fc.constant({ method: 'DELETE' as const, path: `${endpoint}/${id}` }) },
  )
}

const places: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      '/Users',
      '/Groups',
      '/Users/{user}',
      '/Groups/{group}',
      '/Schemas',
      '/ResourceTypes',
      '/ServiceProviderConfig',
      '/Me',
      '/Bulk',
      '/.search',
      '/Users/.search',
      '/',
      '/Users/{group}',
      '/Users/%00',
      '/Users/%ff',
      '/Users/..%2fGroups',
      '/__proto__',
      '/Schemas/urn:ietf:params:scim:schemas:core:2.0:User',
    ),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 40 }).map((text) => `/Users/${encodeURIComponent(text)}`) },
)

function queries(filter: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const encoded = (text: string) => encodeURIComponent(text.toWellFormed())
  const number = fc.constantFrom(
    '0',
    '1',
    '-1',
    '5',
    '99999999999999999999',
    '1e3',
    '1.5',
    'NaN',
    '',
    '٣',
    '2147483648',
  )
  const name = fc.constantFrom(
    'userName',
    'name.givenName',
    'members',
    'urn:ietf:params:scim:schemas:core:2.0:User',
    '',
    '__proto__',
    '..',
    'x:y:z',
  )
  const part = fc.oneof(
    { weight: 4, arbitrary: filter.map((text) => `filter=${encoded(text)}`) },
    { weight: 1, arbitrary: number.map((value) => `startIndex=${encoded(value)}`) },
    { weight: 1, arbitrary: number.map((value) => `count=${encoded(value)}`) },
    { weight: 1, arbitrary: fc.array(name, { maxLength: 4 }).map((names) => `attributes=${encoded(names.join(','))}`) },
    {
      weight: 1,
      arbitrary: fc.array(name, { maxLength: 4 }).map((names) => `excludedAttributes=${encoded(names.join(','))}`),
    },
    { weight: 1, arbitrary: name.map((value) => `sortBy=${encoded(value)}&sortOrder=descending`) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'cursor',
        'cursor=%00',
        'cursor=x',
        '%',
        '&&',
        'aadOptscim062020',
        'a[b]=c',
        'filter=%ff%fe',
      ),
    },
  )
  return fc.array(part, { maxLength: 3 }).map((parts) => (parts.length === 0 ? '' : `?${parts.join('&')}`))
}

const textOf = (value: unknown): string => JSON.stringify(value) ?? ''
