import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { isLoopback } from '../access/index.ts'

/** Whether a request comes from this machine itself, and not through a proxy on it. */
export function isFromHere({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): boolean {
  for (const name of PROXY_HEADERS) if (headers[name] !== undefined) return false
  const known = fromLoopback.get(socket)
  if (known !== undefined) return known
  const found = isLoopback(socket.remoteAddress?.replace(/^::ffff:/, '') ?? '')
  fromLoopback.set(socket, found)
  return found
}

/** A connection stays where it comes from. */
const fromLoopback = new WeakMap<Socket, boolean>()

const PROXY_HEADERS = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip']
