import { ApiError } from '@muster/console-kit/api.ts'
import { readAnswer } from './target-answer.ts'

/** Why a test of the connection failed: at which field, in which words, and what came back. */
export interface Verdict {
  /** Which of the two is to be corrected; `none`: neither, our own server did not test. */
  readonly field: 'tenantUrl' | 'token' | 'none'
  /** What is wrong, in a few words. */
  readonly title: string
  /** What to do about it. */
  readonly advice: string
  /** The address that was asked, as the server quotes it. */
  readonly address?: string
  /** The status that came back, or what kept an answer from coming. */
  readonly answer?: string
  /** What the target system said itself. */
  readonly said?: string
  /** Graph's word for it, to look up or to hand on. */
  readonly word?: string
}

/** How a request failed that brought no answer (the server's own words), and what that means for an administrator. */
const WIRE: Readonly<Record<string, readonly [title: string, advice: string]>> = {
  refused: ['This address may not be called from here', ''],
  unreachable: [
    'Nothing answers at this address',
    'Check host and port, and that the target system is up and can be reached from here.',
  ],
  tls: [
    'No secure connection could be made',
    'Check the target system’s certificate: it must be valid, for this host, from an authority that is trusted here. If the target system speaks plain http, write http://.',
  ],
  timeout: ['No answer came in time', 'Check that the target system is up, and that no firewall swallows the request.'],
  cut: ['The connection broke before the answer was whole', 'Check the target system and what stands before it.'],
  tooLarge: [
    'The answer was far too large',
    'A SCIM server answers this test with an empty list. Check that the Tenant URL is its SCIM address.',
  ],
}

const WIRE_FAULT = /could not be asked \((?<kind>\w+)\): (?:GET (?<address>\S+): )?(?<text>[\s\S]*)$/

/** Reads what Test connection threw (contract §4: the error word in `code`, address and status in `message`). */
export function readVerdict(error: unknown): Verdict {
  if (!(error instanceof ApiError) || error.status !== 400)
    return {
      field: 'none',
      title: 'The connection was not tested',
      advice: error instanceof Error ? error.message : '',
    }
  const { code = '', message, details } = error
  const inner = (details as { readonly code?: unknown } | undefined)?.code
  return verdictOn({ code: typeof inner === 'string' ? inner : code, message })
}

/** The same for what a cycle ran into before it could begin, or a quarantine was imposed for. */
export function verdictOn({ code: word, message }: { readonly code: string; readonly message: string }): Verdict {
  const unusable = /^The Tenant URL can't be used: (?<why>.*)$/s.exec(message)?.groups
  if (unusable)
    return { field: 'tenantUrl', title: 'This can’t be called', advice: `${unusable.why ?? ''} ${FORM}`, word }
  const wire = WIRE_FAULT.exec(message)?.groups
  if (wire) return { ...wireVerdict(wire.kind ?? '', wire.text ?? ''), ...addressOf(wire.address), word }
  const late = /^No answer from (?<address>\S+) within/.exec(message)?.groups
  if (late) {
    const [title, advice] = WIRE.timeout ?? ['', '']
    return { field: 'tenantUrl', title, advice, address: late.address ?? '', answer: 'none within 15 s', word }
  }
  const answer = readAnswer(message)
  if (!answer) return { field: isAboutToken(word) ? 'token' : 'tenantUrl', title: 'It failed', advice: message, word }
  const { address, status, statusLine, isPage, said } = answer
  return {
    ...answerVerdict(status, isPage, word),
    address,
    answer: statusLine,
    ...(said === '' ? {} : { said }),
    word,
  }
}

const isAboutToken = (word: string): boolean =>
  word === 'InvalidCredentials' || word.endsWith('CredentialValidationFailure')

const FORM = 'A Tenant URL has the form https://host/scim/v2.'

function wireVerdict(kind: string, text: string): Verdict {
  const [title, advice] = /\b(ENOTFOUND|ENODATA)\b/.test(text)
    ? ['There is no host of this name', 'Check how the name is written, and that it is known to the name server here.']
    : (WIRE[kind] ?? ['The address could not be called', ''])
  // What refuses an address names the address and the setting that would allow it; the others are the system's words.
  if (kind === 'refused') return { field: 'tenantUrl', title, advice: text }
  return { field: 'tenantUrl', title, advice, answer: `none: ${OPENSSL.exec(text)?.groups?.reason ?? text}` }
}

/** OpenSSL says what is wrong between a number, a library, a function and a line of its source. */
const OPENSSL = /error:[0-9A-F]+:[^:]*:[^:]*:(?<reason>[^:]+):/

const addressOf = (asked: string | undefined): Pick<Verdict, 'address'> =>
  asked === undefined ? {} : { address: asked.replace(/\?.*$/, '') }

function answerVerdict(status: number, isPage: boolean, word: string): Pick<Verdict, 'field' | 'title' | 'advice'> {
  if (status === 401)
    return {
      field: 'token',
      title: 'The target system does not accept this token',
      advice: 'Copy the whole key anew, or create another one in the target system: it may have ended or been deleted.',
    }
  if (status === 403)
    return {
      field: 'token',
      title: 'This token may not do enough in the target system',
      advice: 'Give it the permissions that the target system names, or take a token that has them.',
    }
  if (status === 404)
    return {
      field: 'tenantUrl',
      title: 'There is no SCIM server at this address',
      advice: `/Users was looked for below it. ${FORM}`,
    }
  if (status >= 300 && status < 400)
    return {
      field: 'tenantUrl',
      title: 'This address leads elsewhere, as a sign-in page does',
      advice: `Redirects are not followed, so that the token goes nowhere else. Enter the SCIM address itself. ${FORM}`,
    }
  if (isPage)
    return {
      field: 'tenantUrl',
      title: 'A web page answers here, not SCIM',
      advice: `This looks like the address of a website. Enter its SCIM address. ${FORM}`,
    }
  if (status >= 500)
    return {
      field: 'tenantUrl',
      title: 'The target system failed',
      advice: 'The address may be right: look into the target system’s own log, and test again.',
    }
  if (status >= 200 && status < 300)
    return { field: 'tenantUrl', title: 'What answers here does not speak SCIM', advice: FORM }
  return {
    field: isAboutToken(word) ? 'token' : 'tenantUrl',
    title: 'The target system refused the test',
    advice: 'A SCIM server answers a search without a hit with 200 and an empty list.',
  }
}
