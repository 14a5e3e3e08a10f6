/** A straight line from what is measured to where it is drawn. */
export interface Scale {
  readonly low: number
  readonly high: number
  place(value: number): number
}

/** From `low`..`high` (`low` below `high`) to `start`..`end`; what lies outside is drawn at the edge. */
export function scale(low: number, high: number, start: number, end: number): Scale {
  return {
    low,
    high,
    place: (value) => coordinate(start + ((Math.min(Math.max(value, low), high) - low) / (high - low)) * (end - start)),
  }
}

/** As fine as anybody sees. */
export function coordinate(value: number): number {
  return Math.round(value * 10) / 10
}
