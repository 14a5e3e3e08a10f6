import type { Frame, Occasion } from './case.ts'
import type { Span } from './instant.ts'

/** A stretch of time; infinite where nothing bounds it. */
export interface Window {
  readonly from: number
  readonly to: number
}

/** The time in which evidence bears on a case that covers a period; null before entry into force. */
export function windowOf(occasion: Occasion, frame: Frame): Window | null {
  const from = occasion.period?.from ?? null
  if (from === null) return null
  const end = occasion.period?.to ?? Number.POSITIVE_INFINITY
  return { from, to: frame.ended === null ? end : Math.min(end, frame.ended.at) }
}

/** Whether `span` lies in `window` for certain, possibly, or not at all. */
export function spanFit(span: Span, window: Window): 'inside' | 'straddles' | 'outside' {
  if (span.to < window.from || span.from > window.to) return 'outside'
  return span.from >= window.from && span.to <= window.to ? 'inside' : 'straddles'
}
