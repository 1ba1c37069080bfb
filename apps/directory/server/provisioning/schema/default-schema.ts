import { ENTERPRISE_USER_URN, GROUP_URN } from '@muster/scim'
import { findFunction } from '../expression/evaluate.ts'
import { attributesOf, type Expression, parseExpression, printExpression } from '../expression/parse.ts'
import { GROUP_MAPPINGS, type MappingRow, REFERENCE_ATTRIBUTES, USER_MAPPINGS } from './default-mappings.ts'
import type {
  AttributeDefinition,
  AttributeMapping,
  AttributeMappingSource,
  ObjectMapping,
  SynchronizationSchema,
} from './document.ts'

export const SOURCE_DIRECTORY = 'Azure Active Directory'
/** What Entra still calls the target of a non-gallery app. */
export const TARGET_DIRECTORY = 'customappsso'

const noMetadata: readonly [] = []

/**
 * The schema document that a job has until an administrator changes it.
 *
 * @param id The job's id: the document, its rule and its directories are named after it.
 */
export function defaultSchema(id: string): SynchronizationSchema {
  return {
    id,
    version: 'v1.0',
    directories: [
      {
        id: `${id}.source`,
        name: SOURCE_DIRECTORY,
        objects: [
          { name: 'User', attributes: sourceAttributes(USER_MAPPINGS, ['objectId', 'accountEnabled']) },
          { name: 'Group', attributes: sourceAttributes(GROUP_MAPPINGS, []) },
        ],
      },
      {
        id: `${id}.target`,
        name: TARGET_DIRECTORY,
        objects: [
          { name: ENTERPRISE_USER_URN, attributes: targetAttributes(USER_MAPPINGS) },
          { name: GROUP_URN, attributes: targetAttributes(GROUP_MAPPINGS) },
        ],
      },
    ],
    synchronizationRules: [
      {
        id: `${id}.rule`,
        name: 'USER_OUTBOUND_USER',
        priority: 1,
        editable: true,
        sourceDirectoryName: SOURCE_DIRECTORY,
        targetDirectoryName: TARGET_DIRECTORY,
        metadata: noMetadata,
        objectMappings: [
          objectMapping('Provision Microsoft Entra ID Users', 'User', ENTERPRISE_USER_URN, USER_MAPPINGS),
          objectMapping('Provision Microsoft Entra ID Groups', 'Group', GROUP_URN, GROUP_MAPPINGS),
        ],
      },
    ],
  }
}

function objectMapping(
  name: string,
  sourceObjectName: 'User' | 'Group',
  targetObjectName: string,
  rows: readonly MappingRow[],
): ObjectMapping {
  return {
    name,
    enabled: true,
    flowTypes: 'Add, Update, Delete',
    sourceObjectName,
    targetObjectName,
    scope: null,
    attributeMappings: rows.map(attributeMapping),
    metadata: noMetadata,
  }
}

function attributeMapping([source, target, matchingPriority = 0]: MappingRow): AttributeMapping {
  return {
    defaultValue: null,
    exportMissingReferences: false,
    flowBehavior: 'FlowWhenChanged',
    flowType: 'Always',
    matchingPriority,
    targetAttributeName: target,
    source: sourceTree(parseExpression(source)),
  }
}

/** An expression in Graph's tree form. */
export function sourceTree(expression: Expression): AttributeMappingSource {
  const text = printExpression(expression)
  switch (expression.kind) {
    case 'attribute':
      return { expression: text, name: expression.name, type: 'Attribute', parameters: [] }
    case 'text':
      return { expression: text, name: expression.value, type: 'Constant', parameters: [] }
    case 'empty':
      return { expression: '', name: '', type: 'Constant', parameters: [] }
    case 'call': {
      const { parameters: names } = findFunction(expression)
      return {
        expression: text,
        name: expression.name,
        type: 'Function',
        parameters: expression.parameters.map((parameter, at) => ({
          key: parameterKey(names, at),
          value: sourceTree(parameter),
        })),
      }
    }
    default:
      return expression satisfies never
  }
}

/** Keys are unique within a call: what repeats is numbered (`key1`, `value1`, `key2`, …). */
function parameterKey(names: readonly string[], at: number): string {
  const named = names[at]
  const repeated = names.includes('key') ? ['key', 'value'] : names.slice(-1)
  const first = names.length - repeated.length
  if (at < first) return named ?? ''
  return `${repeated[(at - first) % repeated.length]}${Math.floor((at - first) / repeated.length) + 1}`
}

function sourceAttributes(rows: readonly MappingRow[], more: readonly string[]): readonly AttributeDefinition[] {
  const names = new Set([...rows.flatMap(([source]) => attributesOf(parseExpression(source))), ...more])
  return [...names].map((name) =>
    definition(name, {
      anchor: name === 'objectId',
      type: name === 'IsSoftDeleted' || name === 'accountEnabled' ? 'Boolean' : undefined,
      mutability: 'ReadOnly',
    }),
  )
}

function targetAttributes(rows: readonly MappingRow[]): readonly AttributeDefinition[] {
  return [
    definition('id', { anchor: true, mutability: 'ReadOnly' }),
    ...rows.map(([, target, matchingPriority]) =>
      definition(target, {
        required: matchingPriority !== undefined,
        type: target === 'active' ? 'Boolean' : undefined,
      }),
    ),
  ]
}

function definition(
  name: string,
  given: Partial<Record<'anchor' | 'required', boolean>> & {
    type?: AttributeDefinition['type'] | undefined
    mutability?: AttributeDefinition['mutability']
  },
): AttributeDefinition {
  const reference = REFERENCE_ATTRIBUTES.has(name.slice(name.lastIndexOf(':') + 1))
  return {
    anchor: given.anchor ?? false,
    // A change of letter case alone is a change: targets are asked to store values as they come.
    caseExact: true,
    defaultValue: null,
    flowNullValues: false,
    multivalued: name === 'members',
    mutability: given.mutability ?? 'ReadWrite',
    name,
    referencedObjects: reference ? [{ referencedObjectName: 'User', referencedProperty: 'id' }] : [],
    required: given.required ?? false,
    type: given.type ?? (reference ? 'Reference' : 'String'),
  }
}
