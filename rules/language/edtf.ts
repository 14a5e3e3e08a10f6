import { Temporal } from 'temporal-polyfill'
import { daysInMonth, parseIsoDate } from '../engine/civil-date.ts'
import { formatInstant, type Instant, parseInstant, type Span } from '../engine/instant.ts'
import { endOfDay, fromWallClockMs, startOfDay } from '../engine/zone-time.ts'

/**
 * EDTF level 0 (ISO 8601-2:2019) as an occurrence is written: a year, month, day or local time, or an interval of two
 * of them. A time to the minute or second is a moment; one without an offset is read in a zone.
 */
export type Edtf = EdtfPoint | { readonly kind: 'interval'; readonly start: EdtfPoint; readonly end: EdtfPoint }

type EdtfPoint =
  | { readonly kind: 'year' | 'month' | 'day'; readonly text: string }
  | { readonly kind: 'local'; readonly text: string }
  | { readonly kind: 'instant'; readonly at: Instant }

const POINT = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(\.\d+)?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?)?)?$/

/** What `text` says, or null when it is not EDTF level 0 or names an impossible date. */
export function parseEdtf(text: string): Edtf | null {
  const slash = text.indexOf('/')
  if (slash < 0) return parsePoint(text)
  const start = parsePoint(text.slice(0, slash))
  const end = parsePoint(text.slice(slash + 1))
  return start && end ? { kind: 'interval', start, end } : null
}

function parsePoint(text: string): EdtfPoint | null {
  const found = POINT.exec(text)
  if (!found) return null
  const [, year = '', month, day, hour, minute, second, fraction, offset] = found
  if (month === undefined) return { kind: 'year', text: year }
  if (day === undefined) return month >= '01' && month <= '12' ? { kind: 'month', text } : null
  const date = `${year}-${month}-${day}`
  if (Number.isNaN(parseIsoDate(date))) return null
  if (hour === undefined) return { kind: 'day', text: date }
  if (Number(hour) > 23) return null
  const local = `${date}T${hour}:${minute}:${second ?? '00'}${fraction ?? ''}`
  try {
    if (offset === undefined) return { kind: 'local', text: toMillisecond(local) }
    const full =
      offset === 'Z'
        ? 'Z'
        : offset.length === 3
          ? `${offset}:00`
          : offset.length === 5
            ? `${offset.slice(0, 3)}:${offset.slice(3)}`
            : offset
    return { kind: 'instant', at: parseInstant(local + full) }
  } catch {
    return null
  }
}

/** The local time `text` to the millisecond. @throws {RangeError} when there is no such time */
function toMillisecond(text: string): string {
  return Temporal.PlainDateTime.from(text).toString({ smallestUnit: 'millisecond', roundingMode: 'trunc' })
}

/** The closed interval that `edtf` covers in `zone`, or null when it is empty: a skipped day, or an end before its start. */
export function edtfSpan(edtf: Edtf, zone: string): Span | null {
  if (edtf.kind !== 'interval') return nonEmpty(firstOf(edtf, zone), lastOf(edtf, zone))
  return nonEmpty(firstOf(edtf.start, zone), lastOf(edtf.end, zone))
}

/** The same occurrence written one way: what an offset says is turned to UTC. Two texts that mean the same compare equal. */
export function normaliseEdtf(edtf: Edtf): string {
  if (edtf.kind === 'interval') return `${normaliseEdtf(edtf.start)}/${normaliseEdtf(edtf.end)}`
  return edtf.kind === 'instant' ? formatInstant(edtf.at) : edtf.text
}

/** Whether `edtf` needs a zone to be read. */
export function needsZone(edtf: Edtf): boolean {
  return edtf.kind === 'interval' ? needsZone(edtf.start) || needsZone(edtf.end) : edtf.kind !== 'instant'
}

/** Whether `edtf` is one moment: a time of day, not a day, month, year or interval. */
export function isMoment(edtf: Edtf): boolean {
  return edtf.kind === 'local' || edtf.kind === 'instant'
}

function nonEmpty(from: Instant, to: Instant): Span | null {
  return from <= to ? { from, to } : null
}

function firstOf(point: EdtfPoint, zone: string): Instant {
  switch (point.kind) {
    case 'year':
      return startOfDay(`${point.text}-01-01`, zone)
    case 'month':
      return startOfDay(`${point.text}-01`, zone)
    case 'day':
      return startOfDay(point.text, zone)
    case 'local':
      return localInstant(point.text, zone)
    case 'instant':
      return point.at
  }
}

function lastOf(point: EdtfPoint, zone: string): Instant {
  switch (point.kind) {
    case 'year':
      return endOfDay(`${point.text}-12-31`, zone)
    case 'month':
      return endOfDay(`${point.text}-${daysInMonth(Number(point.text.slice(0, 4)), Number(point.text.slice(5)))}`, zone)
    case 'day':
      return endOfDay(point.text, zone)
    default:
      return firstOf(point, zone)
  }
}

function localInstant(text: string, zone: string): Instant {
  return fromWallClockMs(parseInstant(`${text}Z`), zone)
}
