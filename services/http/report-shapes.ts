import { type Static, Type } from 'typebox'
import { formatInstant } from '../../rules/index.ts'
import { FORM_FACTS, FORMS, type ReportRecord, type ReportSchedule, RHYTHMS } from '../reports/index.ts'
import { Moment, orNull } from './shapes.ts'

const Codes = (description: string) =>
  Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { minItems: 1, maxItems: 200, description }))

/** What both a report and a schedule of reports are asked for with. */
const ABOUT = {
  tell: Type.Optional(
    Type.Array(Type.String({ maxLength: 40 }), {
      maxItems: 1_000,
      uniqueItems: true,
      description: 'Ids of subscriptions that are sent it',
    }),
  ),
  attach: Type.Optional(
    Type.Array(Type.Enum([...FORMS]), {
      uniqueItems: true,
      description: 'What goes along with a mail; pdf when left out',
    }),
  ),
  title: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'Named after the period when left out' }),
  ),
  zone: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 60,
      description: 'IANA zone of the calendar; UTC when left out',
      examples: ['Europe/Kyiv'],
    }),
  ),
  locale: Type.Optional(
    Type.String({
      minLength: 2,
      maxLength: 40,
      description: 'BCP 47: how dates and numbers are written; en-GB when left out',
    }),
  ),
  agreements: Codes('Only these agreements'),
  parties: Codes('Only what these parties owe or are owed, by code'),
}

const About = Type.Object(ABOUT)
export type ReportAbout = Static<typeof About>

export const ReportOrderShape = Type.Object(
  {
    ...ABOUT,
    period: Type.String({
      maxLength: 40,
      description: '2024, 2024-Q1, 2024-03, 2024-W10, 2024-03-04, or <first day>/<last day>',
      examples: ['2024-Q1'],
    }),
    known_at: Type.Optional(
      Type.String({ format: 'date-time', maxLength: 40, description: 'Only what was recorded by then counts' }),
    ),
    previous: Type.Optional(
      Type.String({ maxLength: 40, description: 'The id of the report that changes are told against' }),
    ),
  },
  { additionalProperties: false },
)

export const ScheduleOrderShape = Type.Object(
  {
    ...ABOUT,
    every: Type.Enum([...RHYTHMS]),
    hour: Type.Optional(Type.Integer({ minimum: 0, maximum: 23, description: 'Of the local day; 8 when left out' })),
    days_after: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 60,
        description: 'Days that late news has after the period; none when left out',
      }),
    ),
    state: Type.Optional(Type.Enum(['active', 'paused'])),
  },
  { additionalProperties: false },
)
export type ScheduleOrder = Static<typeof ScheduleOrderShape>

const ListOrNull = orNull(Type.Array(Type.String()))

export const ReportShape = Type.Object({
  number: Type.Integer(),
  id: Type.String(),
  schedule: orNull(Type.String()),
  title: Type.String(),
  period: Type.Object({
    name: Type.String(),
    words: Type.String(),
    zone: Type.String(),
    from: Moment,
    until: Moment,
  }),
  as_of: Moment,
  known_at: orNull(Moment),
  agreements: ListOrNull,
  parties: ListOrNull,
  ledger: orNull(Type.String({ description: 'SEQ:HASH of the last row that counts' })),
  previous: orNull(Type.String()),
  version: Type.String({ description: 'Of Servanda' }),
  summary: Type.Array(Type.String()),
  indicators: Type.Array(Type.Object({ indicator: Type.String(), count: Type.Integer() })),
  changes: Type.Integer(),
  corrections: Type.Integer(),
  questions: Type.Integer(),
  created_by: Type.String(),
  created_at: Moment,
  files: Type.Array(
    Type.Object({
      form: Type.Enum([...FORMS]),
      media_type: Type.String(),
      sha256: Type.String(),
      length: Type.Integer(),
      url: Type.String(),
    }),
  ),
})

export const ScheduleShape = Type.Object({
  id: Type.String(),
  title: orNull(Type.String()),
  every: Type.Enum([...RHYTHMS]),
  zone: Type.String(),
  hour: Type.Integer(),
  days_after: Type.Integer(),
  locale: Type.String(),
  agreements: ListOrNull,
  parties: ListOrNull,
  tell: Type.Array(Type.String()),
  attach: Type.Array(Type.Enum([...FORMS])),
  state: Type.Enum(['active', 'paused']),
  due_at: orNull(Moment),
  failure: orNull(Type.String({ description: 'Why the one that is due was not made yet' })),
  created_at: Moment,
})

/** @param base  the address of the service */
export function reportBody(report: ReportRecord, base: string): Static<typeof ReportShape> {
  const { request, basis, facts } = report
  const list = (items: readonly string[] | null) => items && [...items]
  return {
    number: report.number,
    id: report.id,
    schedule: report.schedule,
    title: report.title,
    period: { ...request.period },
    as_of: formatInstant(report.asOf),
    known_at: basis.known_at,
    agreements: list(request.scope.agreements),
    parties: list(request.scope.parties),
    ledger: basis.ledger,
    previous: basis.previous?.report ?? null,
    version: report.version,
    summary: [...facts.summary],
    indicators: facts.indicators.map((one) => ({ ...one })),
    changes: facts.changes,
    corrections: facts.corrections,
    questions: facts.questions,
    created_by: report.createdBy,
    created_at: formatInstant(report.createdAt),
    files: report.files.map(({ form, sha256, length }) => ({
      form,
      media_type: FORM_FACTS[form].mediaType,
      sha256,
      length,
      url: `${base}/v1/reports/${report.id}/files/${form}`,
    })),
  }
}

export function scheduleBody(schedule: ReportSchedule): Static<typeof ScheduleShape> {
  const { timing, scope, dueAt, createdAt, tell, attach, ...same } = schedule
  return {
    id: same.id,
    title: same.title,
    every: timing.every,
    zone: timing.zone,
    hour: timing.hour,
    days_after: timing.daysAfter,
    locale: same.locale,
    agreements: scope.agreements && [...scope.agreements],
    parties: scope.parties && [...scope.parties],
    tell: [...tell],
    attach: [...attach],
    state: same.state,
    due_at: dueAt && formatInstant(dueAt),
    failure: same.failure,
    created_at: formatInstant(createdAt),
  }
}
