import { Type } from 'typebox'
import { formatInstant } from '../../../rules/index.ts'
import { auditVerificationDocument, verifyAudit } from '../../audit/index.ts'
import {
  GENESIS,
  ledgerHead,
  type Noted as NotedRow,
  parseNoted,
  verificationDocument,
  verifyLedger,
} from '../../ledger/index.ts'
import type { App, AppDeps } from '../app.ts'
import { problem } from '../problem.ts'
import { Moment, orNull } from '../shapes.ts'

const Noted = { seq: Type.Integer(), hash: Type.String() }
const NotedEntry = { number: Type.Integer(), hash: Type.String() }

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
  audit: Type.Object(
    {
      rows: Type.Integer(),
      head: orNull(Type.Object({ ...NotedEntry, at: Moment })),
      expected: orNull(Type.Object(NotedEntry)),
      findings: Type.Array(
        Type.Object({
          kind: Type.String(),
          number: Type.Integer(),
          through: Type.Integer(),
          action: orNull(Type.String()),
          message: Type.String(),
        }),
      ),
      findings_omitted: Type.Integer(),
    },
    { description: 'The same of the audit log, whose rows are entries' },
  ),
})

const Query = Type.Object(
  { expect: Type.Optional(Type.String()), expect_audit: Type.Optional(Type.String()) },
  { additionalProperties: false },
)

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
        summary: 'Whether every row of the ledger holds, and every entry of the audit log',
        querystring: Query,
        response: { 200: Found },
      },
    },
    async ({ query }, reply) => {
      const expected = readNoted(query.expect, 'expect', 'as "GET /v1/ledger" gave them: the number, a colon, the hash')
      const entry = readNoted(query.expect_audit, 'expect_audit', 'as "GET /v1/audit" gave them: number, colon, hash')
      if (isVerifying) throw problem('LEDGER_BUSY', 'The ledger is being verified already. Try again soon.')
      isVerifying = true
      try {
        reply.header('Cache-Control', 'no-store')
        const ledger = await verifyLedger(store.db, { expected, progress: goingOn })
        const audit = await verifyAudit(store.db, { expected: entry, progress: goingOn })
        return { ...verificationDocument(ledger), audit: auditVerificationDocument(audit) }
      } finally {
        isVerifying = false
      }
    },
  )
}

function readNoted(text: string | undefined, parameter: string, mend: string): NotedRow | null {
  if (text === undefined) return null
  const noted = parseNoted(text)
  if (noted !== null) return noted
  throw problem('REQUEST_INVALID', 'What is expected is not written as SEQ:HASH.', [
    { pointer: `/${parameter}`, message: 'not SEQ:HASH', mend },
  ])
}
