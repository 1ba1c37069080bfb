import { ScimError } from '../errors.ts'
import { compareTexts, foldText, foldUserName } from '../fold.ts'
import { compareInstants, parseInstant } from '../instant.ts'
import type { Json } from '../json.ts'
import { quoted } from '../json.ts'
import type { Attribute } from '../schema/attribute.ts'
import { findAttribute } from '../schema/lookup.ts'
import { type ToleranceSink, tolerates } from '../tolerances.ts'
import type { CompareOperator } from './filter.ts'

export type Literal = string | number | boolean | null

/** The text that stands for a value of an attribute in comparisons: folded unless the attribute is `caseExact`. */
export function foldFor(attribute: Attribute, text: string): string {
  if (attribute.caseExact) return text
  return attribute.name === 'userName' ? foldUserName(text) : foldText(text)
}

/** The boolean that a text spells, in any letter case. */
export function booleanOf(text: string): boolean | undefined {
  const folded = text.toLowerCase()
  return folded === 'true' ? true : folded === 'false' ? false : undefined
}

/**
 * The attribute whose values a comparison reads: a complex attribute named alone stands for its `value`
 * (`emails co "x"`, as the examples of RFC 7644 §3.4.2.2 have it). Undefined when it has none.
 */
export function comparandOf(attribute: Attribute): Attribute | undefined {
  return attribute.type === 'complex' ? findAttribute(attribute.subAttributes, 'value') : attribute
}

/**
 * Brings a literal to the type of the attribute that it is compared with.
 *
 * @throws {ScimError} `invalidFilter` when operator, type and literal do not go together (RFC 7644 §3.4.2.2).
 */
export function readComparand(
  operator: CompareOperator,
  attribute: Attribute,
  value: Literal,
  tolerances: ToleranceSink,
): Literal {
  const equality = operator === 'eq' || operator === 'ne'
  const ordering = operator === 'gt' || operator === 'ge' || operator === 'lt' || operator === 'le'
  const { name, type } = attribute
  const refuse = (): never => {
    const shown = typeof value === 'string' ? quoted(value) : String(value)
    throw new ScimError('invalidFilter', `${name} is of type ${type}: "${operator}" ${shown} cannot be answered.`)
  }
  if (value === null) return equality ? null : refuse()
  switch (type) {
    case 'boolean': {
      if (!equality) return refuse()
      if (typeof value === 'boolean') return value
      const read = typeof value === 'string' ? booleanOf(value) : undefined
      if (read === undefined || !tolerates(tolerances, 'boolean-as-string')) return refuse()
      return read
    }
    case 'integer':
    case 'decimal':
      return typeof value === 'number' && (equality || ordering) ? value : refuse()
    case 'dateTime':
      if (typeof value !== 'string') return refuse()
      return equality || ordering ? (parseInstant(value) ? value : refuse()) : value
    case 'binary':
      return typeof value === 'string' && !ordering ? value : refuse()
    case 'string':
    case 'reference':
      if (typeof value === 'string') return value
      // `externalId eq 4711`: the quotes were forgotten.
      return tolerates(tolerances, 'unquoted-literal') ? String(value) : refuse()
    case 'complex':
      return refuse()
    default:
      return type satisfies never
  }
}

/** Whether one stored value answers a comparison. A value of another type than the literal's never does. */
export function compares(operator: CompareOperator, attribute: Attribute, stored: Json, literal: Literal): boolean {
  if (literal === null) return false
  if (typeof stored === 'string' && typeof literal === 'string') {
    if (attribute.type === 'dateTime' && operator !== 'co' && operator !== 'sw' && operator !== 'ew') {
      const [left, right] = [parseInstant(stored), parseInstant(literal)]
      return left !== undefined && right !== undefined && holds(operator, compareInstants(left, right))
    }
    return textHolds(operator, foldFor(attribute, stored), foldFor(attribute, literal))
  }
  if (typeof stored === 'number' && typeof literal === 'number') return holds(operator, stored - literal)
  return typeof stored === 'boolean' && typeof literal === 'boolean' && holds(operator, stored === literal ? 0 : 1)
}

function textHolds(operator: CompareOperator, stored: string, literal: string): boolean {
  switch (operator) {
    case 'co':
      return stored.includes(literal)
    case 'sw':
      return stored.startsWith(literal)
    case 'ew':
      return stored.endsWith(literal)
    default:
      return holds(operator, compareTexts(stored, literal))
  }
}

function holds(operator: CompareOperator, order: number): boolean {
  switch (operator) {
    case 'eq':
      return order === 0
    case 'ne':
      return order !== 0
    case 'gt':
      return order > 0
    case 'ge':
      return order >= 0
    case 'lt':
      return order < 0
    case 'le':
      return order <= 0
    default:
      return false
  }
}
