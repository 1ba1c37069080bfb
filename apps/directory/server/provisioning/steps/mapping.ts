import type { Json } from '@muster/scim'
import { evaluate, type SourceAttributes } from '../expression/evaluate.ts'
import { attributesOf, type Expression, parseExpression } from '../expression/parse.ts'
import { REFERENCE_ATTRIBUTES } from '../schema/default-mappings.ts'
import type { AttributeMapping, SynchronizationSchema } from '../schema/document.ts'
import { parseTargetPath, type TargetPath } from './target-path.ts'

export type ObjectType = 'User' | 'Group'

/** One attribute mapping, ready to be worked out many times. */
interface CompiledAttribute {
  readonly path: TargetPath
  readonly expression: Expression | undefined
  readonly defaultValue: string | null
  readonly onCreateOnly: boolean
  readonly matchingPriority: number
  readonly isBoolean: boolean
  readonly caseExact: boolean
  /** It says whether the person may still be there: the one thing sent of those who left. */
  readonly tellsSoftDeletion: boolean
}

/** An object mapping, ready to be used. References are apart: they flow after both ends exist. */
export interface CompiledMapping {
  readonly objectType: ObjectType
  readonly attributes: readonly CompiledAttribute[]
  /** Where the manager or the members go in the target, if they are mapped. */
  readonly references: readonly { readonly source: 'manager' | 'members'; readonly path: TargetPath }[]
  /** Target attributes used for matching, first precedence first. */
  readonly matching: readonly CompiledAttribute[]
}

/** What one target attribute should hold. */
export interface MappedValue {
  readonly path: TargetPath
  readonly value: Json
  readonly caseExact: boolean
}

/** Prepares the mapping of `objectType`; undefined when it is absent or switched off. */
export function compileMapping(schema: SynchronizationSchema, objectType: ObjectType): CompiledMapping | undefined {
  for (const rule of schema.synchronizationRules)
    for (const mapping of rule.objectMappings) {
      if (mapping.sourceObjectName !== objectType || !mapping.enabled) continue
      const target = schema.directories
        .find((directory) => directory.name === rule.targetDirectoryName)
        ?.objects.find((object) => object.name === mapping.targetObjectName)
      const compiled = mapping.attributeMappings.map((attribute) =>
        compileAttribute(attribute, target?.attributes ?? []),
      )
      const references = compiled.flatMap(({ path, expression }) =>
        expression?.kind === 'attribute' && isReference(expression.name) ? [{ source: expression.name, path }] : [],
      )
      const attributes = compiled.filter(({ path }) => !references.some((reference) => reference.path === path))
      return {
        objectType,
        attributes,
        references,
        matching: attributes
          .filter(({ matchingPriority }) => matchingPriority > 0)
          .sort((a, b) => a.matchingPriority - b.matchingPriority),
      }
    }
  return undefined
}

const isReference = (name: string): name is 'manager' | 'members' => REFERENCE_ATTRIBUTES.has(name)

function compileAttribute(
  mapping: AttributeMapping,
  definitions: readonly { readonly name: string; readonly type: string; readonly caseExact: boolean }[],
): CompiledAttribute {
  const definition = definitions.find(({ name }) => name === mapping.targetAttributeName)
  const expression = mapping.source ? parseExpression(mapping.source.expression) : undefined
  return {
    path: parseTargetPath(mapping.targetAttributeName),
    expression,
    defaultValue: mapping.defaultValue,
    onCreateOnly: mapping.flowType === 'ObjectAddOnly',
    matchingPriority: mapping.matchingPriority,
    isBoolean: definition?.type === 'Boolean',
    caseExact: definition?.caseExact ?? true,
    tellsSoftDeletion: expression ? attributesOf(expression).includes('IsSoftDeleted') : false,
  }
}

/**
 * Works out what the target should hold. Null source values don't flow; defaults stand in for them on create alone.
 *
 * @param purpose `create`: everything. `update`: what flows always. `leave`: only what says that the person left, so
 *   that no other value can hold up the end of their access.
 * @throws {ExpressionError}
 */
export function mapAttributes(
  mapping: CompiledMapping,
  source: SourceAttributes,
  purpose: 'create' | 'update' | 'leave',
): readonly MappedValue[] {
  const mapped: MappedValue[] = []
  for (const attribute of mapping.attributes) {
    if (purpose === 'leave' && !attribute.tellsSoftDeletion) continue
    if (purpose === 'update' && attribute.onCreateOnly) continue
    const worked = attribute.expression ? evaluate(attribute.expression, source) : null
    const value = worked === null && purpose === 'create' ? attribute.defaultValue : worked
    if (value === null || value.length === 0) continue
    mapped.push({ path: attribute.path, value: toTarget(value, attribute.isBoolean), caseExact: attribute.caseExact })
  }
  return mapped
}

function toTarget(value: string | readonly string[], isBoolean: boolean): Json {
  if (typeof value !== 'string') return [...value]
  if (!isBoolean) return value
  return /^true$/i.test(value)
}

/** What to ask the target for, first precedence first; values that the source lacks are left out. @throws {ExpressionError} */
export function matchValues(
  mapping: CompiledMapping,
  source: SourceAttributes,
): readonly { readonly attribute: string; readonly value: string }[] {
  return mapping.matching.flatMap(({ path, expression }) => {
    const value = expression ? evaluate(expression, source) : null
    return typeof value === 'string' && value !== '' ? [{ attribute: path.text, value }] : []
  })
}

/** The same for the same values, whatever the order of the mappings. Not a digest yet: the engine hashes it. */
export function canonicalText(mapped: readonly MappedValue[]): string {
  const pairs = mapped.map(({ path, value }) => [path.text, value] as const)
  return JSON.stringify(pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
}
