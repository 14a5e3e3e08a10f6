import { Type } from 'typebox'
import { note } from '../../audit/index.ts'
import type { App, AppDeps } from '../app.ts'
import { authorOf } from '../credentials.ts'

const Made = Type.Object({
  /** Its name in the folder `backups` of the data folder. */
  file: Type.String(),
  bytes: Type.Integer(),
  made_at: Type.String(),
  events: Type.Integer(),
  ledger_hash: Type.Union([Type.String(), Type.Null()]),
})

/**
 * `POST /v1/backups`: writes a backup into the data folder, whose database nobody else can open meanwhile. A database
 * server takes more than one client, so there the command line makes its backups itself.
 */
export function backupRoutes(app: App, { backUp, store, clock }: AppDeps): void {
  if (!backUp) return
  app.post(
    '/v1/backups',
    {
      config: { access: 'admin', repeats: 'answered' },
      schema: {
        operationId: 'makeBackup',
        tags: ['Operation'],
        summary: 'Write a backup into the data folder',
        body: Type.Object({}, { additionalProperties: false }),
        response: { 201: Made },
      },
    },
    async (request, reply) => {
      const { file, header, bytes } = await backUp()
      const { events, hash } = header.ledger
      const author = authorOf(request, clock)
      await store.transaction((trx) =>
        note(trx, author, 'backup.created', { subject: file, details: { bytes, events, ledger_hash: hash } }),
      )
      return reply.code(201).send({ file, bytes, made_at: header.made_at, events, ledger_hash: hash })
    },
  )
}
