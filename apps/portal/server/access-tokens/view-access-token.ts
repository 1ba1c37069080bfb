import type { AccessToken } from './repository.ts'

/** A token as callers read it, never with its secret. */
export function viewAccessToken({ id, name, description, last4, createdAt, expiresAt, lastUsedAt }: AccessToken) {
  return {
    id,
    name,
    ...(description === undefined ? {} : { description }),
    last4,
    createdAt: createdAt.toISOString(),
    ...(expiresAt ? { expirationDate: expiresAt.toISOString() } : {}),
    ...(lastUsedAt ? { lastUsedAt: lastUsedAt.toISOString() } : {}),
  }
}
