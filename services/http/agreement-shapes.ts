import { Type } from 'typebox'
import {
  CASE_FIELDS,
  IndicatorShape,
  KindShape,
  LegalForceShape,
  listOf,
  Moment,
  orNull,
  RecordShape,
  SeverityShape,
  SOURCE_FIELDS,
} from './shapes.ts'

/** How agreements and commitments are answered. */

const AGREEMENT_FIELDS = {
  id: Type.String(),
  title: Type.String(),
  legal_force: LegalForceShape,
  visibility: Type.Enum(['public', 'internal']),
  rulebook: Type.Object({ version: Type.Integer(), hash: Type.String(), file: Type.String() }),
  links: Type.Object({
    self: Type.String(),
    commitments: Type.String(),
    cases: Type.String(),
    evaluation: Type.String(),
    rulebook: Type.String(),
    status: Type.String(),
  }),
}

const Day = Type.String({ description: 'YYYY-MM-DD' })

export const AgreementsShape = Type.Object({ agreements: listOf(Type.Object(AGREEMENT_FIELDS)) })

export const WholeAgreementShape = Type.Object({
  ...AGREEMENT_FIELDS,
  parties: listOf(Type.Object({ id: Type.String(), name: Type.String() })),
  signed: orNull(Day),
  in_force: Type.Object({
    from: orNull(Day),
    on_event: listOf(Type.String(), { description: 'The types of the events that bring it into force' }),
    until: orNull(Day),
    term: orNull(Type.String({ description: 'A duration, for example 10y' })),
  }),
  zone: Type.String(),
  note: orNull(Type.String({ description: 'What the rulebook leaves out' })),
  texts: listOf(
    Type.Object({ id: Type.String(), title: Type.String(), url: orNull(Type.String()), published: orNull(Day) }),
  ),
  sources: listOf(Type.Object(SOURCE_FIELDS)),
  commitments: listOf(
    Type.Object({
      id: Type.String(),
      title: Type.String(),
      kind: KindShape,
      severity: SeverityShape,
      reading_of: orNull(Type.String()),
      indicator: orNull(IndicatorShape),
      links: Type.Object({ self: Type.String() }),
    }),
  ),
})

export const CommitmentShape = Type.Object({
  id: Type.String(),
  agreement: Type.String(),
  title: Type.String(),
  kind: KindShape,
  by: listOf(Type.String()),
  to: listOf(Type.String()),
  severity: SeverityShape,
  reading_of: orNull(Type.String()),
  clause: orNull(
    Type.Object({
      ref: orNull(Type.String()),
      quote: orNull(Type.String()),
      title: orNull(Type.String()),
      url: orNull(Type.String()),
      published: orNull(Day),
    }),
  ),
  tags: listOf(Type.String()),
  note: orNull(Type.String()),
  indicator: orNull(IndicatorShape),
  next_check: orNull(Moment),
  cases: Type.Integer(),
  record: RecordShape,
  links: Type.Object({
    self: Type.String(),
    agreement: Type.String(),
    cases: Type.String(),
    status: Type.String(),
  }),
})

/** What `servanda evaluate --format json` prints, and on what it rests. */
export const EvaluationShape = Type.Object({
  as_of: Moment,
  known_at: orNull(Moment),
  known_basis: Type.Enum(['ledger', 'claimed']),
  rulebook_version: Type.Integer(),
  commitments: Type.Array(
    Type.Object({
      id: Type.String(),
      agreement: Type.String(),
      kind: KindShape,
      indicator: IndicatorShape,
      next_check: orNull(Moment),
      record: RecordShape,
      cases: Type.Array(Type.Object(CASE_FIELDS)),
    }),
  ),
})
