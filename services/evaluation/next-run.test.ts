import { expect, test } from 'vitest'
import { nextRun, type Pending, type Run } from './next-run.ts'

function pending(...rows: [number, Pending['cause']][]): Pending[] {
  return rows.map(([seq, cause]) => ({ commitment: 'talks', seq, cause }))
}

test.each<{ why: string; waiting: Pending[]; isDue?: boolean; run: [Run['cause'], number] | null }>([
  { why: 'nothing when nothing waits and nothing is due', waiting: [], run: null },
  { why: 'time, for what is due', waiting: [], isDue: true, run: ['time', 4] },
  {
    why: 'all the news at once',
    waiting: pending([5, 'evidence'], [7, 'evidence']),
    run: ['evidence', 7],
  },
  {
    why: 'the news before an import apart from it',
    waiting: pending([5, 'evidence'], [6, 'import'], [7, 'evidence']),
    run: ['evidence', 5],
  },
  {
    why: 'an import apart from the news after it',
    waiting: pending([6, 'import'], [7, 'evidence']),
    run: ['import', 6],
  },
  {
    why: 'a new rulebook before any news, on what was known',
    waiting: pending([5, 'evidence'], [5, 'rule_change']),
    run: ['rule_change', 4],
  },
])('evaluates $why', ({ waiting, isDue = false, run }) => {
  const next = nextRun(4, waiting, isDue)
  expect(next && [next.cause, next.upTo]).toEqual(run)
})
