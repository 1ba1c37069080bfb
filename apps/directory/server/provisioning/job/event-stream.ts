import type { FastifyReply } from 'fastify'

/** An answer that goes on: events as a browser's EventSource reads them (HTML, server-sent events). */
export interface EventStream {
  /** Sends an event; false, and nothing is kept, while the client has not taken what was sent before. */
  send(event: string, data: string): boolean
  /** Sends a comment, so that nobody between us and the client takes the connection for dead. */
  keepAlive(): boolean
  /** Sends a last event and ends. A client that doesn't take it is cut off. */
  end(event: string, data: string): void
  /** Cuts it off. */
  destroy(): void
}

/** How long a browser waits before it comes again, in milliseconds. */
const RETRY_MS = 2_000
/** How long a client has to take the end, in milliseconds. */
const END_WITHIN_MS = 500

/** Begins to answer with events, under the headers that were set so far. Data is one line, such as JSON. */
export function openEventStream(reply: FastifyReply): EventStream {
  reply.hijack()
  const { raw } = reply
  let isFull = false
  raw.on('drain', () => {
    isFull = false
  })
  const write = (text: string): boolean => {
    if (isFull || raw.destroyed || raw.writableEnded) return false
    isFull = !raw.write(text)
    return true
  }
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value)
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // A proxy that collects answers before it passes them on (nginx) passes these on at once.
    'x-accel-buffering': 'no',
    // Nothing follows on this connection, so a stop of the server needn't wait for it.
    connection: 'close',
  })
  write(`retry: ${RETRY_MS}\n\n`)
  return {
    send: (event, data) => write(`event: ${event}\ndata: ${data}\n\n`),
    keepAlive: () => write(': keep-alive\n\n'),
    end: (event, data) => {
      if (raw.destroyed || raw.writableEnded) return
      const limit = setTimeout(() => raw.destroy(), END_WITHIN_MS)
      raw.once('close', () => clearTimeout(limit))
      raw.end(`event: ${event}\ndata: ${data}\n\n`)
    },
    destroy: () => raw.destroy(),
  }
}
