import type { Span } from './instant.ts'
import type { Suspension } from './world.ts'

/** Whether `span` lies in suspended time wholly, partly or not at all. Suspended time does not include its resumption. */
export function duringSuspension(span: Span, suspensions: readonly Suspension[]): 'inside' | 'straddles' | 'outside' {
  for (const { from, to } of suspensions) {
    const end = to === null ? Number.POSITIVE_INFINITY : to - 1
    if (span.to < from || span.from > end) continue
    return span.from >= from && span.to <= end ? 'inside' : 'straddles'
  }
  return 'outside'
}
