import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Static, type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { Instant } from '../../rules/index.ts'
import type { Page, PageOrder } from '../store/index.ts'
import { EARLIEST, LATEST, wrongParameter } from './query.ts'

const MOST = 500
const USUAL = 100

/** The parameters of every list that is answered in pages. */
export const PAGE_PARAMETERS = {
  limit: Type.Optional(
    Type.String({
      maxLength: 10,
      description: `How many at most: 1 to ${MOST}; ${USUAL} when left out`,
      examples: ['20'],
    }),
  ),
  after: Type.Optional(
    Type.String({ maxLength: 4_000, description: 'Where the last page ended: take it from the Link with rel="next"' }),
  ),
}

/** A number that a list goes by. */
export const NumberKey = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
/** An instant in a place of a list. */
export const InstantKey = Type.Unsafe<Instant>(Type.Integer({ minimum: EARLIEST, maximum: LATEST }))

/**
 * Which page is asked for.
 * @param key  what the place of an entry in the list is made of
 * @throws {ServandaError} `REQUEST_INVALID`
 */
export function readPage<Key extends TSchema>(
  { limit, after }: { readonly limit?: string; readonly after?: string },
  key: Key,
): PageOrder<Static<Key>> {
  const most = limit === undefined ? USUAL : /^[1-9]\d{0,2}$/.test(limit) ? Number(limit) : MOST + 1
  if (most > MOST)
    throw wrongParameter('limit', `is not from 1 to ${MOST}`, 'no such number', `for example limit=${USUAL}`)
  return { limit: most, after: after === undefined ? null : readCursor(after, key) }
}

/** A place in a list as it is handed out: nobody is to read it, or to make one. */
export function cursorOf(key: unknown): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

/** Says in the answer where the list goes on, with all that was asked: RFC 8288. */
export function linkNext(
  { url, query }: Pick<FastifyRequest, 'url' | 'query'>,
  reply: FastifyReply,
  { next }: Pick<Page<unknown, unknown>, 'next'>,
  publicUrl: string,
): void {
  if (next === null) return
  const asked = new URLSearchParams({ ...(query as Record<string, string>), after: cursorOf(next) })
  const { href } = new URL(`${publicUrl}${url.split('?')[0]}?${asked}`)
  reply.header('Link', `<${href}>; rel="next"`)
}

function readCursor<Key extends TSchema>(text: string, key: Key): Static<Key> {
  const found = decoded(text)
  if (Value.Check(key, found)) return found
  const mend = 'take "after" as it stands in the Link of the page before, or leave it out to begin with the first'
  throw wrongParameter('after', 'does not name a place in this list', 'not a cursor of this list', mend)
}

function decoded(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}
