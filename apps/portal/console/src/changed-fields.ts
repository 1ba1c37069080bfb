/** A field that another person changed, in a sentence. */
export type Difference = string

/**
 * What of a thing differs between the state that a form was filled from and the present one.
 *
 * @param names What people call each field that matters: `{ name: 'the name' }`.
 */
export function differences<Thing>(
  loaded: Thing,
  present: Thing,
  names: { readonly [Field in keyof Thing]?: string },
): readonly Difference[] {
  return (Object.keys(names) as (keyof Thing)[]).flatMap((field) => {
    const [before, now] = [told(loaded[field]), told(present[field])]
    if (before === now) return []
    return [
      now === ''
        ? `Someone emptied ${names[field]} meanwhile.`
        : `Someone changed ${names[field]} to “${now}” meanwhile.`,
    ]
  })
}

const told = (value: unknown): string => (value === undefined || value === null ? '' : String(value))
