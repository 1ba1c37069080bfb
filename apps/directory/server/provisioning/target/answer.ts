import type { ScimClientError } from '@muster/scim'

/** Longest address that is quoted, in characters. */
const LONGEST_ADDRESS = 300

/** What came back, as Entra quotes it to administrators: address, status, content; a page of HTML helps nobody. */
export function describeAnswer({ request, status, responseBodyExcerpt = '', contentType }: ScimClientError): string {
  const isHtml = contentType === 'text/html' || /^\s*<(!doctype|html)/i.test(responseBodyExcerpt)
  const headers = contentType ? `Response Headers: content-type: ${contentType} ` : ''
  return (
    `Received response from Web resource. Resource: ${request.url.slice(0, LONGEST_ADDRESS)} Operation: ${request.method} ` +
    `Response Status Code: ${status} ${headers}Response Content: ${isHtml ? '[RedactedHtmlContent]' : responseBodyExcerpt}`
  )
}
