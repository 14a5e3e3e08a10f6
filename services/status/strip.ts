import { Temporal } from 'temporal-polyfill'
import type { Indicator } from '../../rules/index.ts'

/** What was shown on each of the last days by the agreement's calendar, the oldest first. */
export interface Strip {
  readonly from: string
  readonly to: string
  /** As many days as there are from the first to the last. */
  readonly runs: readonly StripRun[]
}

export interface StripRun {
  /** The most urgent that was shown on each of these days; null: nothing was on record. */
  readonly indicator: Indicator | null
  readonly days: number
}

/** A day on which something else came to be shown. */
export interface ShownDay {
  readonly day: string
  readonly worst: Indicator
  /** What was shown at its end; null: nothing any more. */
  readonly last: Indicator | null
}

export const STRIP_DAYS = 90

/** The days of a strip that ends on `today`. */
export class StripDays {
  readonly from: string
  readonly to: string
  readonly #start: Temporal.PlainDate
  readonly #places = new Map<string, number>()

  constructor(today: string) {
    this.to = today
    this.#start = Temporal.PlainDate.from(today).subtract({ days: STRIP_DAYS - 1 })
    this.from = this.#start.toString()
  }

  /** How many days after the first; negative for one before it. */
  placeOf(day: string): number {
    const known = this.#places.get(day)
    if (known !== undefined) return known
    const place = this.#start.until(day).days
    this.#places.set(day, place)
    return place
  }
}

/**
 * The strip of one commitment. Pure.
 * @param shown  in the order of the days; the last one before the strip begins says what it begins with
 */
export function stripOf(shown: readonly ShownDay[], days: StripDays): Strip {
  const runs: StripRun[] = []
  let current: Indicator | null = null
  let place = 0
  const add = (indicator: Indicator | null, count: number): void => {
    const last = runs.at(-1)
    if (count <= 0) return
    if (last?.indicator === indicator) runs[runs.length - 1] = { indicator, days: last.days + count }
    else runs.push({ indicator, days: count })
  }
  for (const { day, worst, last } of shown) {
    const next = days.placeOf(day)
    if (next >= STRIP_DAYS) break
    if (next >= 0) {
      add(current, next - place)
      add(worst, 1)
      place = next + 1
    }
    current = last
  }
  add(current, STRIP_DAYS - place)
  return { from: days.from, to: days.to, runs }
}
