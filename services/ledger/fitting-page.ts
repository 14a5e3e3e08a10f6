import { type Page, pageOf } from '../store/index.ts'

/** Bytes of events on a page, unless it is one event alone. */
const MOST_BYTES = 8 * 1024 * 1024

/** The page of at most `limit` of the rows `found`, before their events are read; it ends early where these are large. */
export function fittingPage<Row extends { readonly seq: number; readonly bytes: number }>(
  found: readonly Row[],
  limit: number,
): Page<Row, number> {
  return pageOf(found, Math.min(limit, countWithin(found)), ({ seq }) => seq)
}

/** How many of the first of `rows` fit; the first in any case. */
function countWithin(rows: readonly { readonly bytes: number }[]): number {
  let sum = 0
  const tooMuch = rows.findIndex(({ bytes }) => {
    sum += bytes
    return sum > MOST_BYTES
  })
  return tooMuch < 0 ? rows.length : Math.max(1, tooMuch)
}
