import { type TProperties, Type } from 'typebox'
import {
  type Control,
  type ControlKind,
  formatDecimal,
  formatInstant,
  type Instant,
  isJsonObject,
  occurrence,
  type ServandaEvent,
  VERDICTS,
} from '../../rules/index.ts'
import { EventRefShape, Moment, orNull } from './shapes.ts'

/** What a kind of decision (a `servanda.*` event) is as a resource. */
interface Decision {
  /** `/v1/<name>` */
  readonly name: string
  /** What making one does. */
  readonly does: string
  /** The fields of its data (LANGUAGE §2), as they are sent. */
  readonly data: TProperties
  /** The field that a list can be narrowed down by. */
  readonly listedBy: 'agreement' | 'source' | 'series'
}

const Name = Type.String({ minLength: 1, maxLength: 2_048 })
const CaseId = Type.String({ minLength: 1, maxLength: 8_000, description: 'In full: <agreement>/<commitment>@…' })
const About = Type.Object({ source: Name, id: Name }, { additionalProperties: false })
const Commitments = Type.Array(Name, { minItems: 1, maxItems: 1_000, uniqueItems: true })
const Judged = Type.Enum(VERDICTS.filter((verdict) => verdict !== 'open' && verdict !== 'void'))
const Decimal = Type.String({ maxLength: 100, description: 'An exact decimal' })

const OF_CASES = { agreement: Name, case: Type.Optional(CaseId), commitment: Type.Optional(Name) }
const OF_COMMITMENTS = { agreement: Name, commitments: Type.Optional(Commitments) }

/** One line for each kind; whatever the resources differ in stands here. */
export const DECISIONS: Readonly<Record<ControlKind, Decision>> = {
  judgement: {
    name: 'judgements',
    does: 'Judge a case, or one unclear event of it',
    data: { agreement: Name, case: CaseId, verdict: Judged, about: Type.Optional(About) },
    listedBy: 'agreement',
  },
  waiver: {
    name: 'waivers',
    does: 'Waive a case, or every case of a commitment so far',
    data: OF_CASES,
    listedBy: 'agreement',
  },
  discharge: {
    name: 'discharges',
    does: 'Discharge a case, or every case of a commitment so far',
    data: OF_CASES,
    listedBy: 'agreement',
  },
  suspension: {
    name: 'suspensions',
    does: 'Suspend an agreement, or some of its commitments',
    data: OF_COMMITMENTS,
    listedBy: 'agreement',
  },
  resumption: {
    name: 'resumptions',
    does: 'Resume what was suspended',
    data: OF_COMMITMENTS,
    listedBy: 'agreement',
  },
  termination: {
    name: 'terminations',
    does: 'Terminate an agreement',
    data: { agreement: Name },
    listedBy: 'agreement',
  },
  watermark: {
    name: 'watermarks',
    does: 'Vouch that a source has reported everything up to an instant',
    data: {
      source: Name,
      through: Type.String({ maxLength: 40 }),
      types: Type.Optional(Type.Array(Name, { minItems: 1, maxItems: 1_000 })),
    },
    listedBy: 'source',
  },
  indicator: {
    name: 'indicators',
    does: 'Publish the value of an indicator for a period',
    data: { series: Name, period: Type.String({ maxLength: 80, description: 'EDTF' }), value: Decimal, unit: Name },
    listedBy: 'series',
  },
}

/** What is sent: the data, and whatever is left out is filled in. */
export function decisionOrder({ data }: Decision) {
  return Type.Object(
    {
      ...data,
      at: Type.Optional(
        Type.String({ maxLength: 40, description: 'When it takes effect, RFC 3339; now when left out' }),
      ),
      why: Type.Optional(Type.String({ minLength: 1, maxLength: 10_000 })),
      event: Type.Optional(
        Type.Object(
          { source: Type.Optional(Name), id: Type.Optional(Name) },
          { additionalProperties: false, description: 'How it is named in the ledger; made up where it is left out' },
        ),
      ),
    },
    { additionalProperties: false },
  )
}

/** What is answered of one that stands. */
export function decisionShape({ data }: Decision) {
  return Type.Object({
    event: EventRefShape,
    seq: Type.Integer(),
    recorded_at: Moment,
    at: orNull(Moment),
    why: orNull(Type.String()),
    by: orNull(Type.String({ description: 'Who decided: key:<id>, or as whoever sent the event has written it' })),
    ...Object.fromEntries(Object.entries(data).map(([name, shape]) => [name, orNull(shape)])),
  })
}

/** Where in the ledger a decision stands. */
export interface DecisionRow {
  readonly seq: number
  readonly recordedAt: Instant
}

/**
 * The decision in `event`, whose data is what the language wants it to be.
 * @param zone  in which a time without an offset is read
 */
export function decisionBody(
  { data: fields }: Decision,
  event: ServandaEvent,
  { seq, recordedAt }: DecisionRow,
  zone: string,
) {
  const { source, id, revision, control } = event
  const data = isJsonObject(event.data) ? event.data : {}
  const at = occurrence(event, zone)?.from ?? null
  return {
    event: { source, id, revision },
    seq,
    recorded_at: formatInstant(recordedAt),
    at: at === null ? null : formatInstant(at),
    why: textOrNull(data.why),
    by: textOrNull(data.by),
    ...Object.fromEntries(Object.keys(fields).map((name) => [name, data[name] ?? null])),
    ...(control !== null && normalised(control)),
  }
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function normalised(control: Control) {
  if (control.kind === 'watermark') return { through: formatInstant(control.through) }
  if (control.kind === 'indicator') return { value: formatDecimal(control.value) }
  return {}
}
