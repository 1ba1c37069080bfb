/** `@muster/scim/resource`: bodies read, resources replaced, shown in part, listed and sorted. */
export { listResponse, type PageRequest, readPageRequest } from '../list.ts'
export { namesTag, weakTag } from '../preconditions.ts'
export { type Projection, project, readProjection, wantsAttribute } from '../projection.ts'
export type { Query } from '../query.ts'
export { readResource, replaceResource } from '../resource.ts'
export { compareForSort, readSort, type Sort } from '../sort.ts'
export { writtenByBody, writtenByPatch } from '../written.ts'
