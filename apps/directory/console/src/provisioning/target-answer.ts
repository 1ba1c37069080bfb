/** What a target system answered, out of the sentence in which the server quotes it to administrators. */
export interface TargetAnswer {
  /** Without what was searched for. */
  readonly address: string
  readonly status: number
  /** "404 Not Found". */
  readonly statusLine: string
  readonly isPage: boolean
  /** What the target system said itself; empty when it said nothing that can be read. */
  readonly said: string
}

const QUOTED = /Resource: (?<address>\S+) Operation: \w+ Response Status Code: (?<code>\d{3})(?<rest>[\s\S]*)$/
const CONTENT = /Response Content: (?<content>[\s\S]*)$/

/** Reads the quotation (contract §4: address and status stand in the message); undefined when there is none. */
export function readAnswer(text: string): TargetAnswer | undefined {
  const read = QUOTED.exec(text)?.groups
  if (!read) return undefined
  const status = Number(read.code)
  const content = CONTENT.exec(read.rest ?? '')?.groups?.content ?? ''
  const isPage = content.includes('[RedactedHtmlContent]')
  const word = STATUS_WORDS[status]
  return {
    address: (read.address ?? '').replace(/\?.*$/, ''),
    status,
    statusLine: word === undefined ? String(status) : `${status} ${word}`,
    isPage,
    said: isPage ? 'a web page' : saidIn(content),
  }
}

/** A SCIM error says it in `detail` (RFC 7644 §3.12); others in a message; what is no JSON is shown as it begins. */
function saidIn(content: string): string {
  try {
    const body = JSON.parse(content) as { readonly detail?: unknown; readonly message?: unknown } | null
    const said = body?.detail ?? body?.message
    if (typeof said === 'string') return said
  } catch {}
  const text = content.trim()
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}

const STATUS_WORDS: Readonly<Record<number, string>> = {
  200: 'OK',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}
