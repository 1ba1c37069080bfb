import { z } from 'zod'

/** As much of JSON Schema as Zod writes for the bodies here. */
interface Schema {
  readonly type?: string
  readonly anyOf?: readonly Schema[]
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
}

type Path = readonly (string | number)[]

/** Values of each JSON type. */
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  null: [null],
  boolean: [true, false],
  number: [42, 0.5],
  string: ['text', ''],
  array: [[], ['text'], [{}]],
  object: [{}, { nothing: true }],
}

/** In one piece: without the names under which OpenAPI refers to a shape. */
const toSchema = (body: unknown): Schema =>
  z.toJSONSchema(body as z.ZodType, { io: 'input', metadata: z.registry() }) as Schema

const choicesOf = (schema: Schema): readonly Schema[] => schema.anyOf?.flatMap(choicesOf) ?? [schema]
const typesOf = (schema: Schema): ReadonlySet<string> =>
  new Set(choicesOf(schema).map(({ type = 'string' }) => (type === 'integer' ? 'number' : type)))

/** Every place that a body of this shape may have, the body itself first. */
function placesOf(schema: Schema, path: Path = []): readonly { readonly path: Path; readonly schema: Schema }[] {
  const below = choicesOf(schema).flatMap(({ properties = {}, items }) => [
    ...Object.entries(properties).flatMap(([name, inner]) => placesOf(inner, [...path, name])),
    ...(items ? placesOf(items, [...path, 0]) : []),
  ])
  return [{ path, schema }, ...below]
}

/** The body with one value in another place; what the way there lacks is made. */
function withValue(body: unknown, [step, ...rest]: Path, value: unknown): unknown {
  if (step === undefined) return value
  if (typeof step === 'number')
    return Object.assign([...(Array.isArray(body) ? body : [])], {
      [step]: withValue(Array.isArray(body) ? body[step] : undefined, rest, value),
    })
  const object = (body ?? {}) as Readonly<Record<string, unknown>>
  return { ...object, [step]: withValue(object[step], rest, value) }
}

/** The same without a field. */
function withoutField(body: unknown, path: Path, name: string): unknown {
  const at = path.reduce(
    (value, step) => (value as Readonly<Record<string | number, unknown>> | undefined)?.[step],
    body,
  )
  const { [name]: _, ...left } = (at ?? {}) as Readonly<Record<string, unknown>>
  return withValue(body, path, left)
}

/** The body with a text in each place that takes one, in turn. */
export const withText = (shape: unknown, body: object, text: string): string[] =>
  placesOf(toSchema(shape))
    .filter(({ schema }) => typesOf(schema).has('string'))
    .map(({ path }) => JSON.stringify(withValue(body, path, text)))

/** The body with a field more in each of its objects, in turn. */
export const withField = (shape: unknown, body: object, name: string): string[] =>
  objectsOf(shape).map(({ path }) => JSON.stringify(withValue(body, [...path, name], 'x')))

/** The body with JSON text of one's own in each of its objects, in turn: for what no object here can hold. */
export const withJson = (shape: unknown, body: object, json: string): string[] =>
  objectsOf(shape).map(({ path }) =>
    JSON.stringify(withValue(body, [...path, '(here)'], 0)).replace('"(here)":0', json),
  )

/** The body with a value of another type in each place, in turn. */
export const withOtherTypes = (shape: unknown, body: object): string[] =>
  placesOf(toSchema(shape)).flatMap(({ path, schema }) =>
    Object.entries(VALUES)
      .filter(([type]) => !typesOf(schema).has(type))
      .flatMap(([, values]) => values.map((value) => JSON.stringify(withValue(body, path, value)))),
  )

/** The body without each field that it must have, in turn. */
export const withMissing = (shape: unknown, body: object): string[] =>
  objectsOf(shape).flatMap(({ path, schema }) =>
    (schema.required ?? []).map((name) => JSON.stringify(withoutField(body, path, name))),
  )

const objectsOf = (shape: unknown) =>
  placesOf(toSchema(shape)).flatMap(({ path, schema }) =>
    choicesOf(schema)
      .filter(({ type }) => type === 'object')
      .map((one) => ({ path, schema: one })),
  )
