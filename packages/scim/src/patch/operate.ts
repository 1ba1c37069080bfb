import { namesResources } from '../elements.ts'
import { ScimError } from '../errors.ts'
import { isObject, type Json } from '../json.ts'
import type { AttributePath } from '../path.ts'
import type { ResourceType, Schema } from '../schema/attribute.ts'
import { findAttribute, isContainer } from '../schema/lookup.ts'
import { tolerates } from '../tolerances.ts'
import { ignoreUnknown, type Reading, readElement, readSubValue, readValue } from '../value.ts'
import type { PatchOperation } from './operation.ts'

export type OperationName = PatchOperation['op']

/** How an operation is read. `explicit`: the client named the attribute in `path`, not as a key of a value. */
export interface Context {
  readonly type: ResourceType
  readonly reading: Reading
  readonly explicit: boolean
}

/**
 * The operations that one operation with a path comes to: none when it asks for nothing, several for an extension's
 * object, a `remove` for a value that unassigns.
 */
export function operationsAt(
  op: OperationName,
  path: AttributePath,
  value: Json | undefined,
  context: Context,
): PatchOperation[] {
  const extension = path.urn === undefined ? isContainer(context.type, path.attribute) : undefined
  if (extension) return inExtension(op, extension, value, context)
  const target = path.sub ?? path.attribute
  if (path.attribute.mutability === 'readOnly' || target.mutability === 'readOnly') {
    // In a value a read-only attribute is what a client read before and sends back (Okta); a path means it.
    if (!context.explicit && tolerates(context.reading.tolerances, 'read-only-in-value')) return []
    throw new ScimError('mutability', `${pathText(path)} is read-only.`)
  }
  return op === 'remove' ? removal(path, value, context) : writing(op, path, value ?? null, context)
}

function removal(path: AttributePath, value: Json | undefined, { reading }: Context): PatchOperation[] {
  const where = pathText(path)
  // A null is no value (RFC 7643 §2.5); an empty list is one, and takes nothing away.
  if (value !== undefined && value !== null) {
    if (!tolerates(reading.tolerances, 'remove-with-value')) {
      throw new ScimError('invalidValue', `${where}: a remove takes no value.`)
    }
    const target = path.sub ?? path.attribute
    if (target.multiValued && (path.sub !== undefined || path.filter === undefined)) {
      const listed = readValue(value, target, where, reading)
      return listed === undefined ? [] : [{ op: 'remove', path, value: listed }]
    }
  }
  return [unassign(path)]
}

function writing(
  op: Exclude<OperationName, 'remove'>,
  path: AttributePath,
  value: Json,
  { reading }: Context,
): PatchOperation[] {
  const where = pathText(path)
  const { attribute, sub, filter } = path
  const read = sub
    ? readSubValue(value, attribute, sub, where, reading)
    : filter
      ? readElement(Array.isArray(value) && value.length === 1 ? (value[0] ?? null) : value, attribute, where, reading)
      : readValue(value, attribute, where, reading)
  const target = sub ?? attribute
  if (target.required && filter === undefined && (read === undefined || read === '')) {
    throw new ScimError('invalidValue', `${where} is required and cannot be empty.`)
  }
  if (read === undefined) {
    // Adding nothing to a list changes nothing; a single value is replaced by nothing.
    return op === 'add' && target.multiValued ? [] : [unassign(path)]
  }
  if (
    sub === undefined &&
    !attribute.multiValued &&
    namesResources(attribute) &&
    isObject(read) &&
    read.value === null
  ) {
    // Clearing whom it names clears the whole: `manager` {"value": ""}.
    return [unassign(path)]
  }
  return [{ op, path, value: read }]
}

function unassign(path: AttributePath): PatchOperation {
  const target = path.sub ?? path.attribute
  if (target.required && path.filter === undefined) {
    throw new ScimError('mutability', `${pathText(path)} is required and cannot be removed.`)
  }
  return { op: 'remove', path }
}

/** An operation on an extension's object is one on each of its attributes. */
function inExtension(
  op: OperationName,
  extension: Schema,
  value: Json | undefined,
  context: Context,
): PatchOperation[] {
  const urn = extension.id
  if (op === 'remove' || value === undefined || value === null || value === '') {
    // All of an extension may go though parts of it are required; whether the whole is, is known when it is applied.
    return extension.attributes
      .filter((attribute) => attribute.mutability !== 'readOnly')
      .map((attribute) => ({ op: 'remove', path: { urn, attribute } }))
  }
  if (!isObject(value)) throw new ScimError('invalidValue', `${urn} must be an object.`)
  return Object.entries(value).flatMap(([key, item]) => inExtensionMember(op, extension, key, item, context))
}

function inExtensionMember(
  op: OperationName,
  extension: Schema,
  key: string,
  item: Json,
  context: Context,
): PatchOperation[] {
  const urn = extension.id
  const [name = '', subName, ...more] = key.split('.')
  const attribute = findAttribute(extension.attributes, name)
  const sub = attribute && subName !== undefined ? findAttribute(attribute.subAttributes, subName) : undefined
  if (!attribute || more.length > 0 || (subName !== undefined && !sub)) {
    ignoreUnknown(`${urn}:${key}`, context.reading, 'invalidPath')
    return []
  }
  if (sub && !tolerates(context.reading.tolerances, 'dotted-key')) {
    throw new ScimError(
      'invalidPath',
      `${urn}:${attribute.name}.${sub.name} is a path where an attribute's name belongs.`,
    )
  }
  const path = { urn, attribute, ...(sub === undefined ? {} : { sub }) }
  return operationsAt(op, path, item, { ...context, explicit: false })
}

/** A path as errors quote it: the filter left out. */
export function pathText({ urn, attribute, sub }: AttributePath): string {
  return `${urn === undefined ? '' : `${urn}:`}${attribute.name}${sub === undefined ? '' : `.${sub.name}`}`
}
