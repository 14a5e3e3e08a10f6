import type { FastifyRequest } from 'fastify'
import { ServandaError } from '../../config/error.ts'
import { instant } from '../../rules/index.ts'
import { type AccessKey, authenticate, openSession, placeOf, type Session } from '../access/index.ts'
import type { Actor, Author } from '../audit/index.ts'
import type { AppDeps } from './app.ts'
import { problem } from './problem.ts'

/** Where a browser keeps the session. */
export const SESSION_COOKIE = 'servanda_session'

/** No script can read it, no page of another site makes a browser send it, and over https no plain connection carries it. */
export function cookieAt(publicUrl: string) {
  return { path: '/', httpOnly: true, sameSite: 'strict', secure: publicUrl.startsWith('https:') } as const
}

/** Who sent a request. */
export interface Caller {
  readonly key: AccessKey
  /** The hash of the secret that opened the key; null: this process asks itself. */
  readonly secret: string | null
  /** Whether by a session, and by which; null: by the key itself. */
  readonly session: (Session & { readonly token: string }) | null
}

/** Whether `request` does not say who sent it. */
export function isNameless({ headers }: FastifyRequest): boolean {
  return headers.authorization === undefined && headers.cookie === undefined
}

/** The token of the session that a browser sends along; read only where it matters. */
export function sessionTokenOf({ headers: { cookie }, server }: FastifyRequest): string | undefined {
  return cookie === undefined ? undefined : server.parseCookie(cookie)[SESSION_COOKIE]
}

type Deps = Pick<AppDeps, 'store' | 'clock' | 'insider' | 'keyUses' | 'limits'>

/**
 * Who sent `request`: by `Authorization`, else by the cookie of a session; null when by neither, or the session is over.
 * @throws {ServandaError} `KEY_INVALID`, `TOO_MANY_ATTEMPTS`
 */
export async function callerOf(request: FastifyRequest, deps: Deps): Promise<Caller | null> {
  if (isNameless(request)) return null
  const { authorization } = request.headers
  const token = sessionTokenOf(request)
  const now = instant(deps.clock.now().epochMilliseconds)
  const caller =
    authorization === undefined
      ? await callerBySession(token, now, deps)
      : await callerByKey(authorization, request.ip, now, deps)
  if (caller?.secret) deps.keyUses.note(caller.secret, now)
  return caller
}

type Now = ReturnType<typeof instant>

async function callerBySession(token: string | undefined, now: Now, { store }: Deps): Promise<Caller | null> {
  if (token === undefined) return null
  const session = await openSession(store.db, token, now)
  return session && { key: session.key, secret: session.secret, session: { ...session, token } }
}

async function callerByKey(authorization: string, ip: string, now: Now, deps: Deps): Promise<Caller> {
  const { store, insider, limits } = deps
  const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1]
  if (insider && token === insider.token) return { key: insider.key, secret: null, session: null }
  const opened = token === undefined ? null : await authenticate(store.db, token, now)
  // A right key opens whoever else is guessing behind the same address.
  if (opened) return { ...opened, session: null }
  const place = placeOf(ip)
  const wait = limits.wrongKeys.waitSeconds(place)
  if (wait > 0) {
    const message = `Too many requests with wrong keys came from this address. Try again in ${wait} s.`
    throw new ServandaError('TOO_MANY_ATTEMPTS', message, { details: { retryAfter: wait } })
  }
  limits.wrongKeys.count(place)
  throw problem('KEY_INVALID', 'The key is wrong, has expired, or was revoked. Send "Authorization: Bearer svd_…".')
}

/** Who is to be noted for what `request` changes. */
export function authorOf({ caller, id }: FastifyRequest, clock: AppDeps['clock']): Author {
  if (caller === null) throw new Error('a request that changes something has no sender')
  return { actor: actorOf(caller), at: instant(clock.now().epochMilliseconds), requestId: id }
}

/** By which id a sender is named wherever that stays for ever: never by a name. */
export function actorOf({ key, secret, session }: Caller): Actor {
  if (secret === null) return 'command line'
  return session?.person ? `person:${session.person.id}` : `key:${key.id}`
}
