import { Type } from 'typebox'
import { ALERT_KINDS, CHANNELS, SEVERITIES, SUBSCRIPTION_STATES } from '../alerts/index.ts'
import { Moment, orNull } from './shapes.ts'

/** What subscriptions, silences and their like are written with, and answered. */

const Names = Type.Array(Type.String({ minLength: 1, maxLength: 400 }), {
  minItems: 1,
  maxItems: 200,
  uniqueItems: true,
})

function optional(description: string) {
  return Type.Optional(orNull(Type.Unsafe<string[]>({ ...Names, description })))
}

/** Which alerts are meant; what is left out or null means any. */
export const FilterOrder = Type.Object(
  {
    agreements: optional('Ids of agreements'),
    parties: optional('Codes of parties: whoever owes it, or is owed it'),
    commitments: optional('Commitments, as <agreement>/<commitment>'),
    tags: optional('Tags of commitments'),
    kinds: Type.Optional(
      orNull(
        Type.Array(Type.Enum([...ALERT_KINDS]), { minItems: 1, uniqueItems: true, description: 'Kinds of alerts' }),
      ),
    ),
    minimum_severity: Type.Optional(Type.Enum([...SEVERITIES])),
  },
  { additionalProperties: false },
)

const Hour = Type.Integer({ minimum: 0, maximum: 23, description: 'An hour of the local day' })
const ClockTime = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description: 'HH:MM, local' })

const DigestOrder = Type.Union([
  Type.Object({ every: Type.Literal('day'), hour: Hour }, { additionalProperties: false }),
  Type.Object(
    {
      every: Type.Literal('week'),
      weekday: Type.Integer({ minimum: 1, maximum: 7, description: '1 is Monday' }),
      hour: Hour,
    },
    { additionalProperties: false },
  ),
])

const StepOrder = Type.Object(
  {
    after: Type.String({ pattern: '^[1-9]\\d{0,4}[mhd]$', description: 'A duration such as 30m, 2h or 1d' }),
    tell: Type.String({ minLength: 1, maxLength: 40, description: 'The id of a subscription' }),
  },
  { additionalProperties: false },
)

/** A subscription as it is asked for. */
export const SubscriptionOrder = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200 }),
    channel: Type.Optional(Type.Enum([...CHANNELS])),
    address: Type.String({ minLength: 1, maxLength: 2_048, description: 'A mail address, or the URL of a receiver' }),
    person: Type.Optional(orNull(Type.String({ minLength: 1, maxLength: 40, description: 'The id of a person' }))),
    zone: Type.Optional(Type.String({ maxLength: 64, description: 'An IANA time zone; UTC when left out' })),
    locale: Type.Optional(Type.String({ maxLength: 35, description: 'How dates and numbers are written: BCP 47' })),
    filter: Type.Optional(FilterOrder),
    digest: Type.Optional(orNull(DigestOrder)),
    quiet_hours: Type.Optional(
      orNull(Type.Object({ from: ClockTime, to: ClockTime }, { additionalProperties: false })),
    ),
    escalation: Type.Optional(Type.Array(StepOrder, { maxItems: 10 })),
    state: Type.Optional(Type.Enum(['active', 'paused'])),
  },
  { additionalProperties: false },
)

const NamesOrNull = orNull(Type.Array(Type.String()))

export const FilterShape = Type.Object({
  agreements: NamesOrNull,
  parties: NamesOrNull,
  commitments: NamesOrNull,
  tags: NamesOrNull,
  kinds: orNull(Type.Array(Type.Enum([...ALERT_KINDS]))),
  minimum_severity: Type.Enum([...SEVERITIES]),
})

export const SUBSCRIPTION_FIELDS = {
  id: Type.String(),
  name: Type.String(),
  channel: Type.Enum([...CHANNELS]),
  address: Type.String(),
  person: orNull(Type.String()),
  zone: Type.String(),
  locale: Type.String(),
  filter: FilterShape,
  digest: orNull(DigestOrder),
  quiet_hours: orNull(Type.Object({ from: Type.String(), to: Type.String() })),
  escalation: Type.Array(Type.Object({ after: Type.String(), tell: Type.String() })),
  state: Type.Enum([...SUBSCRIPTION_STATES]),
  state_why: orNull(Type.String()),
  state_since: Moment,
  created_at: Moment,
}

export const SubscriptionShape = Type.Object(SUBSCRIPTION_FIELDS)
