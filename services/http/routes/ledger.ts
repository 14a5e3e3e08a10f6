import { Type } from 'typebox'
import { formatInstant } from '../../../rules/index.ts'
import { GENESIS, ledgerHead, parseNoted, verificationDocument, verifyLedger } from '../../ledger/index.ts'
import type { App, AppDeps } from '../app.ts'
import { problem } from '../problem.ts'

const Noted = { seq: Type.Integer(), hash: Type.String() }

const Head = Type.Object({ ...Noted, recorded_at: Type.Union([Type.String(), Type.Null()]) })

const Found = Type.Object({
  rows: Type.Integer(),
  head: Type.Union([Type.Object({ ...Noted, recorded_at: Type.String() }), Type.Null()]),
  expected: Type.Union([Type.Object(Noted), Type.Null()]),
  findings: Type.Array(
    Type.Object({
      kind: Type.String(),
      seq: Type.Integer(),
      through: Type.Integer(),
      source: Type.Union([Type.String(), Type.Null()]),
      id: Type.Union([Type.String(), Type.Null()]),
      revision: Type.Union([Type.Integer(), Type.Null()]),
      message: Type.String(),
    }),
  ),
  findings_omitted: Type.Integer(),
})

/** `GET /v1/ledger`: the last row and its hash, to be noted elsewhere. `GET /v1/ledger/verification`: whether every row holds. */
export function ledgerRoutes(app: App, { store }: AppDeps): void {
  let isVerifying = false
  let isStopping = false
  app.addHook('preClose', async () => {
    isStopping = true
  })

  function goingOn(): void {
    if (isStopping) throw problem('NOT_READY', 'The service is stopping.')
  }

  app.get(
    '/v1/ledger',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'readLedgerHead',
        tags: ['Operation'],
        summary: 'The last row of the ledger and its hash, to be noted elsewhere',
        response: { 200: Head },
      },
    },
    async (_request, reply) => {
      const head = await ledgerHead(store.db)
      reply.header('Cache-Control', 'no-store')
      if (head === null) return { seq: 0, hash: GENESIS, recorded_at: null }
      return { seq: head.seq, hash: head.hash, recorded_at: formatInstant(head.recordedAt) }
    },
  )

  app.get(
    '/v1/ledger/verification',
    {
      config: { access: 'admin' },
      schema: {
        operationId: 'verifyLedger',
        tags: ['Operation'],
        summary: 'Whether every row of the ledger holds',
        querystring: Type.Object({ expect: Type.Optional(Type.String()) }, { additionalProperties: false }),
        response: { 200: Found },
      },
    },
    async ({ query }, reply) => {
      const expected = query.expect === undefined ? null : parseNoted(query.expect)
      if (query.expect !== undefined && expected === null) {
        throw problem('REQUEST_INVALID', 'What is expected is not written as SEQ:HASH.', [
          {
            pointer: '/expect',
            message: 'not SEQ:HASH',
            mend: 'as "GET /v1/ledger" gave them: the number, a colon, the hash',
          },
        ])
      }
      if (isVerifying) throw problem('LEDGER_BUSY', 'The ledger is being verified already. Try again soon.')
      isVerifying = true
      try {
        reply.header('Cache-Control', 'no-store')
        return verificationDocument(await verifyLedger(store.db, { expected, progress: goingOn }))
      } finally {
        isVerifying = false
      }
    },
  )
}
