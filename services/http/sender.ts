import type { IncomingMessage } from 'node:http'
import { isLoopback } from '../access/index.ts'

/** Whether a request comes from this machine itself, and not through a proxy on it. */
export function isFromHere({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): boolean {
  if (PROXY_HEADERS.some((name) => headers[name] !== undefined)) return false
  return isLoopback(socket.remoteAddress?.replace(/^::ffff:/, '') ?? '')
}

const PROXY_HEADERS = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip']
