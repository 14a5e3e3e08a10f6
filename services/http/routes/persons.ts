import { Type } from 'typebox'
import { formatInstant } from '../../../rules/index.ts'
import { createPerson, forget, listPersons, type Person } from '../../persons/index.ts'
import type { App, AppDeps } from '../app.ts'
import { authorOf } from '../credentials.ts'
import { endWithin } from '../idempotency.ts'
import { Moment, orNull } from '../shapes.ts'

const config = { access: 'admin' } as const

const NewPerson = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200 }),
    address: Type.Optional(Type.String({ pattern: '^[^<>@\\s]+@[^<>@\\s]+$', maxLength: 320 })),
  },
  { additionalProperties: false },
)

const PersonShape = Type.Object({
  id: Type.String(),
  name: orNull(Type.String({ description: 'Null: the person was forgotten' })),
  address: orNull(Type.String()),
  created_at: Moment,
  forgotten_at: orNull(Moment),
})

const Forget = Type.Object(
  { who: Type.String({ minLength: 1, maxLength: 320, description: 'The id of a person, or an address' }) },
  { additionalProperties: false },
)

const ForgottenShape = Type.Object({
  persons: Type.Array(Type.String()),
  subscriptions: Type.Integer(),
  answers: Type.Integer({ description: 'Of mail servers, which named the address' }),
  keys: Type.Integer(),
  sessions: Type.Integer(),
  mails: Type.Integer(),
})

/** `/v1/persons`: who holds keys. `/v1/forget`: erases somebody, by id or by the address that alerts are sent to. */
export function personRoutes(app: App, { store, clock, outbox }: AppDeps): void {
  app.get(
    '/v1/persons',
    {
      config,
      schema: {
        operationId: 'listPersons',
        tags: ['Access'],
        summary: 'The people who hold keys',
        response: { 200: Type.Object({ persons: Type.Array(PersonShape) }) },
      },
    },
    async () => ({ persons: (await listPersons(store.db)).map(personBody) }),
  )

  app.post(
    '/v1/persons',
    {
      config,
      schema: {
        operationId: 'createPerson',
        tags: ['Access'],
        summary: 'Name a person, who can then hold keys',
        body: NewPerson,
        response: { 201: PersonShape },
      },
    },
    async (request, reply) => {
      const { name, address = null } = request.body
      const author = authorOf(request, clock)
      const person = await store.transaction(async (trx) => {
        const created = await createPerson(trx, { name, address }, author)
        await endWithin(trx, request, 201)
        return created
      })
      return reply.code(201).send(personBody(person))
    },
  )

  app.post(
    '/v1/forget',
    {
      config,
      schema: {
        operationId: 'forgetPerson',
        tags: ['Access'],
        summary: 'Erase a person, by id or address',
        body: Forget,
        response: { 200: ForgottenShape },
      },
    },
    async (request) => {
      const forgotten = await forget(request.body.who, { store, outbox }, authorOf(request, clock))
      return { ...forgotten, persons: [...forgotten.persons] }
    },
  )
}

function personBody({ id, name, address, createdAt, forgottenAt }: Person) {
  return {
    id,
    name,
    address,
    created_at: formatInstant(createdAt),
    forgotten_at: forgottenAt && formatInstant(forgottenAt),
  }
}
