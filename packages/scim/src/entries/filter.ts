/** `@muster/scim/filter`: filters read, held against a resource type, answered, and the keys that an index needs. */
export { foldFor } from '../filter/compare.ts'
export { matches } from '../filter/evaluate.ts'
export type { AttributeName, CompareOperator, Filter } from '../filter/filter.ts'
export { parseFilter } from '../filter/parse.ts'
export { checkFilter, elementAttribute, type ResolvedName, resolveName } from '../filter/resolve.ts'
export { compareTexts, foldText, foldUserName } from '../fold.ts'
export { type Term, termOf, type UniqueTerm, uniqueTerms, valueTerms } from '../terms.ts'
