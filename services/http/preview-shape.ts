import { Type } from 'typebox'
import {
  CertaintyShape,
  FlagsShape,
  IndicatorShape,
  Moment,
  orNull,
  PhaseShape,
  RecordShape,
  TimeShape,
  ValueShape,
  VerdictShape,
} from './shapes.ts'

const CaseShown = orNull(
  Type.Object({
    phase: PhaseShape,
    verdict: VerdictShape,
    certainty: CertaintyShape,
    flags: FlagsShape,
    due: orNull(TimeShape),
    value: orNull(ValueShape),
    explanation: Type.String(),
    alert: orNull(Type.String()),
  }),
)

/** What would change about an agreement. */
export const PreviewShape = Type.Object({
  agreement: Type.String(),
  rulebook_version: orNull(Type.Integer()),
  as_of: Moment,
  verdicts: Type.Object({ before: RecordShape, after: RecordShape }),
  indicators: Type.Array(
    Type.Object({ commitment: Type.String(), before: orNull(IndicatorShape), after: orNull(IndicatorShape) }),
  ),
  changes: Type.Array(
    Type.Object({
      case: Type.String(),
      commitment: Type.String(),
      before: CaseShown,
      after: CaseShown,
      replaced_by: orNull(Type.String()),
    }),
  ),
  changes_omitted: Type.Integer(),
  alerts: Type.Array(
    Type.Object({ case: Type.String(), kind: Type.String(), told: orNull(VerdictShape), verdict: VerdictShape }),
  ),
})
