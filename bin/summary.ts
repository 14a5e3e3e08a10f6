import { type CommitmentReport, INDICATORS, type Indicator, mostUrgent, type Rulebook } from '../rules/index.ts'
import { table } from './table.ts'

/** A rulebook and what was found under it. */
export interface Evaluated {
  readonly rulebook: Rulebook
  readonly reports: readonly CommitmentReport[]
}

/** One table: a line an agreement, beneath it a line a commitment, beneath that its other readings; and what it all comes to. */
export function summary(all: readonly Evaluated[]): string {
  const rows = all.flatMap((one) => [[one.rulebook.id, shownBy(one), ''], ...commitmentRows(one)])
  return [...(rows.length > 0 ? [table(rows)] : []), total(all)].join('\n\n')
}

/** What an agreement shows: the most urgent of its commitments, other readings aside. */
export function shownBy(one: Evaluated): Indicator {
  return mostUrgent(promisesOf(one).map(({ head }) => head.indicator)) ?? 'dormant'
}

/** The commitments that are no other reading of one. */
export function promisesOf({ rulebook, reports }: Evaluated): readonly CommitmentReport[] {
  const readings = new Set(rulebook.commitments.filter(({ readingOf }) => readingOf !== null).map(({ id }) => id))
  return reports.filter(({ head }) => !readings.has(head.id))
}

/** The other readings of the commitment `id`. */
export function readingsOf({ rulebook, reports }: Evaluated, id: string): readonly CommitmentReport[] {
  const readings = new Set(rulebook.commitments.filter(({ readingOf }) => readingOf === id).map((c) => c.id))
  return reports.filter(({ head }) => readings.has(head.id))
}

/** How many cases have which verdict, in words. */
export function counts({ head }: CommitmentReport): string {
  const parts = Object.entries(head.record).map(([verdict, count]) => `${count} ${verdict}`)
  return parts.length === 0 ? 'no case' : parts.join(', ')
}

function commitmentRows(one: Evaluated): readonly (readonly string[])[] {
  const row = (report: CommitmentReport, indent: string): readonly string[] => {
    return [`${indent}${report.head.id}`, report.head.indicator, counts(report)]
  }
  return promisesOf(one).flatMap((promise) => [
    row(promise, '  '),
    ...readingsOf(one, promise.head.id).map((reading) => row(reading, '    ')),
  ])
}

/** What it all comes to, most urgent first. */
function total(all: readonly Evaluated[]): string {
  const shown = all.flatMap((one) => promisesOf(one).map(({ head }) => head.indicator))
  const many = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`
  const parts = INDICATORS.filter((indicator) => shown.includes(indicator)).map((indicator) => {
    return `${shown.filter((other) => other === indicator).length} ${indicator}`
  })
  return `${many(all.length, 'agreement')}, ${many(shown.length, 'commitment')}\n  ${parts.join(', ')}`
}
