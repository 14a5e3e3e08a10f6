import type { FastifyReply, FastifyRequest } from 'fastify'
import { ServandaError } from '../../config/error.ts'
import { type Limits, placeOf, WINDOW_SECONDS } from '../access/index.ts'
import type { Caller } from './credentials.ts'

/**
 * Counts a request of `caller`, or of the place that one without a key comes from, and says how many are left to a key.
 * Those of this process to itself are not counted.
 * @throws {ServandaError} `RATE_LIMITED`
 */
export function countRequest(
  { ip }: Pick<FastifyRequest, 'ip'>,
  reply: FastifyReply,
  caller: Caller | null,
  limits: Limits,
): void {
  if (caller?.secret === null) return
  const name = caller === null ? 'address' : 'key'
  const who = caller === null ? placeOf(ip) : caller.key.id
  const limit = limits[name]
  const wait = limit.waitSeconds(who)
  if (wait === 0) limit.count(who)
  // What is polled most is answered without a word about it.
  const allowance = caller !== null || wait > 0 ? limit.allowance(who) : null
  if (allowance !== null) {
    const { most, left, resetSeconds } = allowance
    reply.header('RateLimit-Policy', `"${name}";q=${most};w=${WINDOW_SECONDS}`)
    reply.header('RateLimit', `"${name}";r=${left};t=${resetSeconds}`)
  }
  if (wait === 0) return
  const whose = caller === null ? 'from this address' : 'with this key'
  const message = `Too many requests came ${whose} within a minute. Try again in ${wait} s.`
  throw new ServandaError('RATE_LIMITED', message, { details: { retryAfter: wait } })
}
