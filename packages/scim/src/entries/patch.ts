/** `@muster/scim/patch`: PATCH read and applied, and a Group's members told apart from its attributes. */
export { applyPatch } from '../patch/apply.ts'
export { type MemberOperation, splitMemberOperations } from '../patch/members.ts'
export type { PatchOperation } from '../patch/operation.ts'
export { parsePatch } from '../patch/parse.ts'
export { type AttributePath, parsePath } from '../path.ts'
