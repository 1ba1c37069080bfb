import { isPresent } from './filter/evaluate.ts'
import { isObject, type Json, type JsonObject, own } from './json.ts'
import type { Attribute } from './schema/attribute.ts'

/** Whether a client has to give a value: the server gives read-only ones. */
function isDemanded({ required, mutability }: Attribute): boolean {
  return required && mutability !== 'readOnly'
}

/** The required attributes that an object lacks, by name. */
export function lacking(container: JsonObject, attributes: readonly Attribute[] = []): string[] {
  return attributes.flatMap((attribute) => {
    const value = own(container, attribute.name)
    return isDemanded(attribute) && (value === undefined || !isPresent(value)) ? attribute.name : []
  })
}

/** The required sub-attributes that a value lacks, or one of a list of values. A value that is not there lacks none. */
export function lackingParts(value: Json | undefined, attribute: Attribute): string[] {
  if (!attribute.subAttributes?.some(isDemanded)) return []
  return (Array.isArray(value) ? value : [value]).flatMap((item) =>
    isObject(item) ? lacking(item, attribute.subAttributes) : [],
  )
}
