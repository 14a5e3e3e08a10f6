import type { RawCounting, RawMeasured } from './commitment-shape.ts'
import type { Linking } from './link-parts.ts'
import { narrowed } from './match.ts'
import type { Counting } from './rulebook.ts'
import type { Reading } from './shape.ts'

/** What a total counts: written out, or by a term whose events may be narrowed down; undefined after a complaint. */
export function countingOf(raw: RawCounting, { names, terms, to }: Linking): Counting | undefined {
  if (!raw.term) return linkCounting(raw, to)
  const name = names.resolve('term', raw.term)
  const counting = name === undefined ? undefined : terms.counts.get(name)
  if (counting) return { ...counting, match: narrowed(counting.match, raw.where, raw.place) }
  if (name === undefined || !terms.episodes.has(name)) return undefined
  return to.complain(
    raw.term.at,
    'wrong-kind',
    `${name} groups events into occasions, it counts nothing`,
    'name a term that has counts',
  )
}

/** Checks that a match and what is counted of it go together. */
export function linkCounting(raw: RawMeasured, to: Reading): Counting {
  const { amount, quantity, distinct, currency, dedupe, match, place } = raw
  const measures = [amount, quantity, distinct].filter((part) => part !== undefined)
  if (measures.length > 1)
    to.complain(place, 'wrong-form', 'counts has more than one of amount, quantity and distinct', 'keep one')
  if (currency !== undefined && amount === undefined)
    to.complain(place, 'wrong-form', 'counts has a currency but no amount', 'add amount: the field that holds the sum')
  const measure = amount ? 'amount' : quantity ? 'quantity' : distinct ? 'distinct' : 'events'
  return {
    match,
    measure,
    path: amount ?? quantity ?? distinct ?? [],
    currency: currency ?? null,
    dedupe: dedupe ?? null,
  }
}
