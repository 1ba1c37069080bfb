/** A JSON Schema, as OpenAPI 3.1 has it. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** One kind of answer. */
export interface DocumentedAnswer {
  readonly description: string
  /** Of the body; without it there is none. */
  readonly schema?: JsonSchema
  /** Default: `application/json`. */
  readonly mediaType?: string
}

/** What a room says of an operation beside what its route already does. */
export interface OperationNotes {
  /** By status. A success that is named here stands in place of the route's own. */
  readonly answers: Readonly<Record<number, DocumentedAnswer>>
  /** The body, where the route reads it by itself. */
  readonly body?: { readonly mediaType: string; readonly schema: JsonSchema }
  /** A body that is answered with success in a new workspace or tenant. */
  readonly example?: unknown
}

export type NotesOf = (method: string, path: string) => OperationNotes | undefined

interface Operation {
  responses?: Record<string, unknown>
  requestBody?: { content: Record<string, object>; required?: boolean }
}

/** The parts of an OpenAPI document that are worked on here. */
export interface OpenApiDocument {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components?: { readonly schemas?: Readonly<Record<string, unknown>> }
}

/** Writes what the rooms say into a document, and leaves out every schema that nothing in it refers to. */
export function completeDocument<Document extends OpenApiDocument>(document: Document, notesOf: NotesOf): Document {
  const paths = Object.fromEntries(
    Object.entries(document.paths ?? {}).map(([path, operations]) => [
      path,
      Object.fromEntries(
        Object.entries(operations).map(([method, operation]) => {
          const notes = notesOf(method.toUpperCase(), path)
          return [method, notes ? withNotes(operation, notes) : operation]
        }),
      ),
    ]),
  )
  const schemas = referredTo(paths, document.components?.schemas ?? {})
  return { ...document, paths, components: { ...document.components, schemas } }
}

function withNotes(operation: Operation, { answers, body, example }: OperationNotes): Operation {
  const namesSuccess = Object.keys(answers).some((status) => Number(status) < 400)
  const own = Object.entries(operation.responses ?? {}).filter(([status]) => Number(status) >= 400 || !namesSuccess)
  const responses = Object.fromEntries([
    ...Object.entries(answers).map(([status, { description, schema, mediaType = 'application/json' }]) => [
      status,
      { description, ...(schema ? { content: { [mediaType]: { schema } } } : {}) },
    ]),
    ...own.map(([status, answer]) => [status, described(answer)]),
  ])
  const requestBody = body
    ? { required: true, content: { [body.mediaType]: { schema: body.schema } } }
    : operation.requestBody
  if (!requestBody) return { ...operation, responses }
  const content = Object.fromEntries(
    Object.entries(requestBody.content).map(([type, media]) => [
      type,
      { ...media, ...(example === undefined ? {} : { example }) },
    ]),
  )
  return { ...operation, responses, requestBody: { ...requestBody, content } }
}

/** What the framework calls an answer that nobody described. */
const described = (answer: unknown) => {
  const given = answer as { readonly description?: string }
  return given.description === 'Default Response' ? { ...given, description: 'Done.' } : answer
}

const REFERENCE = '#/components/schemas/'

/** One registry holds the shapes of every app in the process: a document has those that it uses, and what they use. */
function referredTo(root: unknown, schemas: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const found: Record<string, unknown> = {}
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, inner] of Object.entries(value)) {
      if (key !== '$ref' || typeof inner !== 'string' || !inner.startsWith(REFERENCE)) {
        visit(inner)
        continue
      }
      const name = inner.slice(REFERENCE.length)
      if (name in found || !(name in schemas)) continue
      found[name] = schemas[name]
      visit(schemas[name])
    }
  }
  visit(root)
  return found
}
