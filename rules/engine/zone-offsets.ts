import { Temporal } from 'temporal-polyfill'
import { DAY_MS } from './civil-date.ts'

/** What a zone's clocks show, from Temporal's table of clock changes: asked once for each stretch between two of them. */

/** A stretch of time, `from` inclusive to `to` exclusive, in which the clocks of a zone are `offset` ms ahead of UTC. */
interface Stretch {
  readonly from: number
  readonly to: number
  readonly offset: number
}

/** How many milliseconds the clocks of `zone` are ahead of UTC at the instant `ms`. */
export function offsetAt(ms: number, zone: string): number {
  return stretchAt(ms, zone).offset
}

/**
 * The first instant at which the clocks of `zone` show `wallMs` (milliseconds as if they were UTC), or null when a clock
 * change skips that reading.
 */
export function firstReading(wallMs: number, zone: string): number | null {
  const near = stretchAt(wallMs, zone)
  const guess = wallMs - near.offset
  // Nearly always no clock change is near; an offset is less than a day, so beyond two days none can matter.
  if (guess - TWO_DAYS_MS >= near.from && guess + TWO_DAYS_MS < near.to) return guess
  const before = wallMs - offsetAt(wallMs - DAY_MS, zone)
  const after = wallMs - offsetAt(wallMs + DAY_MS, zone)
  const earlier = Math.min(before, after)
  if (earlier + offsetAt(earlier, zone) === wallMs) return earlier
  const later = Math.max(before, after)
  return later + offsetAt(later, zone) === wallMs ? later : null
}

/** As {@link firstReading}; a skipped reading is moved on by what was skipped (Temporal's "compatible"). */
export function compatibleReading(wallMs: number, zone: string): number {
  return firstReading(wallMs, zone) ?? wallMs - offsetAt(wallMs - DAY_MS, zone)
}

const TWO_DAYS_MS = 2 * DAY_MS

/** Per zone the stretches asked for so far, in order. Pure memos, bounded: an agreement has few zones, a zone few changes. */
const zones = new Map<string, Stretch[]>()
const MOST_ZONES = 1_000
const MOST_STRETCHES = 5_000

let lastZone = ''
let lastStretch: Stretch = { from: 0, to: 0, offset: 0 }

function stretchAt(ms: number, zone: string): Stretch {
  if (zone === lastZone && ms >= lastStretch.from && ms < lastStretch.to) return lastStretch
  const found = knownStretch(ms, zone)
  lastZone = zone
  lastStretch = found
  return found
}

function knownStretch(ms: number, zone: string): Stretch {
  let known = zones.get(zone)
  if (known === undefined) {
    if (zones.size >= MOST_ZONES) zones.clear()
    known = []
    zones.set(zone, known)
  }
  let low = 0
  let high = known.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const stretch = known[middle] as Stretch // between 0 and the length
    if (ms < stretch.from) high = middle
    else if (ms >= stretch.to) low = middle + 1
    else return stretch
  }
  const stretch = askTemporal(ms, zone)
  if (known.length < MOST_STRETCHES) known.splice(low, 0, stretch)
  else zones.set(zone, [stretch])
  return stretch
}

function askTemporal(ms: number, zone: string): Stretch {
  const at = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone)
  // The change at `ms` itself belongs to this stretch, and "previous" looks strictly before.
  const next = at.getTimeZoneTransition('next')
  const previous = at.add({ milliseconds: 1 }).getTimeZoneTransition('previous')
  return {
    from: previous?.epochMilliseconds ?? Number.NEGATIVE_INFINITY,
    to: next?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
    offset: at.offsetNanoseconds / 1e6,
  }
}
