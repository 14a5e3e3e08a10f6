import type { FastifyReply, FastifyRequest } from 'fastify'
import { isServandaError } from '../../config/error.ts'
import {
  type AccessKey,
  hasScope,
  isCsrfToken,
  isOurHost,
  isOurOrigin,
  type Scope,
  type Session,
} from '../access/index.ts'
import type { App, AppDeps } from './app.ts'
import { JSON_TYPES, typeOf } from './body.ts'
import { answerPreflight, isPreflight } from './cors.ts'
import { countRequest } from './count-request.ts'
import { type Caller, callerOf, isNameless, sessionTokenOf } from './credentials.ts'
import { type Documented, isOfPage } from './openapi.ts'
import { problem, unsupportedType } from './problem.ts'
import { RememberedKeys } from './remembered-keys.ts'
import { isFromHere } from './sender.ts'

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
    /** Who sent it, once the guard has checked that; null: nobody in particular. */
    caller: Caller | null
    /** The key the request came with, by itself or by a session. */
    accessKey: AccessKey | null
    /** The same key looked up again, for requests that last. @throws {ServandaError} when it may not go on */
    keyAgain: () => Promise<AccessKey>
    /** Whether it comes from somebody who may see how the service works; for routes that tell everybody a little. */
    seesInside: () => Promise<boolean>
  }
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS'])

type GuardDeps = Pick<
  AppDeps,
  'store' | 'clock' | 'doors' | 'publicRead' | 'localRead' | 'insider' | 'keyUses' | 'limits'
>

/** Checks every request before its body is read: the name it asks for, its origin, its type, its sender, and how often. */
export function guardDoors(app: App, deps: GuardDeps): void {
  const { doors, publicRead, localRead, limits } = deps
  const remembered = new RememberedKeys()
  app.decorateRequest('caller', null)
  app.decorateRequest('accessKey', null)
  app.decorateRequest('readsAll', false)
  app.decorateRequest('keyAgain', async function again(this: FastifyRequest) {
    return checkAccess(this, await callerOf(this, deps), this.routeOptions.config.access ?? 'admin')
  })
  app.decorateRequest('seesInside', async function looks(this: FastifyRequest) {
    if (isOurHost(this.headers.host, doors) && localRead && isFromHere(this)) return true
    const caller = await callerOrRemembered(this).catch(() => null)
    return caller !== null && hasScope(caller.key, 'read')
  })
  app.addHook('onRoute', (route) => {
    if (isOfPage(route.url)) route.config = { ...route.config, access: 'open' }
    if (!route.config?.access) throw new Error(`route ${route.url} does not say who may use it`)
  })
  // Who comes without a key or a session is let in, or not, at once: most who poll do.
  app.addHook('onRequest', (request, reply, done) => {
    const looking = atTheDoor(request, reply)
    if (looking === 'answered') return
    if (looking === 'in') return done()
    looking.then(() => done(), done)
  })

  function atTheDoor(request: FastifyRequest, reply: FastifyReply): 'in' | 'answered' | Promise<void> {
    const { access = 'admin', allow } = request.routeOptions.config ?? {}
    if (access === 'open' && !request.is404) return 'in'
    // What scrapes asks each process by its address; its key says who it is.
    const isScrape = access === 'inside' && request.headers.authorization !== undefined
    const isOurs = isOurHost(request.headers.host, doors)
    if (!isOurs && !isScrape) {
      throw problem(
        'HOST_FOREIGN',
        `${request.headers.host ?? 'A request without a host'} is not served here; set PUBLIC_URL.`,
      )
    }
    if (request.is404) return 'in'
    if (allow !== undefined) {
      if (isPreflight(request, doors)) {
        answerPreflight(request, reply, allow)
        return 'answered'
      }
      reply.header('Allow', allow)
      throw problem('METHOD_NOT_ALLOWED', `${request.method} is not allowed here; ${allow} is.`)
    }
    if (!READS.has(request.method)) checkWrite(request)
    const isLocal = localRead && isOurs && isFromHere(request)
    const isOpen = access === 'public' ? publicRead || isLocal : access === 'inside' && isLocal
    const letIn = (caller: Caller | null) => admit(request, reply, caller, { access, isOpen, isLocal })
    if (isNameless(request)) {
      letIn(null)
      return 'in'
    }
    const looking = access === 'inside' ? callerOrRemembered(request) : callerOf(request, deps)
    return looking
      .catch((error) => {
        // What everybody may read is still served to those whose key cannot be looked up while the database is away.
        if (isRefused(error) || !isOpen) throw error
        return null
      })
      .then(letIn)
  }

  function admit(
    request: FastifyRequest,
    reply: FastifyReply,
    caller: Caller | null,
    { access, isOpen, isLocal }: { readonly access: Access; readonly isOpen: boolean; readonly isLocal: boolean },
  ): void {
    request.caller = caller
    request.accessKey = caller?.key ?? null
    if (caller?.session && !READS.has(request.method)) checkPage(request, caller.session)
    if (caller !== null || !isFromHere(request)) countRequest(request, reply, caller, limits)
    if (!isOpen) checkAccess(request, caller, access)
    request.readsAll = isLocal || (caller !== null && hasScope(caller.key, 'read'))
  }

  /** While the database is away, who it was when the key could be looked up. */
  async function callerOrRemembered(request: FastifyRequest): Promise<Caller | null> {
    const token = request.headers.authorization
    if (token === undefined) return callerOf(request, deps)
    try {
      const caller = await callerOf(request, deps)
      if (caller) remembered.remember(token, caller)
      return caller
    } catch (error) {
      if (isRefused(error)) remembered.forget(token)
      const caller = remembered.recall(token)
      if (caller) return caller
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

  /** A browser sends the cookie along with whatever any page makes it send: only pages of ours know the token beside it. */
  function checkPage({ headers }: FastifyRequest, session: Session): void {
    if (isCsrfToken(session, headers['x-csrf-token'])) return
    throw problem('CSRF_TOKEN_WRONG', 'Send the "csrf_token" of GET /v1/session as the header X-CSRF-Token.')
  }

  function checkAccess(request: FastifyRequest, caller: Caller | null, access: Access): AccessKey {
    if (caller === null) {
      if (sessionTokenOf(request) !== undefined) throw problem('SESSION_ENDED', 'The session has ended. Sign in again.')
      throw problem('KEY_MISSING', 'Send a key: "Authorization: Bearer svd_…".')
    }
    const scope = access === 'public' || access === 'inside' ? 'read' : access
    if (scope !== 'key' && scope !== 'open' && !hasScope(caller.key, scope)) {
      throw problem('SCOPE_MISSING', `This takes a key with the scope "${scope}".`)
    }
    return caller.key
  }
}

/** Whether a key was looked up, and is none; anything else says nothing about it. */
function isRefused(error: unknown): boolean {
  return isServandaError(error, 'KEY_INVALID') || isServandaError(error, 'TOO_MANY_ATTEMPTS')
}
