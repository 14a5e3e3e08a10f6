import { type Instant, instant } from '../../rules/index.ts'
import { oneLine } from './safe-text.ts'

/** For whom something is written: an IANA zone, and a BCP 47 tag that says how dates and numbers look. */
export interface Reader {
  readonly zone: string
  readonly locale: string
}

/**
 * `at` by the reader's clock and in UTC, so that it cannot be misread: `Monday 2 March 2026, 14:00 Europe/Kyiv (12:00 UTC)`.
 * Seconds are written where there are any, the UTC date where it is another one.
 */
export function readableTime(at: Instant, reader: Reader): string {
  const zone = knownZone(reader.zone)
  const utc = { ...reader, zone: 'UTC' }
  if (zone === 'UTC') return `${readableDate(at, utc)}, ${clockTime(at, utc)} UTC`
  const [date, utcDate] = [readableDate(at, reader), readableDate(at, utc)]
  const sameDay = date === utcDate ? '' : `${utcDate}, `
  return `${date}, ${clockTime(at, reader)} ${zone} (${sameDay}${clockTime(at, utc)} UTC)`
}

/** The reader's day of `at`: `Monday 2 March 2026`. */
export function readableDate(at: Instant, { zone, locale }: Reader): string {
  // Weekday and date apart: how a locale joins them differs from one edition of its data to the next.
  return `${dateFormat(locale, zone, 'weekday').format(at)} ${oneLine(dateFormat(locale, zone, 'date').format(at))}`
}

/** An hour of the day, whatever the day: `08:00`. */
export function hourText(hour: number, locale: string): string {
  return clockTime(instant(hour * HOUR), { zone: 'UTC', locale })
}

/** A day of the week by ISO 8601, 1 is Monday: `Monday`. */
export function weekdayText(weekday: number, locale: string): string {
  // 5 January 1970 was a Monday.
  return dateFormat(locale, 'UTC', 'weekday').format((weekday + 3) * DAY)
}

/** A length of time in its largest unit of which there are two: `3 hours`, `47 hours`, `2 days`; never more than it is. */
export function spanText(ms: number, locale: string): string {
  const { unit, count } = measured(ms)
  const format = { style: 'unit', unit, unitDisplay: 'long' } as const
  return oneLine(new Intl.NumberFormat(knownLocale(locale), format).format(count))
}

/** How far away something is: `in 3 hours`, `2 days ago`. */
export function relativeText(ms: number, locale: string): string {
  const { unit, count } = measured(ms)
  const format = new Intl.RelativeTimeFormat(knownLocale(locale), { numeric: 'always' })
  return oneLine(format.format(ms < 0 ? -count : count, unit))
}

/** A decimal as the locale writes it, with every digit: it never passes through a binary number. */
export function decimalText(decimal: string, locale: string): string {
  const [, sign, whole, fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal) ?? []
  if (whole === undefined) return oneLine(decimal)
  const format = remembered(NUMBERS, locale, () => {
    return new Intl.NumberFormat(knownLocale(locale), { maximumFractionDigits: MOST_FRACTION_DIGITS })
  })
  // What has more digits than the locale's rules can take is grouped before the point, and stands as it is after it.
  if (fraction.length > MOST_FRACTION_DIGITS) return oneLine(`${sign}${format.format(BigInt(whole))}.${fraction}`)
  return oneLine(format.format(decimal as `${number}`))
}

/** A whole number of things: `1,204`. */
export function countText(count: number, { locale }: Pick<Reader, 'locale'>): string {
  return decimalText(String(count), locale)
}

/** `a, b and c`. */
export function listText(items: readonly string[], locale: string): string {
  const format = remembered(LISTS, locale, () => new Intl.ListFormat(knownLocale(locale), { type: 'conjunction' }))
  return format.format(items)
}

/** `locale` when it can be written in, else English. */
export function knownLocale(locale: string): string {
  return remembered(LOCALES, locale, () => {
    try {
      return new Intl.Locale(locale).toString()
    } catch {
      return 'en-GB'
    }
  })
}

/** `zone` when there is one of this name, else UTC. */
export function knownZone(zone: string): string {
  return remembered(ZONES, zone, () => {
    try {
      new Intl.DateTimeFormat('en', { timeZone: zone })
      return zone
    } catch {
      return 'UTC'
    }
  })
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const YEAR = 365.2425 * DAY

const UNITS = [
  ['year', YEAR],
  ['day', DAY],
  ['hour', HOUR],
  ['minute', MINUTE],
  ['second', SECOND],
] as const

/** The first digit that `Intl.NumberFormat` may refuse is one more. */
const MOST_FRACTION_DIGITS = 20

const MOST_REMEMBERED = 1_000
const LOCALES = new Map<string, string>()
const ZONES = new Map<string, string>()
const FORMATS = new Map<string, Intl.DateTimeFormat>()
const NUMBERS = new Map<string, Intl.NumberFormat>()
const LISTS = new Map<string, Intl.ListFormat>()

const DATE_PARTS = {
  weekday: { weekday: 'long' },
  date: { day: 'numeric', month: 'long', year: 'numeric' },
  minute: { hour: '2-digit', minute: '2-digit' },
  second: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>

function measured(ms: number): { readonly unit: (typeof UNITS)[number][0]; readonly count: number } {
  const length = Math.abs(ms)
  const [unit, size] = UNITS.find(([, size]) => length >= 2 * size) ?? ['second', SECOND]
  return { unit, count: Math.floor(length / size) }
}

function clockTime(at: Instant, { zone, locale }: Reader): string {
  const part = Math.floor(at / SECOND) % 60 === 0 ? 'minute' : 'second'
  return oneLine(dateFormat(locale, zone, part).format(at))
}

function dateFormat(locale: string, zone: string, part: keyof typeof DATE_PARTS): Intl.DateTimeFormat {
  return remembered(FORMATS, `${locale}\n${zone}\n${part}`, () => {
    const options = { ...DATE_PARTS[part], timeZone: knownZone(zone), calendar: 'gregory' }
    return new Intl.DateTimeFormat(knownLocale(locale), options)
  })
}

/** Making a format costs far more than using it; there are not many readers' zones and locales. */
function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  const found = known.get(key)
  if (found !== undefined) return found
  if (known.size >= MOST_REMEMBERED) known.clear()
  const made = make()
  known.set(key, made)
  return made
}
