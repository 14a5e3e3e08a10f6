import { expect, test } from 'vitest'
import { CERTAINTIES, FLAGS, PHASES, VERDICTS } from './result.ts'
import { isSameStatus, NO_CASE, rungOfCode, statusCode, statusOfCode } from './status-code.ts'

const ALL = PHASES.flatMap((phase) =>
  VERDICTS.flatMap((verdict) =>
    CERTAINTIES.flatMap((certainty) =>
      [[], ...FLAGS.map((flag) => [flag]), [...FLAGS]].map((flags) => ({ phase, verdict, certainty, flags })),
    ),
  ),
)

test('a code says what it was made of, and no two say the same', () => {
  const codes = ALL.flatMap((status) => [0, 1, 5].map((rung) => statusCode({ ...status, rung })))
  expect(ALL.map((status) => statusOfCode(statusCode({ ...status, rung: 3 })))).toEqual(ALL)
  expect(new Set(codes).size).toBe(codes.length)
  expect(codes.map(rungOfCode)).toEqual(ALL.flatMap(() => [0, 1, 5]))
})

test('reminders apart, a status is the same only as itself', () => {
  const codes = ALL.map((status) => statusCode({ ...status, rung: 0 }))
  for (const [i, code] of codes.entries()) {
    expect(isSameStatus(code, statusCode({ ...ALL[i], rung: 7 } as Parameters<typeof statusCode>[0]))).toBe(true)
    expect(codes.filter((other) => isSameStatus(code, other))).toEqual([code])
    expect([isSameStatus(code, NO_CASE), isSameStatus(NO_CASE, code)]).toEqual([false, false])
  }
  expect(isSameStatus(NO_CASE, NO_CASE)).toBe(true)
})
