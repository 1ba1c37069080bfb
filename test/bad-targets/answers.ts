import { gzipSync } from 'node:zlib'
import type { Fault } from './socket-target.ts'

export const UNAVAILABLE = 'SystemForCrossDomainIdentityManagementCredentialValidationUnavailable'
export const INCOMPATIBLE = 'SystemForCrossDomainIdentityManagementServiceIncompatible'
/** Stands for the 15 and 30 s of production, in milliseconds. */
export const LIMIT_MS = 700

/** Receives what a redirect would have carried on. */
export const elsewhere = { port: 0, bearers: [] as (string | undefined)[] }

export interface BadAnswer {
  readonly why: string
  readonly fault: Fault
  /** Test Connection's verdict; undefined where the answer does after all. */
  readonly verdict: { readonly code: string; readonly says: string } | undefined
  /** The row of the person whose creation was answered so; undefined: it does. */
  readonly row: { readonly errorCode: string; readonly reason: string } | undefined
}

const SCIM = { 'content-type': 'application/scim+json' }
const NOT_SCIM = { errorCode: INCOMPATIBLE, reason: 'The answer of the target system is not SCIM.' }
const UNPARSED = { code: INCOMPATIBLE, says: 'could not be parsed as SCIM' }
const CUT = { errorCode: 'WebExceptionProtocolError', reason: 'The answer of the target system was cut off.' }
const BROKEN = { code: UNAVAILABLE, says: '(cut)' }
const LATE = { errorCode: 'Timeout', reason: 'The target system did not answer in time.' }
const OVERDUE = { code: UNAVAILABLE, says: `within ${LIMIT_MS / 1000} s` }

const redirect = (status: number): BadAnswer => ({
  why: `a redirect (${status})`,
  fault: (response) =>
    void response.writeHead(status, { location: `http://127.0.0.1:${elsewhere.port}/scim/Users` }).end(),
  verdict: { code: INCOMPATIBLE, says: `answered ${status} instead of 200` },
  row: {
    errorCode: 'WebExceptionProtocolError',
    reason: `The target system answered with the unexpected status ${status}.`,
  },
})

/** What a target may answer instead of what is due. */
export const ANSWERS: readonly BadAnswer[] = [
  redirect(301),
  redirect(302),
  redirect(307),
  redirect(308),
  {
    why: 'a page of HTML with 200',
    fault: (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><p>Hi</p>'),
    verdict: { code: INCOMPATIBLE, says: '[RedactedHtmlContent]' },
    row: NOT_SCIM,
  },
  {
    why: 'shorter than its content-length',
    fault: (response, good) =>
      void response
        .writeHead(good.status, { ...SCIM, 'content-length': good.body.length + 100 })
        .write(good.body, () => response.destroy()),
    verdict: BROKEN,
    row: CUT,
  },
  {
    why: 'chunks without an end',
    fault: (response, good) =>
      void response.writeHead(good.status, SCIM).write(good.body.slice(0, 20), () => response.destroy()),
    verdict: BROKEN,
    row: CUT,
  },
  {
    why: '10 MB where 1 KB was due',
    fault: (response) => void response.writeHead(200, SCIM).end(Buffer.alloc(10 * 1024 * 1024, ' ')),
    verdict: { code: UNAVAILABLE, says: '(tooLarge)' },
    row: { errorCode: 'WebExceptionProtocolError', reason: 'The answer of the target system was too large.' },
  },
  {
    why: 'headers without an end',
    fault: (response) => void response.writeHead(200, { 'x-much': 'x'.repeat(100_000) }).end(),
    verdict: { code: UNAVAILABLE, says: '(tooLarge)' },
    row: { errorCode: 'WebExceptionProtocolError', reason: 'The answer of the target system was too large.' },
  },
  {
    why: 'a byte now and then, for ever',
    fault: (response) => {
      response.writeHead(200, SCIM)
      const drip = setInterval(() => response.write(' '), 20)
      response.on('close', () => clearInterval(drip))
    },
    verdict: OVERDUE,
    row: LATE,
  },
  {
    why: 'headers and then silence',
    fault: (response) => void response.writeHead(200, { ...SCIM, 'content-length': 10 }).flushHeaders(),
    verdict: OVERDUE,
    row: LATE,
  },
  { why: 'silence', fault: () => {}, verdict: OVERDUE, row: LATE },
  {
    why: 'nothing, with 200',
    fault: (response) => void response.writeHead(200).end(),
    verdict: UNPARSED,
    row: NOT_SCIM,
  },
  {
    why: 'half a JSON',
    fault: (response) => void response.writeHead(200, SCIM).end('{"schemas":['),
    verdict: UNPARSED,
    row: NOT_SCIM,
  },
  {
    why: '204 where a body was due',
    fault: (response) => void response.writeHead(204).end(),
    verdict: UNPARSED,
    row: NOT_SCIM,
  },
  {
    why: 'packed, which was not asked for: it is not unpacked',
    fault: (response) =>
      void response
        .writeHead(200, { ...SCIM, 'content-encoding': 'gzip' })
        .end(gzipSync(Buffer.alloc(50_000_000, ' '))),
    verdict: UNPARSED,
    row: NOT_SCIM,
  },
  {
    why: 'a reset once the request was there',
    fault: (response) => void response.socket?.resetAndDestroy(),
    verdict: BROKEN,
    row: CUT,
  },
  {
    why: 'no HTTP',
    fault: (response) => void response.socket?.end('220 mail.example ESMTP\r\n'),
    verdict: BROKEN,
    row: CUT,
  },
  {
    why: 'SCIM that calls itself plain text: it does',
    fault: (response, good) => void response.writeHead(good.status, { 'content-type': 'text/plain' }).end(good.body),
    verdict: undefined,
    row: undefined,
  },
]
