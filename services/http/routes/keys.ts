import { Type } from 'typebox'
import { formatInstant, type Instant, instant, STANDINGS } from '../../../rules/index.ts'
import { formatToken, issueKey, type KeyRecord, listKeys, revokeKey, rotateKey, SCOPES } from '../../access/index.ts'
import type { App, AppDeps } from '../app.ts'
import { authorOf } from '../credentials.ts'
import { endWithin } from '../idempotency.ts'
import { readLater } from '../read-later.ts'
import { Moment, Nothing, orNull } from '../shapes.ts'

const config = { access: 'admin' } as const

const NewKey = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200 }),
    scopes: Type.Array(Type.Enum([...SCOPES]), { minItems: 1, uniqueItems: true }),
    sources: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 2_048 }), { minItems: 1, maxItems: 100 })),
    highest_standing: Type.Optional(Type.Enum([...STANDINGS])),
    expires_at: Type.Optional(Type.String({ maxLength: 40 })),
    person: Type.Optional(Type.String({ minLength: 1, maxLength: 40, description: 'The id of whoever holds it' })),
  },
  { additionalProperties: false },
)

const Rotate = Type.Object(
  { old_until: Type.Optional(Type.String({ maxLength: 40, description: 'An instant, or "now"' })) },
  { additionalProperties: false },
)

const KeyParams = Type.Object({ id: Type.String() })

/** How long an old secret opens a key beside the new one, in real time, when nobody says. */
const OLD_FOR_MS = 24 * 3_600_000

const KeySchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  scopes: Type.Array(Type.String()),
  sources: Type.Union([Type.Array(Type.String()), Type.Null()]),
  highest_standing: Type.String(),
  expires_at: Type.Union([Type.String(), Type.Null()]),
  person: orNull(Type.String()),
  secrets: Type.Array(Type.Object({ created_at: Moment, expires_at: orNull(Moment), last_used_at: orNull(Moment) }), {
    description: 'Those that open it, newest first; two while it is being rotated',
  }),
})

const CreatedSchema = Type.Intersect([KeySchema, Type.Object({ key: Type.String() })])

/** `/v1/keys`: an admin makes, lists, rotates and ends keys. A key's text is shown once, when it is made. */
export function keyRoutes(app: App, { store, clock, keyRotated }: AppDeps): void {
  const now = () => instant(clock.now().epochMilliseconds)

  app.get(
    '/v1/keys',
    {
      config,
      schema: {
        operationId: 'listKeys',
        tags: ['Access'],
        summary: 'The keys that open this service, without their secrets',
        response: { 200: Type.Object({ keys: Type.Array(KeySchema) }) },
      },
    },
    async () => ({ keys: (await listKeys(store.db, now())).map(keyBody) }),
  )

  app.post(
    '/v1/keys',
    {
      config,
      schema: {
        operationId: 'createKey',
        tags: ['Access'],
        summary: 'Make a key; its text is shown once',
        body: NewKey,
        response: { 201: CreatedSchema },
      },
    },
    async (request, reply) => {
      const { name, scopes, sources = null, highest_standing, expires_at, person = null } = request.body
      const author = authorOf(request, clock)
      const order = {
        name,
        scopes,
        sources,
        highestStanding: highest_standing ?? (scopes.includes('admin') ? 'confirmed' : 'reported'),
        expiresAt: expires_at === undefined ? null : readLater(expires_at, 'expires_at', author.at),
        person,
      } as const
      const { key, token } = await store.transaction(async (trx) => {
        const issued = await issueKey(trx, order, author)
        await endWithin(trx, request, 201)
        return issued
      })
      return reply
        .code(201)
        .header('Cache-Control', 'no-store')
        .send({ ...keyBody(key), key: token })
    },
  )

  app.post(
    '/v1/keys/:id/rotate',
    {
      config,
      schema: {
        operationId: 'rotateKey',
        tags: ['Access'],
        summary: 'Give a key a new secret, beside which the old one opens it for a while',
        params: KeyParams,
        body: Rotate,
        response: { 200: CreatedSchema },
      },
    },
    async (request, reply) => {
      const author = authorOf(request, clock)
      const until = readOldUntil(request.body.old_until, author.at, clock.rate)
      const { key, token } = await store.transaction(async (trx) => {
        const rotated = await rotateKey(trx, request.params.id, until, author)
        await endWithin(trx, request, 200)
        return rotated
      })
      await keyRotated(token)
      return reply.header('Cache-Control', 'no-store').send({ ...keyBody(key), key: formatToken(token) })
    },
  )

  app.delete(
    '/v1/keys/:id',
    {
      config,
      schema: {
        operationId: 'revokeKey',
        tags: ['Access'],
        summary: 'End a key for good',
        params: KeyParams,
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      await store.transaction((trx) => revokeKey(trx, id, authorOf(request, clock)))
      return reply.code(204).send(null)
    },
  )
}

function readOldUntil(text: string | undefined, at: Instant, rate: number): Instant {
  if (text === undefined) return instant(at + OLD_FOR_MS * rate)
  return text === 'now' ? at : readLater(text, 'old_until', at)
}

function keyBody(key: KeyRecord) {
  return {
    id: key.id,
    name: key.name,
    scopes: [...key.scopes],
    sources: key.sources === null ? null : [...key.sources],
    highest_standing: key.highestStanding,
    expires_at: orNever(key.expiresAt),
    person: key.person,
    secrets: key.secrets.map(({ createdAt, expiresAt, lastUsedAt }) => ({
      created_at: formatInstant(createdAt),
      expires_at: orNever(expiresAt),
      last_used_at: orNever(lastUsedAt),
    })),
  }
}

function orNever(at: Instant | null): string | null {
  return at === null ? null : formatInstant(at)
}
