import { Temporal } from 'temporal-polyfill'
import { type IsoDate, isZone } from '../engine/zone-time.ts'
import { type Amount, decimal, dividedBy, parseDecimal, times } from './decimal.ts'
import { type Duration, parseDuration } from './duration.ts'
import { define, oneOf, type Shape, text } from './shape.ts'

/** The scalar values of a rulebook, each with the form it is written in. */

/** `2024-06-13`, an existing day. */
export const date: Shape<IsoDate> = text('a date such as 2024-06-13', parseDate, { format: 'date' })

function parseDate(written: string): IsoDate | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(written)) return null
  try {
    return Temporal.PlainDate.from(written, { overflow: 'reject' }).toString()
  } catch {
    return null
  }
}

/** `24h`, `3d`, `10bd of tokyo`. */
export const duration: Shape<Duration> = define(
  'duration',
  text('a duration such as 90m, 24h, 3d, 2w, 6mo, 10y or 10bd of tokyo', parseDuration),
)

/** An IANA time zone. */
export const zone: Shape<string> = text('an IANA time zone such as Europe/Kyiv', (name) => (isZone(name) ? name : null))

/** An identifier: letters, digits, `-`, `_` and `.`. */
export const identifier: Shape<string> = text(
  'a name of letters, digits, - and _',
  (name) => (/^[A-Za-z0-9][\w.-]{0,79}$/.test(name) ? name : null),
  {
    pattern: '^[A-Za-z0-9][\\w.-]{0,79}$',
  },
)

/** `04-01`: a day of the year. */
export const monthDay: Shape<string> = text('a day of the year such as 04-01', (written) =>
  /^\d{2}-\d{2}$/.test(written) && parseDate(`2023-${written}`) ? written : null,
)

/** A figure: digits with an optional word for its size, or a percentage. */
export interface Figure {
  readonly amount: Amount
  readonly percent: boolean
}

const SIZES: Readonly<Record<string, number>> = { thousand: 1e3, million: 1e6, billion: 1e9, trillion: 1e12 }
const FIGURE = /^(-?\d+(?:\.\d+)?)(?: (thousand|million|billion|trillion)|\s?(%))?$/

/** `4.5 billion`, `24`, `0.25%`. */
export const figure: Shape<Figure> = text('a figure such as 24, 4.5 billion or 0.25%', (written) => {
  const found = FIGURE.exec(written)
  const amount = found?.[1] === undefined ? null : parseDecimal(found[1])
  if (!found || amount === null) return null
  return { amount: found[2] ? times(amount, decimal(SIZES[found[2]] ?? 1)) : amount, percent: found[3] !== undefined }
})

/** `80%`, as a fraction. */
export const percentage: Shape<Amount> = text('a percentage such as 80%', (written) => {
  const found = /^(\d+(?:\.\d+)?)\s?%$/.exec(written)
  const amount = found?.[1] === undefined ? null : parseDecimal(found[1])
  return amount === null ? null : dividedBy(amount, decimal(100))
})

/** A decimal number, in quotes or not. */
export const exact: Shape<Amount> = text('a decimal number such as "1.08"', (written) => parseDecimal(written))

/** A field of an event's data; dots go deeper. */
export const fieldPath: Shape<readonly string[]> = text(
  'a field of the data, such as amount or funding.amount',
  (written) => {
    const steps = written.split('.')
    return steps.every((step) => step !== '') ? steps : null
  },
)

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
/** A day of the week. */
export const weekday: Shape<(typeof WEEKDAYS)[number]> = oneOf(WEEKDAYS)
/** ISO number of a weekday: 1 Monday to 7 Sunday. */
export function weekdayNumber(day: (typeof WEEKDAYS)[number]): number {
  return WEEKDAYS.indexOf(day) + 1
}

/** A web address: http or https, nothing else may ever become a link. */
export const webAddress: Shape<string> = text('an address that starts with https:// or http://', (written) =>
  /^https?:\/\/[^\s<>"']+$/.test(written) ? written : null,
)

/** `JPN`, or a name declared under parties. */
export const party: Shape<string> = text(
  'a party: three letters (ISO 3166), or a name declared under parties',
  (written) => (written.length <= 120 ? written : null),
)

/** Any text. */
export const words: Shape<string> = text('a text')
