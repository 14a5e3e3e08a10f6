import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What was posted to the receiver. */
export interface ReceivedPost {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** How it answers: with this status, or by itself; `hang` never does. */
export type Answering = number | 'hang' | ((response: ServerResponse, post: ReceivedPost) => void)

/** A real HTTP server that keeps what is posted to it. */
export interface Receiver {
  /** By its number: no name has to be looked up. */
  readonly url: string
  readonly port: number
  readonly received: readonly ReceivedPost[]
  /** From the next request on. */
  answerWith(answering: Answering): void
  /** Ends every request that hangs, as a server does that crashes. */
  breakOff(): void
  close(): Promise<void>
}

/** Starts a receiver on a free port of `host`. */
export async function startReceiver(host = '127.0.0.1'): Promise<Receiver> {
  const received: ReceivedPost[] = []
  let answering: Answering = 204
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const { url: path = '', headers } = request
      const post = { path, headers, body: Buffer.concat(parts).toString('utf8') }
      received.push(post)
      if (typeof answering === 'number') response.writeHead(answering).end()
      else if (answering !== 'hang') answering(response, post)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    received,
    answerWith(next) {
      answering = next
    },
    breakOff: () => server.closeAllConnections(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
