import { isDeepStrictEqual } from 'node:util'

/** Graph's modifiedProperty: the values before and after as JSON text, null for one that was not or is no longer there. */
export interface ModifiedProperty {
  readonly displayName: string
  readonly oldValue: string | null
  readonly newValue: string | null
}

type Properties = Readonly<Record<string, unknown>>

/** Which properties differ, in the order in which they stand. */
export function modifiedProperties(before: Properties, after: Properties): ModifiedProperty[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => !isDeepStrictEqual(before[name], after[name]))
    .map((displayName) => ({
      displayName,
      oldValue: toText(before[displayName]),
      newValue: toText(after[displayName]),
    }))
}

const toText = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value))
