import type { FastifyRequest } from 'fastify'
import { isServandaError, ServandaError } from '../../config/error.ts'
import { instant } from '../../rules/index.ts'
import {
  type AccessKey,
  authenticate,
  hasScope,
  isLoopback,
  isOurHost,
  isOurOrigin,
  type Scope,
} from '../access/index.ts'
import type { App, AppDeps } from './app.ts'
import { AttemptLimit } from './attempt-limit.ts'
import { JSON_TYPES, typeOf } from './body.ts'
import { type Documented, isOfPage } from './openapi.ts'
import { problem, unsupportedType } from './problem.ts'
import { RememberedKeys } from './remembered-keys.ts'

/**
 * Who may use a route: `open` (everybody, also under a name that is not ours: probes), `public` (everybody when reading
 * is public, else the scope `read`), `inside` (how the service works: the scope `read`, or whoever asks directly from this
 * machine where these may read), `key` (any key; the route looks closer), or a scope.
 */
export type Access = 'open' | 'public' | 'inside' | 'key' | Scope

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
    /** Set on a route that exists only to say which methods the path has. */
    allow?: string
    /** The content types it takes, where these are not JSON alone. */
    takes?: readonly string[]
    /** What it takes and answers where Fastify itself neither checks nor writes it: for the description alone. */
    documented?: Documented
  }
  interface FastifyRequest {
    /** Whether it may read about agreements that are not public, too. */
    readsAll: boolean
    /** The key the request came with, once the guard has checked it. */
    accessKey: AccessKey | null
    /** The same key looked up again, for requests that last. @throws {ServandaError} when it may not go on */
    keyAgain: () => Promise<AccessKey>
    /** Whether it comes from somebody who may see how the service works; for routes that tell everybody a little. */
    seesInside: () => Promise<boolean>
  }
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Checks every request before its body is read: the name it asks for, its origin, its type, and its key. */
export function guardDoors(
  app: App,
  deps: Pick<AppDeps, 'store' | 'clock' | 'doors' | 'publicRead' | 'localRead' | 'insider'>,
): void {
  const { doors, publicRead, localRead, insider } = deps
  const attempts = new AttemptLimit()
  const remembered = new RememberedKeys()
  app.decorateRequest('accessKey', null)
  app.decorateRequest('readsAll', false)
  app.decorateRequest('keyAgain', async function again(this: FastifyRequest) {
    return checkAccess(await keyOf(this), this.routeOptions.config.access ?? 'admin')
  })
  app.decorateRequest('seesInside', async function looks(this: FastifyRequest) {
    if (isOurHost(this.headers.host, doors) && localRead && isFromHere(this)) return true
    const key = await keyOrRemembered(this).catch(() => null)
    return key !== null && hasScope(key, 'read')
  })
  app.addHook('onRoute', (route) => {
    if (isOfPage(route.url)) route.config = { ...route.config, access: 'open' }
    if (!route.config?.access) throw new Error(`route ${route.url} does not say who may use it`)
  })
  app.addHook('onRequest', async (request, reply) => {
    const { access = 'admin', allow } = request.routeOptions.config ?? {}
    if (access === 'open' && !request.is404) return
    // What scrapes asks each process by its address; its key says who it is.
    const isScrape = access === 'inside' && request.headers.authorization !== undefined
    const isOurs = isOurHost(request.headers.host, doors)
    if (!isOurs && !isScrape) {
      throw problem(
        'HOST_FOREIGN',
        `${request.headers.host ?? 'A request without a host'} is not served here; set PUBLIC_URL.`,
      )
    }
    if (request.is404) return
    if (allow !== undefined) {
      reply.header('Allow', allow)
      throw problem('METHOD_NOT_ALLOWED', `${request.method} is not allowed here; ${allow} is.`)
    }
    if (!READS.has(request.method)) checkWrite(request)
    const isLocal = localRead && isOurs && isFromHere(request)
    const isOpen = access === 'public' ? publicRead || isLocal : access === 'inside' && isLocal
    const looking = access === 'inside' ? keyOrRemembered(request) : keyOf(request)
    request.accessKey = await looking.catch((error) => {
      // What everybody may read is still served to those whose key cannot be looked up while the database is away.
      if (isRefused(error) || !isOpen) throw error
      return null
    })
    if (!isOpen) checkAccess(request.accessKey, access)
    request.readsAll = isLocal || (request.accessKey !== null && hasScope(request.accessKey, 'read'))
  })

  /** While the database is away, the key that it was when it could be looked up. */
  async function keyOrRemembered(request: FastifyRequest): Promise<AccessKey | null> {
    const token = request.headers.authorization
    if (token === undefined) return null
    try {
      const key = await keyOf(request)
      if (key) remembered.remember(token, key)
      return key
    } catch (error) {
      if (isRefused(error)) remembered.forget(token)
      const key = remembered.recall(token)
      if (key) return key
      throw error
    }
  }

  function checkWrite({ headers, method, routeOptions }: FastifyRequest): void {
    if (!isOurOrigin(headers.origin, headers.host, doors)) {
      throw problem('ORIGIN_FOREIGN', `A page of ${headers.origin} may not write here.`)
    }
    const type = typeOf(headers)
    const takes = routeOptions.config?.takes ?? JSON_TYPES
    const isEmptyDelete = method === 'DELETE' && type === undefined
    if (!isEmptyDelete && !takes.some((one) => one === type)) throw unsupportedType(takes)
  }

  async function keyOf({ headers, ip }: FastifyRequest): Promise<AccessKey | null> {
    if (headers.authorization === undefined) return null
    const now = instant(deps.clock.now().epochMilliseconds)
    const token = /^Bearer +(\S+)$/i.exec(headers.authorization)?.[1]
    if (insider && token === insider.token) return insider.key
    const key = token === undefined ? null : await authenticate(deps.store.db, token, now)
    // A right key opens whoever else is guessing behind the same address.
    if (key) return key
    const wait = attempts.waitSeconds(ip, now, deps.clock.rate)
    if (wait > 0) {
      const message = `Too many requests with wrong keys came from this address. Try again in ${wait} s.`
      throw new ServandaError('TOO_MANY_ATTEMPTS', message, { details: { retryAfter: wait } })
    }
    attempts.failed(ip, now)
    throw problem('KEY_INVALID', 'The key is wrong, has expired, or was revoked. Send "Authorization: Bearer svd_…".')
  }

  function checkAccess(key: AccessKey | null, access: Access): AccessKey {
    if (key === null) throw problem('KEY_MISSING', 'Send a key: "Authorization: Bearer svd_…".')
    const scope = access === 'public' || access === 'inside' ? 'read' : access
    if (scope !== 'key' && scope !== 'open' && !hasScope(key, scope)) {
      throw problem('SCOPE_MISSING', `This takes a key with the scope "${scope}".`)
    }
    return key
  }
}

/** Whether a key was looked up, and is none; anything else says nothing about it. */
function isRefused(error: unknown): boolean {
  return isServandaError(error, 'KEY_INVALID') || isServandaError(error, 'TOO_MANY_ATTEMPTS')
}

/** Whether a request comes from this machine itself, and not through a proxy on it. */
function isFromHere({ headers, socket }: FastifyRequest): boolean {
  if (PROXY_HEADERS.some((name) => headers[name] !== undefined)) return false
  return isLoopback(socket.remoteAddress?.replace(/^::ffff:/, '') ?? '')
}

const PROXY_HEADERS = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip']
