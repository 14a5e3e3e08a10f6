import { formatDecimal, type Instant, parseDecimal, parseInstant, type TimeValue } from '../../rules/index.ts'
import type { Delivery, Subscription } from '../alerts/index.ts'
import {
  decimalText,
  knownZone,
  listText,
  oneLine,
  type Reader,
  readableTime,
  relativeText,
  spanText,
} from '../text/index.ts'
import { type Catalogue, languageFor } from './catalogue.ts'
import type { LetterContext } from './context.ts'

/** In which words, and with which clock, somebody is spoken to. */
export interface Speaker {
  readonly words: Catalogue
  readonly reader: Reader
}

/** How the reader of a letter is spoken to, and as of when. */
export interface Voice extends Speaker {
  readonly language: string
  /** When the letter was decided upon: the same at every attempt to send it. */
  readonly now: Instant
  readonly subscription: Subscription
  readonly context: LetterContext
}

/** @param locale  BCP 47 */
export function speakerFor(locale: string, zone: string): Speaker {
  const { words, formats } = languageFor(locale)
  return { words, reader: { zone: knownZone(zone), locale: formats } }
}

export function voiceFor({ subscription, createdAt }: Delivery, context: LetterContext): Voice {
  const { tag, words, formats } = languageFor(subscription.locale)
  const reader = { zone: knownZone(subscription.zone), locale: formats }
  return { language: tag, words, reader, now: createdAt, subscription, context }
}

export function timeIn({ reader }: Speaker, at: Instant): string {
  return readableTime(at, reader)
}

/** A time that may be imprecise. */
export function timeValueIn(voice: Speaker, time: TimeValue): string {
  if (typeof time === 'string') return timeIn(voice, parseInstant(time))
  return voice.words.between(timeIn(voice, parseInstant(time.from)), timeIn(voice, parseInstant(time.to)))
}

/** A length of time. */
export function spanIn({ reader }: Voice, ms: number): string {
  return spanText(ms, reader.locale)
}

/** How far `at` is from the letter: `in 3 hours`, `2 days ago`. */
export function relativeIn({ reader, now }: Voice, at: Instant): string {
  return relativeText(at - now, reader.locale)
}

export function amountIn({ words, reader }: Speaker, amount: string, unit: string | null): string {
  const text = decimalText(amount, reader.locale)
  return unit === null ? text : words.amounts.of(text, name(unit))
}

/** An amount that was worked out, with as many digits after the point as people read. */
export function roundedIn(voice: Voice, amount: string, unit: string | null): string {
  const exact = parseDecimal(amount)
  return amountIn(voice, exact === null ? amount : formatDecimal(exact.toDecimalPlaces(2)), unit)
}

export function listIn({ reader }: Voice, items: readonly string[]): string {
  return listText(items, reader.locale)
}

/** The size of a file: `182 kB`. */
export function sizeIn({ reader }: Voice, bytes: number): string {
  const [unit, size] = SIZES.find(([, one]) => bytes >= one) ?? (['byte', 1] as const)
  // A file of a few bytes is told by the byte, in full; larger ones as people compare them.
  const format = {
    style: 'unit',
    unit,
    unitDisplay: unit === 'byte' ? 'long' : 'short',
    maximumFractionDigits: 1,
  } as const
  return oneLine(new Intl.NumberFormat(reader.locale, format).format(bytes / size))
}

const SIZES = [
  ['megabyte', 1_000_000],
  ['kilobyte', 1_000],
] as const

/** A title from outside, as part of a sentence. */
export function name(text: string): string {
  return oneLine(text, LONGEST_NAME)
}

/** The later end of a time. */
export function endOf(time: TimeValue): Instant {
  return parseInstant(typeof time === 'string' ? time : time.to)
}

const LONGEST_NAME = 200
