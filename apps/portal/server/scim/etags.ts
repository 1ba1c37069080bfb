import { createHash } from 'node:crypto'
import { type JsonObject, namesTag, ScimError, weakTag } from '@muster/scim'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** What has a version that moves with every change: a person, a team. */
interface Versioned {
  readonly version: number
}

/** `meta.version` and `ETag` of a resource: its version, whatever part of it an answer shows. */
export const tagOf = ({ version }: Versioned): string => weakTag(version)

/**
 * The precondition of a write (`If-Match`, RFC 7644 §3.14), to be asked with the version of the locked row before
 * anything is written; undefined when the request has none.
 *
 * @returns A function that throws {ScimError} `preconditionFailed` for any other version.
 */
export function expectedVersion(request: FastifyRequest): { expects?: (version: number) => void } {
  const header = request.headers['if-match']
  if (header === undefined) return {}
  return {
    expects: (version) => {
      if (namesTag(header, weakTag(version))) return
      throw new ScimError('preconditionFailed', `The resource is at version ${weakTag(version)}: read it again.`)
    },
  }
}

/** Whether the client has this version already (`If-None-Match`): then it is told so, and the resource is not read further. */
export function isKnown(request: FastifyRequest, reply: FastifyReply, tag: string): boolean {
  void reply.header('etag', tag)
  const header = request.headers['if-none-match']
  if (header === undefined || !namesTag(header, tag)) return false
  void reply.code(304).send()
  return true
}

/** A document with the tag of its content as `meta.version`. */
export function tagged(document: JsonObject): { readonly document: JsonObject; readonly tag: string } {
  const hash = createHash('sha256').update(JSON.stringify(document)).digest('base64url').slice(0, 16)
  const tag = weakTag(hash)
  const { meta } = document
  if (typeof meta !== 'object' || meta === null || Array.isArray(meta)) return { document, tag }
  return { document: { ...document, meta: { ...meta, version: tag } }, tag }
}
