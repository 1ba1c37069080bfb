import { foldText, foldUserName } from '@muster/scim'

/** The comparison key of a `userName`: RFC 8265's case-mapped profile, as SCIM compares it. */
export const userNameKeyOf = foldUserName

/** The comparison key of any other text in which letter case does not count, such as a name. */
export const textKeyOf = foldText
