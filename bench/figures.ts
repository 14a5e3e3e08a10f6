/** What is said of repeated measurements. */

export interface Spread {
  readonly min: number
  readonly median: number
  readonly max: number
}

export function spreadOf(values: readonly number[]): Spread {
  return { min: Math.min(...values), median: median(values), max: Math.max(...values) }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length >> 1
  const upper = sorted[half] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? Number.NaN)) / 2
}

export function p99(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? Number.NaN
}

/** How the even rounds compare with the odd ones: what two measurements of the same thing differ by here and now. */
export function againstItself(values: readonly number[]): number | null {
  if (values.length < 2) return null
  const of = (rest: number): number[] => values.filter((_, i) => i % 2 === rest)
  return median(of(1)) / median(of(0))
}

/** A figure of the report; `ok` null where no target was set. */
export interface Figure {
  readonly name: string
  readonly value: string
  readonly target: string
  readonly ok: boolean | null
}

export function rate(perSecond: number): string {
  return perSecond >= 10_000 ? `${Math.round(perSecond / 1_000).toLocaleString('en')},000` : perSecond.toFixed(0)
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6).toLocaleString('en')} MB`
}
