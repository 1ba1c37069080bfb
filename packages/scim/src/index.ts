/** `@muster/scim`: all of it. Each part is also there by its own name, as `@muster/scim/filter`. */
export * from './entries/client.ts'
export * from './entries/filter.ts'
export * from './entries/patch.ts'
export * from './entries/protocol.ts'
export * from './entries/resource.ts'
export * from './entries/schema.ts'
