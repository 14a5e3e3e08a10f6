import { Type } from 'typebox'
import { formatInstant } from '../../../rules/index.ts'
import { endSession, type Session, startSession } from '../../access/index.ts'
import type { App, AppDeps } from '../app.ts'
import { authorOf, cookieAt, SESSION_COOKIE } from '../credentials.ts'
import { problem } from '../problem.ts'
import { Moment, Nothing, orNull } from '../shapes.ts'

const config = { access: 'key' } as const

const SessionShape = Type.Object({
  key: Type.Object({ id: Type.String(), name: Type.String(), scopes: Type.Array(Type.String()) }),
  person: orNull(Type.Object({ id: Type.String(), name: Type.String() })),
  csrf_token: Type.String({ description: 'To be sent with each write, as X-CSRF-Token' }),
  expires_at: Moment,
})

/** `/v1/session`: a browser signs in with a key, which it need not keep then; says who is signed in; and signs out. */
export function sessionRoutes(app: App, { store, clock, publicUrl }: AppDeps): void {
  app.post(
    '/v1/session',
    {
      config,
      schema: {
        operationId: 'signIn',
        tags: ['Access'],
        summary: 'Sign a browser in with a key',
        body: Type.Object({}, { additionalProperties: false }),
        response: { 201: SessionShape },
      },
    },
    async (request, reply) => {
      const { caller } = request
      if (!caller?.secret || caller.session !== null) {
        throw problem('KEY_MISSING', 'To sign in takes a key: "Authorization: Bearer svd_…".')
      }
      const opened = { key: caller.key, secret: caller.secret }
      const author = authorOf(request, clock)
      const { token, session } = await store.transaction((trx) => startSession(trx, opened, clock.rate, author))
      const maxAge = Math.floor((session.expiresAt - author.at) / clock.rate / 1_000)
      reply.setCookie(SESSION_COOKIE, token, { ...cookieAt(publicUrl()), maxAge })
      return reply.code(201).header('Cache-Control', 'no-store').send(sessionBody(session))
    },
  )

  app.get(
    '/v1/session',
    {
      config,
      schema: {
        operationId: 'readSession',
        tags: ['Access'],
        summary: 'Who is signed in',
        response: { 200: SessionShape },
      },
    },
    async ({ caller }, reply) => {
      if (!caller?.session) throw nobody()
      reply.header('Cache-Control', 'no-store')
      return sessionBody(caller.session)
    },
  )

  app.delete(
    '/v1/session',
    {
      config,
      schema: { operationId: 'signOut', tags: ['Access'], summary: 'Sign out', response: { 204: Nothing } },
    },
    async (request, reply) => {
      const session = request.caller?.session
      if (!session) throw nobody()
      await store.transaction((trx) => endSession(trx, session.token, session.key, authorOf(request, clock)))
      return reply.clearCookie(SESSION_COOKIE, cookieAt(publicUrl())).code(204).send(null)
    },
  )
}

function nobody() {
  return problem('SESSION_UNKNOWN', 'This request came with a key, not with a session.')
}

function sessionBody({ key, person, csrfToken, expiresAt }: Session) {
  return {
    key: { id: key.id, name: key.name, scopes: [...key.scopes] },
    person,
    csrf_token: csrfToken,
    expires_at: formatInstant(expiresAt),
  }
}
