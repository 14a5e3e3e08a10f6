import { type TObject, type TSchema, Type } from 'typebox'
import { CERTAINTIES, FLAGS, INDICATORS, KINDS, PHASES, VERDICTS } from '../../rules/index.ts'
import { STATUS_SCHEMA } from './document.ts'
import { STRIP_DAYS } from './strip.ts'

/** What is published, as a schema: every list of words is closed, and there is nothing that it does not name. */

function object<P extends Record<string, TSchema>>(properties: P, description?: string): TObject<P> {
  return Type.Object(properties, { additionalProperties: false, ...(description !== undefined && { description }) })
}

function orNull<T extends TSchema>(schema: T) {
  return Type.Union([schema, Type.Null()])
}

/** How many there are under each of `words`; zeros are left out. */
function countsOf<W extends string>(words: readonly W[], description: string) {
  const count = Type.Optional(Type.Integer({ minimum: 1 }))
  const properties = Object.fromEntries(words.map((word) => [word, count])) as Record<W, typeof count>
  return Type.Object(properties, { additionalProperties: false, description })
}

const Text = Type.String()
const Instant = Type.String({ format: 'date-time', description: 'RFC 3339 in UTC, three fraction digits' })
const Day = Type.String({ format: 'date' })
const Link = Type.String({ format: 'uri' })
const Count = Type.Integer({ minimum: 0 })
const Decimal = Type.String({ pattern: '^-?[0-9]+(\\.[0-9]+)?$', description: 'a decimal, exactly' })
const Indicator = Type.Enum([...INDICATORS], { description: 'the most urgent first; `unknown` is never good' })
const Certainty = Type.Enum([...CERTAINTIES])
const Phase = Type.Enum([...PHASES])
const Verdict = Type.Enum([...VERDICTS])
const Flags = Type.Array(Type.Enum([...FLAGS]), { uniqueItems: true })
const TimeValue = Type.Union([Instant, object({ from: Instant, to: Instant })], {
  description: 'an instant, or its two ends where what it is counted from is imprecise',
})
const LocalTime = Type.String({ format: 'date-time', description: 'RFC 3339 with the offset of the zone' })

const Deadline = {
  due: TimeValue,
  due_local: Type.Union([LocalTime, object({ from: LocalTime, to: LocalTime })]),
  zone: Type.String({ description: 'IANA name' }),
  grace_until: orNull(TimeValue),
}

const Counts = countsOf(INDICATORS, 'how many commitments show which; other readings of a promise do not count')

const Case = object({
  id: Text,
  phase: Phase,
  verdict: Verdict,
  certainty: Certainty,
  flags: Flags,
  evidence: Count,
  link: Link,
})

const Strip = object(
  {
    from: Day,
    to: Day,
    runs: Type.Array(
      object({ indicator: orNull(Indicator), days: Type.Integer({ minimum: 1, maximum: STRIP_DAYS }) }),
      { minItems: 1 },
    ),
  },
  `the most urgent indicator shown on each of the last ${STRIP_DAYS} days of the agreement's calendar, oldest first`,
)

const Clause = object({
  ref: orNull(Text),
  quote: orNull(Text),
  title: orNull(Text),
  url: orNull(Text),
  published: orNull(Day),
})

const Value = object({
  min: orNull(Decimal),
  max: orNull(Decimal),
  unit: orNull(Text),
  target: orNull(Decimal),
  expected: orNull(Decimal),
})

const Commitment = object({
  id: Text,
  title: Text,
  kind: Type.Enum([...KINDS]),
  severity: Type.Enum(['info', 'warning', 'critical']),
  reading_of: orNull(Text),
  indicator: Indicator,
  since: orNull(Instant),
  reason: Text,
  next_check: orNull(Instant),
  due: orNull(TimeValue),
  deadline: orNull(object(Deadline, 'the clock that runs')),
  value: orNull(Value),
  case: orNull(Case),
  cases: Count,
  record: countsOf(VERDICTS, 'cases by verdict'),
  strip: Strip,
  clause: orNull(Clause),
  note: orNull(Text),
  links: object({ self: Link, badge: Link, card: Link, calendar: Link }),
})

const LegalForce = Type.Enum(['binding', 'political', 'mixed'])

const AgreementWords = {
  id: Text,
  title: Text,
  legal_force: LegalForce,
  zone: Text,
  rulebook_version: Type.Integer({ minimum: 1 }),
}

const Agreement = object({
  ...AgreementWords,
  visibility: Type.Enum(['public', 'internal']),
  seq: Count,
  as_of: orNull(Instant),
  evaluated_at: orNull(Instant),
  stale: Type.Boolean(),
  failure: orNull(Text),
  set_aside: Count,
  indicator: orNull(Indicator),
  counts: Counts,
  silent_sources: Type.Array(
    object({ id: Text, title: orNull(Text), last_heard_at: orNull(Instant), expected_by: Instant }),
  ),
  links: object({ self: Link, cases: Link, badge: Link, card: Link, calendar: Link, feed: Link }),
  commitments: Type.Array(Commitment),
})

