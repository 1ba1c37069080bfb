import type { FastifyRequest } from 'fastify'
import { Refusal } from './refusals.ts'

/** Methods that change nothing, so that it doesn't matter which site made the browser send them. */
export const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Browsers name the page that sends a write: a cookie must not work for another site's.
 *
 * @throws {Refusal} `forbidden` when it is named and is not at our own address.
 */
export function assertOwnOrigin(request: FastifyRequest, publicUrl: string): void {
  const { origin } = request.headers
  const own = new URL(publicUrl).origin
  if (origin !== undefined && origin !== own)
    throw new Refusal('forbidden', `This was sent from another address than ${own}, where this app is.`)
}
