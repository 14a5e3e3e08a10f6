import { type ColumnType, type RawBuilder, sql } from 'kysely'
import { types } from 'pg'
import { ServandaError } from '../../config/error.ts'
import { formatInstant, type Instant } from '../../rules/index.ts'

/** A `timestamptz` column: read as an `Instant`, written and compared through `timestamp()`. */
export type InstantColumn = ColumnType<Instant, RawBuilder<Instant>, RawBuilder<Instant>>

/** An `InstantColumn` that may be null. */
export type NullableInstantColumn = ColumnType<
  Instant | null,
  RawBuilder<Instant> | null | undefined,
  RawBuilder<Instant> | null
>

/** `at` as an SQL value: `.values({ recorded_at: timestamp(at) })`, `.where('next_check', '<=', timestamp(at))`. */
export function timestamp(at: Instant): RawBuilder<Instant> {
  return sql<Instant>`${formatInstant(at)}::timestamptz`
}

/**
 * How the text of a column becomes a value, the same in every mode.
 * What is not listed stays with the driver: booleans, small integers and floats, `jsonb` by `JSON.parse`, `bytea` as a Buffer.
 * A `bigint` is a number, since our sequences and counts are; one beyond 2^53 is refused, never rounded. `numeric` and
 * `date` stay text.
 */
const SCALARS: Readonly<Record<string, (text: string) => unknown>> = {
  [types.builtins.INT8]: parseBigint,
  [types.builtins.TIMESTAMPTZ]: parseTimestamptz,
  [types.builtins.TIMESTAMP]: (text) => text,
  [types.builtins.DATE]: (text) => text,
  [types.builtins.NUMERIC]: (text) => text,
}

/** The array type of each entry of `SCALARS`, as `pg_type.typarray` gives it. */
const ARRAYS: Readonly<Record<number, number>> = {
  1016: types.builtins.INT8,
  1185: types.builtins.TIMESTAMPTZ,
  1115: types.builtins.TIMESTAMP,
  1182: types.builtins.DATE,
  1231: types.builtins.NUMERIC,
}

const TEXT_ARRAY = 1009 as (typeof types.builtins)['TEXT']

/** The parsers in the shape `pg` takes as its `types`. */
export const columnTypes = {
  getTypeParser(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
    const scalar = SCALARS[oid]
    if (scalar !== undefined) return scalar
    const element = ARRAYS[oid]
    return element === undefined ? types.getTypeParser(oid, format as 'text') : parseArrayOf(element)
  },
}

function parseArrayOf(element: number): (text: string) => unknown {
  const texts = types.getTypeParser(TEXT_ARRAY, 'text') as (text: string) => (string | null)[]
  return (text) => texts(text).map((item) => (item === null ? null : SCALARS[element]?.(item)))
}

function parseBigint(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) {
    throw new ServandaError(
      'BIGINT_RANGE',
      `The database holds ${text}, which is beyond what a number can hold exactly`,
    )
  }
  return value
}

const TIMESTAMPTZ =
  /^(\d{4,})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d+))?([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?( BC)?$/

/** Reads PostgreSQL's ISO style by hand: `Date` would lose the year 12024 and `Temporal` is slow for a million rows. */
function parseTimestamptz(text: string): Instant {
  const [
    ,
    year,
    month,
    day,
    hour,
    minute,
    second,
    fraction = '',
    sign,
    offsetHour,
    offsetMinute = 0,
    offsetSecond = 0,
    bc,
  ] = TIMESTAMPTZ.exec(text) ?? []
  if (year === undefined) throw new ServandaError('TIMESTAMP_RANGE', `The database holds ${text}, which is no instant`)
  const days = daysSinceEpoch(bc === undefined ? Number(year) : 1 - Number(year), Number(month), Number(day))
  const offset = Number(offsetHour) * 3600 + Number(offsetMinute) * 60 + Number(offsetSecond)
  const local = days * 86_400 + Number(hour) * 3600 + Number(minute) * 60 + Number(second)
  const seconds = sign === '-' ? local + offset : local - offset
  return (seconds * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0'))) as Instant
}

/** Days from 1970-01-01 to a day of the proleptic Gregorian calendar, counted from 1 March so that leap days come last. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}