const RejectedRulebook = object({
  origin: Type.Enum(['folder', 'http']),
  file: Text,
  agreement: orNull(Text),
  rejected_at: Instant,
  problems: Type.Array(Type.Object({ code: Text, message: Text }, { description: 'where, why, and how to mend it' })),
})

const Schema = Type.Literal(STATUS_SCHEMA)
const Seq = Type.Integer({ minimum: 0, description: 'grows with every change of anything shown here' })
const Clock = orNull(Type.String({ description: 'how the clock is described when it is not the real one' }))

/** `GET /v1/status` */
export const StatusSchema = object({
  schema: Schema,
  seq: Seq,
  as_of: orNull(Instant),
  evaluated_through: orNull(Instant),
  stale: Type.Boolean(),
  indicator: orNull(Indicator),
  counts: Counts,
  clock: Clock,
  next_deadlines: Type.Array(object({ agreement: Text, commitment: Text, case: Text, ...Deadline })),
  rejected_rulebooks: Type.Array(RejectedRulebook),
  links: object({ self: Link, summary: Link, stream: Link, calendar: Link, feed: Link }),
  agreements: Type.Array(Agreement),
})

const Head = { schema: Schema, seq: Seq, as_of: orNull(Instant), stale: Type.Boolean(), clock: Clock }

/** `GET /v1/status/{agreement}` */
export const AgreementStatusSchema = object({ ...Head, agreement: Agreement })

/** `GET /v1/status/{agreement}/{commitment}` */
export const CommitmentStatusSchema = object({
  ...Head,
  agreement: object({ ...AgreementWords, evaluated_at: orNull(Instant) }),
  commitment: Commitment,
})

const ComponentStatus = Type.Enum([
  'operational',
  'degraded_performance',
  'partial_outage',
  'major_outage',
  'under_maintenance',
])

/** `GET /v1/status/summary.json` */
export const SummarySchema = object({
  page: object({ id: Type.Literal('servanda'), name: Text, url: Link, time_zone: Text, updated_at: orNull(Instant) }),
  components: Type.Array(
    object({
      id: Text,
      name: Text,
      status: ComponentStatus,
      description: orNull(Text),
      updated_at: orNull(Instant),
      position: Type.Integer({ minimum: 1 }),
      group: Type.Boolean(),
      group_id: orNull(Text),
      components: Type.Optional(Type.Array(Text)),
    }),
  ),
  incidents: Type.Array(
    object({
      id: Text,
      name: Text,
      status: Type.Literal('investigating'),
      impact: Type.Enum(['major', 'critical']),
      started_at: orNull(Instant),
      shortlink: Link,
      components: Type.Array(object({ id: Text })),
    }),
  ),
  scheduled_maintenances: Type.Array(Type.Never(), { maxItems: 0 }),
  status: object({ indicator: Type.Enum(['none', 'minor', 'major', 'critical']), description: Text }),
})

/** `GET /v1/status/check` */
export const CheckSchema = object({
  ok: Type.Boolean(),
  indicator: orNull(Indicator),
  fail_on: Type.Array(Indicator),
  stale: Type.Boolean(),
  failing: Type.Array(
    object({ agreement: Text, commitment: Text, indicator: Indicator, since: orNull(Instant), reason: Text }),
  ),
})

/** A badge as shields.io reads it from an endpoint. */
export const BadgeSchema = object({
  schemaVersion: Type.Literal(1),
  label: Text,
  message: Text,
  color: Type.String({ pattern: '^#[0-9a-f]{6}$' }),
  isError: Type.Boolean(),
})

const Standing = object({ phase: Phase, verdict: Verdict, certainty: Certainty, flags: Flags })

/** The data of `event: transition` of `/v1/stream`. */
export const TransitionEventSchema = object({
  seq: Seq,
  number: Type.Integer({ minimum: 1 }),
  agreement: Text,
  commitment: Text,
  case: Text,
  cause: Type.Enum(['evidence', 'time', 'correction', 'import', 'rule_change', 'judgement']),
  occurred_at: Instant,
  recorded_at: Instant,
  before: orNull(Standing),
  after: Standing,
  indicator: Indicator,
  explanation: Text,
})

/** The data of `event: status` of `/v1/stream`; `agreement` where the stream is about one. */
export const StatusEventSchema = object({
  agreement: Type.Optional(Text),
  seq: Seq,
  as_of: orNull(Instant),
  evaluated_through: orNull(Instant),
  stale: Type.Boolean(),
  indicator: orNull(Indicator),
  counts: Counts,
})

/** The data of `event: reset` of `/v1/stream`: from where it was asked to go on, it cannot. */
export const ResetEventSchema = object({
  seq: Seq,
  reason: Type.Enum(['cursor_unknown', 'cursor_too_old']),
  status: Link,
})
