import { Type } from 'typebox'
import { TRANSITION_CAUSES } from '../evaluation/index.ts'
import {
  CASE_FIELDS,
  CertaintyShape,
  EventRefShape,
  FlagsShape,
  IndicatorShape,
  KindShape,
  LegalForceShape,
  listOf,
  Moment,
  orNull,
  PhaseShape,
  RoleShape,
  ValueShape,
  VerdictShape,
} from './shapes.ts'

/** How cases, their changes and explanations are answered. */

const { evidence, evidence_omitted, ...BRIEF_FIELDS } = CASE_FIELDS

/** A case as it is stored, without what it rests on. */
const STORED_FIELDS = {
  agreement: Type.String(),
  commitment: Type.String(),
  indicator: orNull(IndicatorShape),
  since: Moment,
  replaced_by: orNull(Type.String()),
  ...BRIEF_FIELDS,
}

export const CasesShape = Type.Object({
  cases: listOf(
    Type.Object({
      ...STORED_FIELDS,
      links: Type.Object({ self: Type.String() }),
      evidence: Type.Optional(evidence),
      evidence_omitted: Type.Optional(evidence_omitted),
    }),
  ),
})

const StandingShape = Type.Object({
  phase: PhaseShape,
  verdict: VerdictShape,
  certainty: CertaintyShape,
  flags: FlagsShape,
})

const TRANSITION_FIELDS = {
  number: Type.Integer(),
  cause: Type.Enum([...TRANSITION_CAUSES]),
  seq: Type.Integer(),
  rulebook_version: Type.Integer(),
  occurred_at: Moment,
  recorded_at: Moment,
  before: orNull(StandingShape),
  phase: PhaseShape,
  verdict: VerdictShape,
  certainty: CertaintyShape,
  flags: FlagsShape,
  explanation: Type.String(),
}

export const HistoryShape = Type.Object({ transitions: listOf(Type.Object(TRANSITION_FIELDS)) })

export const WholeCaseShape = Type.Object({
  ...STORED_FIELDS,
  links: Type.Object({
    self: Type.String(),
    commitment: Type.String(),
    history: Type.String(),
    explanation: Type.String(),
  }),
  evidence,
  evidence_omitted,
  transitions: listOf(Type.Object(TRANSITION_FIELDS)),
  transitions_omitted: Type.Integer(),
})

export const TransitionsShape = Type.Object({
  transitions: listOf(
    Type.Object({
      agreement: Type.String(),
      commitment: Type.String(),
      case: Type.String(),
      ...TRANSITION_FIELDS,
      links: Type.Object({ case: Type.String() }),
    }),
  ),
})

/** What `servanda explain --format json` prints, and on what it rests. */
export const ExplanationShape = Type.Object({
  as_of: Moment,
  known_at: orNull(Moment),
  known_basis: Type.Enum(['ledger', 'claimed']),
  rulebook_version: Type.Integer(),
  case: Type.Object(CASE_FIELDS),
  title: Type.String(),
  kind: KindShape,
  by: listOf(Type.String()),
  legal_force: LegalForceShape,
  clause: orNull(
    Type.Object({
      quote: orNull(Type.String()),
      ref: orNull(Type.String()),
      text: orNull(Type.String()),
      url: orNull(Type.String()),
      published: orNull(Type.String()),
    }),
  ),
  note: orNull(Type.String()),
  zone: Type.String(),
  timeline: listOf(
    Type.Object({
      event: EventRefShape,
      role: RoleShape,
      reason: Type.String(),
      when: Type.String(),
      type: orNull(Type.String()),
      standing: Type.String(),
    }),
  ),
  value: orNull(ValueShape),
  would_change: listOf(Type.String()),
  final: Type.String(),
})
