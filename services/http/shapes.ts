import { type Static, type TSchema, Type } from 'typebox'
import { CERTAINTIES, FLAGS, INDICATORS, KINDS, PHASES, ROLES, STANDINGS, VERDICTS } from '../../rules/index.ts'

/** The parts that answers of several routes have in common. */

export const Moment = Type.String({ description: 'RFC 3339, UTC, three fraction digits' })

export function orNull<T extends TSchema>(schema: T) {
  return Type.Union([schema, Type.Null()])
}

/** A list that is only read. */
export function listOf<T extends TSchema>(item: T, options: { readonly description?: string } = {}) {
  return Type.Unsafe<readonly Static<T>[]>(Type.Array(item, options))
}

/** The body of a 204. */
export const Nothing = Type.Null()

export const PhaseShape = Type.Enum([...PHASES])
export const VerdictShape = Type.Enum([...VERDICTS])
export const CertaintyShape = Type.Enum([...CERTAINTIES])
export const FlagsShape = listOf(Type.Enum([...FLAGS]))
export const IndicatorShape = Type.Enum([...INDICATORS])
export const RoleShape = Type.Enum([...ROLES])
export const KindShape = Type.Enum([...KINDS])
export const StandingShape = Type.Enum([...STANDINGS])
export const SeverityShape = Type.Enum(['info', 'warning', 'critical'])
export const LegalForceShape = Type.Enum(['binding', 'political', 'mixed'])

/** How many cases have each verdict; zeros are left out. */
export const RecordShape = Type.Object(
  Object.fromEntries(VERDICTS.map((verdict) => [verdict, Type.Optional(Type.Integer())])),
)

/** An instant, or the two ends of an imprecise one. */
export const TimeShape = Type.Union([Moment, Type.Object({ from: Moment, to: Moment })])

const DecimalOrNull = orNull(Type.String({ description: 'An exact decimal' }))

export const ValueShape = Type.Object({
  min: DecimalOrNull,
  max: DecimalOrNull,
  unit: orNull(Type.String()),
  target: DecimalOrNull,
  expected: DecimalOrNull,
})

/** What names an event in one revision. */
export const EventRefShape = Type.Object({ source: Type.String(), id: Type.String(), revision: Type.Integer() })

/** A case as an evaluation prints it (LANGUAGE §7). */
export const CASE_FIELDS = {
  id: Type.String(),
  phase: PhaseShape,
  verdict: VerdictShape,
  certainty: CertaintyShape,
  flags: FlagsShape,
  opened: orNull(TimeShape),
  due: orNull(TimeShape),
  close: orNull(TimeShape),
  next_check: orNull(Moment),
  value: orNull(ValueShape),
  explanation: Type.String(),
  evidence: listOf(Type.Object({ event: EventRefShape, role: RoleShape, reason: Type.String() })),
  evidence_omitted: Type.Integer(),
}

/** A source as a rulebook declares it. */
export const SOURCE_FIELDS = {
  id: Type.String(),
  title: orNull(Type.String()),
  url: orNull(Type.String()),
  is: listOf(Type.String(), { description: 'The sources of events that are this source' }),
  covers: listOf(Type.String(), { description: 'Types of events' }),
  expected_every: orNull(Type.String({ description: 'A duration, for example 7d' })),
}

/** A CloudEvent as it is sent and read; its own content is the sender's. */
export const CloudEventShape = Type.Object(
  {
    specversion: Type.Literal('1.0'),
    source: Type.String(),
    id: Type.String(),
    type: Type.Optional(Type.String()),
    time: Type.Optional(Type.String()),
    occurred: Type.Optional(Type.String({ description: 'EDTF level 0, or an interval' })),
    zone: Type.Optional(Type.String({ description: 'An IANA time zone' })),
    data: Type.Optional(Type.Unknown()),
    subject: Type.Optional(Type.String()),
    revision: Type.Optional(Type.Integer({ minimum: 1 })),
    retracted: Type.Optional(Type.Boolean()),
    recordedtime: Type.Optional(Type.String()),
    standing: Type.Optional(StandingShape),
  },
  { additionalProperties: true },
)
