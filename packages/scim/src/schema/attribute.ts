/** The data types of RFC 7643 §2.3. */
export type AttributeType =
  | 'string'
  | 'boolean'
  | 'decimal'
  | 'integer'
  | 'dateTime'
  | 'binary'
  | 'reference'
  | 'complex'

/** The definition of an attribute, with every characteristic spelled out (RFC 7643 §2.2, §7). */
export interface Attribute {
  readonly name: string
  readonly type: AttributeType
  readonly multiValued: boolean
  readonly required: boolean
  readonly caseExact: boolean
  readonly mutability: 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly'
  readonly returned: 'always' | 'never' | 'default' | 'request'
  readonly uniqueness: 'none' | 'server' | 'global'
  readonly canonicalValues?: readonly string[]
  readonly referenceTypes?: readonly string[]
  readonly description: string
  readonly subAttributes?: readonly Attribute[]
}

/** A named set of attributes (RFC 7643 §7). `id` is its URN. */
export interface Schema {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly attributes: readonly Attribute[]
}

/** A kind of resource: its endpoint below the base URL, its schema and its extensions (RFC 7643 §6). */
export interface ResourceType {
  readonly id: string
  readonly name: string
  readonly endpoint: string
  readonly description: string
  readonly schema: Schema
  readonly schemaExtensions: readonly { readonly schema: Schema; readonly required: boolean }[]
}

/** Characteristics that differ from the defaults of RFC 7643 §2.2. */
export type Characteristics = Partial<Omit<Attribute, 'name' | 'description'>>

/**
 * Defines an attribute; what is not stated takes the default of RFC 7643 §2.2. What its type or its mutability settles
 * is settled whatever is stated: references and binaries are `caseExact` (§2.3.6, §2.3.7), and what is write-only is
 * never returned (§7).
 */
export function attribute(name: string, description: string, characteristics: Characteristics = {}): Attribute {
  const { type = 'string', caseExact = false, mutability = 'readWrite', returned = 'default' } = characteristics
  return {
    name,
    type,
    multiValued: false,
    required: false,
    uniqueness: 'none',
    description,
    ...characteristics,
    caseExact: caseExact || type === 'reference' || type === 'binary',
    mutability,
    returned: mutability === 'writeOnly' ? 'never' : returned,
  }
}

/** Whether a value must not be told, nor given away by a filter or an order (RFC 7643 §7, RFC 7644 §7.5.2). */
export function isSecret({ returned, mutability }: Attribute): boolean {
  return returned === 'never' || mutability === 'writeOnly'
}

/** The attributes that every resource has though no schema lists them (RFC 7643 §3.1), `schemas` among them (§3). */
export const COMMON_ATTRIBUTES: readonly Attribute[] = [
  attribute('schemas', 'The URIs of the schemas that the resource uses.', {
    type: 'reference',
    multiValued: true,
    required: true,
    returned: 'always',
    referenceTypes: ['uri'],
  }),
  attribute('id', 'The identifier that the server gave the resource.', {
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
    uniqueness: 'server',
  }),
  attribute('externalId', 'The identifier that the client gave the resource.', { caseExact: true }),
  attribute('meta', 'What the server knows of the resource.', {
    type: 'complex',
    mutability: 'readOnly',
    subAttributes: [
      attribute('resourceType', 'The name of the resource type.', { caseExact: true, mutability: 'readOnly' }),
      attribute('created', 'When the resource was created.', { type: 'dateTime', mutability: 'readOnly' }),
      attribute('lastModified', 'When the resource last changed.', { type: 'dateTime', mutability: 'readOnly' }),
      attribute('location', 'The URI of the resource.', {
        type: 'reference',
        mutability: 'readOnly',
        referenceTypes: ['uri'],
      }),
      attribute('version', 'The version of the resource, equal to its ETag.', {
        caseExact: true,
        mutability: 'readOnly',
      }),
    ],
  }),
]
