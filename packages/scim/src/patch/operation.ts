import type { Json } from '../json.ts'
import type { AttributePath } from '../path.ts'

/**
 * One change to one attribute, after parsing. `value` is there for `add` and `replace`, in the schema's spelling; in
 * an object for a single complex attribute a null unassigns that sub-attribute. A `remove` with a value takes away the
 * values listed, of a multi-valued attribute.
 */
export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove'
  readonly path: AttributePath
  readonly value?: Json
}
