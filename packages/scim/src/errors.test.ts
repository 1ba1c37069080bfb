import { expect, test } from 'vitest'
import { ScimError, type ScimErrorCode, scimErrorBody } from './errors.ts'

test.each<[ScimErrorCode, string, string | undefined]>([
  ['invalidFilter', '400', 'invalidFilter'],
  ['noTarget', '400', 'noTarget'],
  ['sensitive', '403', 'sensitive'],
  ['uniqueness', '409', 'uniqueness'],
  ['unauthorized', '401', undefined],
  ['notFound', '404', undefined],
  ['conflict', '409', undefined],
  ['preconditionFailed', '412', undefined],
  ['payloadTooLarge', '413', undefined],
  ['unsupportedMediaType', '415', undefined],
  ['tooManyRequests', '429', undefined],
  ['unavailable', '503', undefined],
])('%s answers %s', (code, status, scimType) => {
  expect(scimErrorBody(new ScimError(code, 'Why.'))).toEqual({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status,
    ...(scimType ? { scimType } : {}),
    detail: 'Why.',
  })
})
