import { ScimError, type ScimErrorCode } from './errors.ts'
import type { ToleranceName, ToleranceSink } from './tolerances.ts'

/** A sink for tests: accepts everything, and lists what it saw, once each, in order of name. */
export function recording(): ToleranceSink & { readonly seen: readonly ToleranceName[] } {
  const names = new Set<ToleranceName>()
  return {
    allows: () => true,
    saw: (name) => void names.add(name),
    get seen() {
      return [...names].sort()
    },
  }
}

/** The code with which something is refused; undefined when it is not, and any other error is let through. */
export function refusal(run: () => unknown): ScimErrorCode | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    if (error instanceof ScimError) return error.code
    throw error
  }
}
