import { expect, test } from 'vitest'
import { type ShownDay, STRIP_DAYS, StripDays, stripOf } from './strip.ts'

const DAYS = new StripDays('2026-03-31')

function shown(day: string, worst: ShownDay['worst'], last: ShownDay['last'] = worst): ShownDay {
  return { day, worst, last }
}

test.each<{ why: string; shown: ShownDay[]; runs: [ShownDay['last'], number][] }>([
  { why: 'nothing on record', shown: [], runs: [[null, 90]] },
  {
    why: 'nothing before the first record, and what was shown last since then',
    shown: [shown('2026-03-30', 'dormant')],
    runs: [
      [null, 88],
      ['dormant', 2],
    ],
  },
  {
    why: 'what was shown before the first day goes on',
    shown: [shown('2025-06-01', 'breached', 'on_track')],
    runs: [['on_track', 90]],
  },
  {
    why: 'a bad hour colours its day, and no other',
    shown: [shown('2025-06-01', 'on_track'), shown('2026-03-29', 'breached', 'on_track')],
    runs: [
      ['on_track', 87],
      ['breached', 1],
      ['on_track', 2],
    ],
  },
  {
    why: 'the first day and the last are days too',
    shown: [shown('2026-01-01', 'overdue', 'fulfilled'), shown('2026-03-31', 'unknown', 'fulfilled')],
    runs: [
      ['overdue', 1],
      ['fulfilled', 88],
      ['unknown', 1],
    ],
  },
  {
    why: 'the day before the first is not',
    shown: [shown('2025-12-31', 'overdue', 'fulfilled')],
    runs: [['fulfilled', 90]],
  },
  {
    why: 'a commitment that was taken out of its rulebook shows nothing',
    shown: [shown('2026-03-01', 'on_track', null), shown('2026-03-30', 'dormant')],
    runs: [
      [null, 59],
      ['on_track', 1],
      [null, 28],
      ['dormant', 2],
    ],
  },
  {
    why: 'days after the last, as with a clock that was set back, are not there',
    shown: [shown('2026-03-30', 'on_track'), shown('2026-04-01', 'breached')],
    runs: [
      [null, 88],
      ['on_track', 2],
    ],
  },
])('a strip: $why', ({ shown: days, runs }) => {
  const strip = stripOf(days, DAYS)
  expect(strip.runs.map(({ indicator, days: count }) => [indicator, count])).toEqual(runs)
  expect(strip.runs.reduce((sum, { days: count }) => sum + count, 0)).toBe(STRIP_DAYS)
  expect([strip.from, strip.to]).toEqual(['2026-01-01', '2026-03-31'])
})
