import { Type } from 'typebox'
import { formatInstant, type Instant, instant, parseInstant, STANDINGS } from '../../../rules/index.ts'
import { type AccessKey, createKey, listKeys, revokeKey, SCOPES } from '../../access/index.ts'
import type { App, AppDeps } from '../app.ts'
import { problem } from '../problem.ts'
import { Nothing } from '../shapes.ts'

const config = { access: 'admin' } as const

const NewKey = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200 }),
    scopes: Type.Array(Type.Enum([...SCOPES]), { minItems: 1, uniqueItems: true }),
    sources: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 2_048 }), { minItems: 1, maxItems: 100 })),
    highest_standing: Type.Optional(Type.Enum([...STANDINGS])),
    expires_at: Type.Optional(Type.String({ maxLength: 40 })),
  },
  { additionalProperties: false },
)

const KeySchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  scopes: Type.Array(Type.String()),
  sources: Type.Union([Type.Array(Type.String()), Type.Null()]),
  highest_standing: Type.String(),
  expires_at: Type.Union([Type.String(), Type.Null()]),
})

const CreatedSchema = Type.Intersect([KeySchema, Type.Object({ key: Type.String() })])

/** `/v1/keys`: an admin makes, lists and ends keys. A key's text is shown once, when it is made. */
export function keyRoutes(app: App, { store, clock }: AppDeps): void {
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
    async () => ({ keys: (await listKeys(store.db)).map(keyBody) }),
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
      const { name, scopes, sources, highest_standing, expires_at } = request.body
      const { key, token } = await createKey(
        store.db,
        {
          name,
          scopes,
          sources: sources ?? null,
          highestStanding: highest_standing ?? (scopes.includes('admin') ? 'confirmed' : 'reported'),
          expiresAt: expires_at === undefined ? null : readExpiry(expires_at),
        },
        now(),
      )
      return reply
        .code(201)
        .header('Cache-Control', 'no-store')
        .send({ ...keyBody(key), key: token })
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
        params: Type.Object({ id: Type.String() }),
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      if (!(await revokeKey(store.db, id, now()))) throw problem('KEY_UNKNOWN', `There is no key ${id}.`)
      return reply.code(204).send(null)
    },
  )
}

function readExpiry(text: string): Instant {
  try {
    return parseInstant(text)
  } catch {
    throw problem('REQUEST_INVALID', 'The expiry is not a timestamp.', [
      { pointer: '/expires_at', message: 'not RFC 3339 with an offset', mend: 'for example 2027-01-01T00:00:00Z' },
    ])
  }
}

function keyBody(key: AccessKey) {
  return {
    id: key.id,
    name: key.name,
    scopes: [...key.scopes],
    sources: key.sources === null ? null : [...key.sources],
    highest_standing: key.highestStanding,
    expires_at: key.expiresAt === null ? null : formatInstant(key.expiresAt),
  }
}
