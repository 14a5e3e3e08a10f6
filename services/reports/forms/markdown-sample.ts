import type { Report } from '../report.ts'

/** `report` as if whoever wrote its rulebooks and events had written something else: what `say` makes of each of their texts. */
export function saying(report: Report, say: (text: string) => string): Report {
  return said(report, null, say) as Report // the same shape: texts stay texts
}

/** Where texts from outside stand, whatever the depth; the items of a list stand where the list does. */
const FROM_OUTSIDE: ReadonlySet<string | null> = new Set([
  ...['title', 'agreement_title', 'commitment_title', 'source_title', 'summary', 'why', 'reason', 'note', 'settled_by'],
  ...['agreement', 'commitment', 'case', 'id', 'source', 'type', 'file', 'report', 'legal_force', 'unit'],
  ...['parties', 'by', 'to', 'agreements'],
])

function said(value: unknown, key: string | null, say: (text: string) => string): unknown {
  if (typeof value === 'string') return FROM_OUTSIDE.has(key) && !isTime(value) ? say(value) : value
  if (Array.isArray(value)) return value.map((item) => said(item, key, say))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, said(item, name, say)]))
}

/** A `to` may be a party, or the end of a time. */
function isTime(value: string): boolean {
  return /^\d{4}-\d\d-\d\dT/.test(value)
}
