import { ApiError } from '@muster/console-kit/api.ts'
import { describe, expect, test } from 'vitest'
import { readVerdict } from './connection-verdict.ts'
import { adviseOnUrl } from './tenant-url.ts'

const FAMILY = 'SystemForCrossDomainIdentityManagement'
const received = (status: number, content: string, type = 'application/scim+json') =>
  `Received response from Web resource. Resource: https://portal.example.com/scim/v2/Users?filter=x Operation: GET ` +
  `Response Status Code: ${status} Response Headers: content-type: ${type} Response Content: ${content}`
const failed = (code: string, message: string, inner?: string) =>
  new ApiError(400, message, { code, ...(inner ? { details: { code: inner } } : {}) })

const unasked = (kind: string, text: string) =>
  failed(
    `${FAMILY}CredentialValidationUnavailable`,
    `The target system could not be asked (${kind}): GET https://portal.example.com/scim/v2/Users?filter=x: ${text}`,
  )

describe('a test of the connection that failed is told at the field it is about', () => {
  test.each([
    {
      why: 'a token that is not accepted',
      error: failed(
        'InvalidCredentials',
        `You appear to have entered invalid credentials. ${received(401, '{"detail":"Unknown key.","status":"401"}')}`,
        `${FAMILY}CredentialValidationFailure`,
      ),
      verdict: {
        field: 'token',
        answer: '401 Unauthorized',
        said: 'Unknown key.',
        word: `${FAMILY}CredentialValidationFailure`,
        address: 'https://portal.example.com/scim/v2/Users',
      },
    },
    {
      why: 'a token without the permissions, which the target names',
      error: failed('InvalidCredentials', received(403, '{"detail":"Edit Roles is missing."}')),
      verdict: { field: 'token', answer: '403 Forbidden', said: 'Edit Roles is missing.' },
    },
    {
      why: 'an address without SCIM',
      error: failed(`${FAMILY}ServiceIncompatible`, `Answered 404. ${received(404, '{}')}`),
      verdict: { field: 'tenantUrl', title: 'There is no SCIM server at this address', answer: '404 Not Found' },
    },
    {
      why: 'a redirect to a sign-in page',
      error: failed(`${FAMILY}ServiceIncompatible`, received(302, '')),
      verdict: { field: 'tenantUrl', title: 'This address leads elsewhere, as a sign-in page does' },
    },
    {
      why: 'a web page with status 200',
      error: failed(`${FAMILY}ServiceIncompatible`, received(200, '[RedactedHtmlContent]', 'text/html')),
      verdict: { field: 'tenantUrl', title: 'A web page answers here, not SCIM', said: 'a web page' },
    },
    {
      why: 'JSON that is no SCIM',
      error: failed(`${FAMILY}ServiceIncompatible`, received(200, '{"hello":1}', 'application/json')),
      verdict: { field: 'tenantUrl', title: 'What answers here does not speak SCIM', said: '{"hello":1}' },
    },
    {
      why: 'a target that fails',
      error: failed(`${FAMILY}CredentialValidationUnavailable`, `Failed. ${received(503, '')}`),
      verdict: { field: 'tenantUrl', title: 'The target system failed', answer: '503 Service Unavailable' },
    },
    {
      why: 'a private address that nobody named',
      error: unasked(
        'refused',
        '10.0.0.1 is not a public address and was not called. Name it in MUSTER_DIRECTORY_TARGETS to allow it.',
      ),
      verdict: {
        field: 'tenantUrl',
        advice: '10.0.0.1 is not a public address and was not called. Name it in MUSTER_DIRECTORY_TARGETS to allow it.',
        address: 'https://portal.example.com/scim/v2/Users',
      },
    },
    {
      why: 'a certificate that is not trusted',
      error: unasked('tls', 'certificate has expired'),
      verdict: {
        field: 'tenantUrl',
        title: 'No secure connection could be made',
        answer: 'none: certificate has expired',
      },
    },
    {
      why: 'plain http where TLS was expected',
      error: unasked('tls', '40BD:error:0A00010B:SSL routines:tls_validate:wrong version number:../tls.c:77:'),
      verdict: { field: 'tenantUrl', answer: 'none: wrong version number' },
    },
    {
      why: 'a name that nobody knows',
      error: unasked('unreachable', 'getaddrinfo ENOTFOUND nowhere.invalid'),
      verdict: { field: 'tenantUrl', title: 'There is no host of this name' },
    },
    {
      why: 'a port that nobody listens on',
      error: unasked('unreachable', 'connect ECONNREFUSED 127.0.0.1:9'),
      verdict: { field: 'tenantUrl', title: 'Nothing answers at this address' },
    },
    {
      why: 'no answer in time',
      error: failed(
        `${FAMILY}CredentialValidationUnavailable`,
        'No answer from https://portal.example.com within 15 s.',
      ),
      verdict: { field: 'tenantUrl', title: 'No answer came in time', address: 'https://portal.example.com' },
    },
    {
      why: 'an address that is none',
      error: failed(
        `${FAMILY}CredentialValidationUnavailable`,
        `The Tenant URL can't be used: "x" is not an http address.`,
      ),
      verdict: { field: 'tenantUrl', advice: expect.stringContaining('"x" is not an http address.') },
    },
    {
      why: 'our own server away',
      error: new ApiError(0, 'The server was not reached.'),
      verdict: { field: 'none', advice: 'The server was not reached.' },
    },
  ])('$why', ({ error, verdict }) => {
    expect(readVerdict(error)).toMatchObject(verdict)
  })
})

describe('a Tenant URL is looked at before anything is asked', () => {
  test.each([
    { url: 'https://portal.example.com/scim/v2', advice: {} },
    { url: ' https://portal.example.com/scim/v2/ ', advice: {} },
    { url: 'http://127.0.0.1:7480/scim/v2?aadOptscim062020', advice: {} },
    { url: '', advice: { error: expect.any(String) } },
    {
      url: 'portal.example.com/scim/v2',
      advice: { error: expect.any(String), instead: 'https://portal.example.com/scim/v2' },
    },
    { url: 'ftp://portal.example.com/scim', advice: { error: expect.any(String) } },
    { url: 'https://user:pass@portal.example.com/scim/v2', advice: { error: expect.any(String) } },
    {
      url: 'https://portal.example.com/',
      advice: { hint: expect.stringContaining('home page'), instead: 'https://portal.example.com/scim/v2' },
    },
    {
      url: 'https://portal.example.com/settings/scim/v2/Users',
      advice: { hint: expect.any(String), instead: 'https://portal.example.com/settings/scim/v2' },
    },
    {
      url: 'https://portal.example.com/scim',
      advice: { hint: expect.any(String), instead: 'https://portal.example.com/scim/v2' },
    },
    { url: 'http://portal.example.com/scim/v2', advice: { hint: expect.stringContaining('unencrypted') } },
  ])('$url', ({ url, advice }) => {
    expect(adviseOnUrl(url)).toEqual(advice)
  })
})
