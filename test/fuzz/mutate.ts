import fc from 'fast-check'

/** Values that have broken servers before, wherever they stand. */
const HOSTILE: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  2 ** 53 + 2,
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '\udc00x',
  'bulkId:x',
  '__proto__',
  'constructor',
  'False',
  '0001-01-03T00:00:00.0000000Z',
  'İßﬁ\u202e\u0301',
  `'; drop table portal.users; --`,
  '%_\\',
  '{"value":"x"}',
  'x'.repeat(20_000),
  [],
  {},
  [[]],
  [null],
  { value: null },
  JSON.parse('{"__proto__":{"polluted":true}}'),
  { constructor: { prototype: { polluted: true } } },
  Array.from({ length: 300 }, (_, place) => ({ value: String(place), type: 'work', primary: true })),
]

const KEYS = ['__proto__', 'constructor', 'toString', '', '\0', '$ref', 'value', 'VALUE', 'op', 'path', 'schemas', 'id']

type Mutation = {
  readonly at: number
  readonly pick: number
  readonly kind: (typeof KINDS)[number]
  readonly value: unknown
}
const KINDS = ['replace', 'remove', 'rename', 'case', 'wrap', 'double', 'deepen', 'add'] as const

export const hostileValues: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
)

const mutations: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(),
  pick: fc.nat(),
  kind: fc.constantFrom(...KINDS),
  value: hostileValues,
})

/** One of the bodies, with up to three places in it changed. */
export const mutated = (bodies: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc
    .tuple(fc.constantFrom(...bodies), fc.array(mutations, { maxLength: 3 }))
    .map(([body, changes]) => changes.reduce<unknown>((at, change) => mutate(at, change), body))

/** The text with up to three pieces cut, doubled or put in. */
export const mutatedText = (texts: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(
      texts,
      fc.array(
        fc.record({
          at: fc.nat(),
          length: fc.nat(8),
          insert: fc.constantFrom(
            '',
            '"',
            '\\',
            '[',
            ']',
            '(',
            ')',
            '.',
            ':',
            ' ',
            ' and ',
            '{',
            '}',
            ',',
            '\0',
            '\ud800',
            '1e999',
            'é',
          ),
        }),
        { maxLength: 3 },
      ),
    )
    .map(([text, edits]) =>
      edits.reduce((now, { at, length, insert }) => {
        const from = now.length === 0 ? 0 : at % now.length
        return now.slice(0, from) + insert + now.slice(from + length)
      }, text),
    )

function mutate(body: unknown, { at, pick, kind, value }: Mutation): unknown {
  const count = countNodes(body)
  let left = at % count
  const visit = (node: unknown): unknown => {
    if (left-- === 0) return change(node, kind, pick, value)
    if (Array.isArray(node)) return node.map(visit)
    if (typeof node === 'object' && node !== null)
      return Object.fromEntries(Object.entries(node).map(([key, inner]) => [key, visit(inner)]))
    return node
  }
  return visit(body)
}

function change(node: unknown, kind: Mutation['kind'], pick: number, value: unknown): unknown {
  const entries = typeof node === 'object' && node !== null && !Array.isArray(node) ? Object.entries(node) : []
  const chosen = entries.length === 0 ? -1 : pick % entries.length
  const key = KEYS[pick % KEYS.length] ?? 'value'
  switch (kind) {
    case 'replace':
      return value
    case 'remove':
      return Array.isArray(node) ? node.slice(1) : Object.fromEntries(entries.filter((_, place) => place !== chosen))
    case 'rename':
      return Object.fromEntries(entries.map(([name, inner], place) => [place === chosen ? key : name, inner]))
    case 'case':
      return Object.fromEntries(entries.map(([name, inner]) => [name.toUpperCase(), inner]))
    case 'wrap':
      return pick % 2 === 0 ? [node] : { [key]: node }
    case 'double':
      return Array.isArray(node) ? [...node, ...node] : [node, node]
    case 'deepen':
      return Array.from({ length: 10 + (pick % 200) }).reduce(
        (inner) => (pick % 2 === 0 ? [inner] : { value: inner }),
        node,
      )
    case 'add':
      return Array.isArray(node) ? [...node, value] : Object.fromEntries([...entries, [key, value]])
    default:
      return kind satisfies never
  }
}

function countNodes(node: unknown): number {
  if (typeof node !== 'object' || node === null) return 1
  return Object.values(node).reduce((sum: number, inner) => sum + countNodes(inner), 1)
}
