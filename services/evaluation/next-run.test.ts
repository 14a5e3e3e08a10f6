import { expect, test } from 'vitest'
import { parseInstant } from '../../rules/index.ts'
import { nextRun, type Pending, type Run } from './next-run.ts'

const NOW = parseInstant('2026-03-01T00:00:00Z')

function pending(...rows: [number, Pending['cause']][]): Pending[] {
  return rows.map(([seq, cause]) => ({ commitment: 'talks', seq, cause }))
}

test.each<{ why: string; waiting: Pending[]; nextCheck: string | null; run: [Run['cause'], number] | null }>([
  { why: 'nothing when nothing waits and nothing is due', waiting: [], nextCheck: null, run: null },
  { why: 'nothing for a later deadline', waiting: [], nextCheck: '2026-03-01T00:00:00.001Z', run: null },
  { why: 'time, for what is due', waiting: [], nextCheck: '2026-03-01T00:00:00Z', run: ['time', 4] },
  {
    why: 'all the news at once',
    waiting: pending([5, 'evidence'], [7, 'evidence']),
    nextCheck: null,
    run: ['evidence', 7],
  },
  {
    why: 'the news before an import apart from it',
    waiting: pending([5, 'evidence'], [6, 'import'], [7, 'evidence']),
    nextCheck: null,
    run: ['evidence', 5],
  },
  {
    why: 'an import apart from the news after it',
    waiting: pending([6, 'import'], [7, 'evidence']),
    nextCheck: null,
    run: ['import', 6],
  },
  {
    why: 'a new rulebook before any news, on what was known',
    waiting: pending([5, 'evidence'], [5, 'rule_change']),
    nextCheck: null,
    run: ['rule_change', 4],
  },
])('evaluates $why', ({ waiting, nextCheck, run }) => {
  const commitment = {
    id: 'talks',
    position: 0,
    indicator: 'on_track' as const,
    nextCheck: nextCheck === null ? null : parseInstant(nextCheck),
    record: {},
  }
  const state = { agreement: 'a', evaluatedAt: null, evaluatedSeq: 4, commitments: [commitment], cases: [] }
  const next = nextRun(state, waiting, NOW)
  expect(next && [next.cause, next.upTo]).toEqual(run)
})
