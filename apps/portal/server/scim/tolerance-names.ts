import { TOLERANCES } from '@muster/scim'

/** What real clients are let send against the standard, by name. */
export const TOLERANCE_LIST: readonly {
  readonly name: string
  readonly description: string
  readonly sentBy: string
}[] = TOLERANCES
