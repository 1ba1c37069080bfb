import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/** The security headers of what is answered before any route or hook is met. */
export const STRAY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cache-control': 'no-store',
}

/** Status lines of what is not HTTP, by Node's code for it; anything else is 400. */
const STATUS_LINES: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
}

/** Answers bytes that are no HTTP request, and hangs up. What was sent is neither repeated nor logged. */
export function answerStrayBytes(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const headers = { ...STRAY_HEADERS, 'content-length': '0', connection: 'close' }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${STATUS_LINES[error.code ?? ''] ?? '400 Bad Request'}\r\n${lines.join('')}\r\n`)
}

/**
 * Lets a close end: answers under way are sent and their connections closed behind them; what still runs after
 * `limitMs`, such as a stream without end, is cut off.
 */
export function closeWithin(app: FastifyInstance, limitMs: number): void {
  let isClosing = false
  let limit: ReturnType<typeof setTimeout> | undefined
  app.addHook('preClose', async () => {
    isClosing = true
    limit = setTimeout(() => app.server.closeAllConnections(), limitMs)
  })
  // Begun before the close: kept alive, the connection would hold it up.
  app.addHook('onSend', async (_request, reply) => {
    if (isClosing) void reply.header('connection', 'close')
  })
  // Runs when the server has closed, last of all.
  app.addHook('onClose', async () => clearTimeout(limit))
}
