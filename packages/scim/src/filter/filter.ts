/** An attribute as a filter names it, letter case kept. */
export interface AttributeName {
  /** What stands before the last colon, if there is one: a schema URN. */
  readonly urn?: string
  readonly name: string
  readonly sub?: string
}

export type CompareOperator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le'

/** A filter of RFC 7644 §3.4.2.2. Inside a `valuePath` the names are those of sub-attributes. */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly left: Filter; readonly right: Filter }
  | { readonly kind: 'not'; readonly operand: Filter }
  | { readonly kind: 'present'; readonly path: AttributeName }
  | {
      readonly kind: 'compare'
      readonly operator: CompareOperator
      readonly path: AttributeName
      readonly value: string | number | boolean | null
    }
  | { readonly kind: 'valuePath'; readonly path: AttributeName; readonly filter: Filter }
