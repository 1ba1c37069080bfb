/** The parts of `/openapi.json` that the tests read. */
export interface Answer {
  readonly description: string
  readonly content?: Readonly<Record<string, { readonly schema?: Readonly<Record<string, unknown>> }>>
}

export interface Operation {
  readonly tags?: readonly string[]
  readonly summary?: string
  readonly security?: readonly unknown[]
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[]
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema?: unknown; readonly example?: unknown }>>
  }
  readonly responses: Readonly<Record<string, Answer>>
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly servers?: unknown
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> }
}

export interface NamedOperation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly operation: Operation
}

const ORDER = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Every operation: what reads first, what deletes last, by path among its kind. */
export const operationsOf = ({ paths }: Document): NamedOperation[] =>
  Object.entries(paths)
    .flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => ({
        method: method.toUpperCase() as NamedOperation['method'],
        path,
        operation,
      })),
    )
    .sort((a, b) => ORDER.indexOf(a.method) - ORDER.indexOf(b.method) || (a.path < b.path ? -1 : 1))
