import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A client that costs little beside what it asks: requests written by hand over connections that stay open. */

/** What came back. */
export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

const END_OF_HEAD = Buffer.from('\r\n\r\n')

/** One connection, on which one request after another is made. */
export class Connection {
  readonly #socket: Socket
  #received: Buffer = Buffer.alloc(0)
  #waiting: { readonly resolve: (answer: Answered) => void; readonly reject: (error: Error) => void } | null = null

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (piece) => this.#take(piece)).on('error', (error) => this.#waiting?.reject(error))
    socket.on('close', () => this.#waiting?.reject(new Error('the connection was closed')))
  }

  static async open(url: string): Promise<Connection> {
    const { hostname, port } = new URL(url)
    const socket = connect({ host: hostname, port: Number(port), noDelay: true })
    await once(socket, 'connect')
    return new Connection(socket)
  }

  ask(request: Buffer): Promise<Answered> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#socket.write(request)
    })
  }

  close(): void {
    this.#waiting = null
    this.#socket.destroy()
  }

  #take(piece: Buffer): void {
    this.#received = this.#received.length === 0 ? piece : Buffer.concat([this.#received, piece])
    const end = this.#received.indexOf(END_OF_HEAD)
    if (end < 0) return
    const [first = '', ...lines] = this.#received.toString('latin1', 0, end).split('\r\n')
    const status = Number(first.split(' ')[1])
    const length = status === 304 ? 0 : Number(/^content-length: (\d+)$/im.exec(lines.join('\n'))?.[1] ?? 0)
    const from = end + END_OF_HEAD.length
    if (this.#received.length < from + length) return
    const headers = Object.fromEntries(
      lines.map((line) => [line.split(':')[0]?.toLowerCase(), line.slice(line.indexOf(':') + 2)]),
    )
    const body = this.#received.subarray(from, from + length)
    this.#received = this.#received.subarray(from + length)
    const waiting = this.#waiting
    this.#waiting = null
    waiting?.resolve({ status, headers, body })
  }
}

/** A request as it is written. */
export function requestBytes(url: string, headers: Readonly<Record<string, string>> = {}): Buffer {
  const { host, pathname, search } = new URL(url)
  const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}`)
  return Buffer.from(`GET ${pathname}${search} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
}

/** How many answers a second there are to `request` over so many connections, within `ms`. */
export async function rateOf(url: string, request: Buffer, { connections, ms }: { connections: number; ms: number }) {
  const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(url)))
  const end = performance.now() + ms
  let count = 0
  await Promise.all(
    open.map(async (connection) => {
      while (performance.now() < end) {
        await connection.ask(request)
        count++
      }
      connection.close()
    }),
  )
  return (count / ms) * 1_000
}
