import type { FastifyRequest } from 'fastify'
import { Refusal } from './refusals.ts'

/** Methods that change nothing, so that it doesn't matter which site made the browser send them. */
export const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Browsers name the page that sends a write: a cookie must not work for another site's. Where `Origin` is missing they
 * still tell how far away that page is (Fetch Metadata §2.3); `none` is the person's own doing.
 *
 * @throws {Refusal} `forbidden` when it is named and is not at our own address.
 */
export function assertOwnOrigin(request: FastifyRequest, publicUrl: string): void {
  const { origin, 'sec-fetch-site': site = 'none' } = request.headers
  const own = new URL(publicUrl).origin
  if ((origin !== undefined && origin !== own) || (site !== 'same-origin' && site !== 'none'))
    throw new Refusal('forbidden', `This was sent from another address than ${own}, where this app is.`)
}
