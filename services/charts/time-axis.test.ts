import { expect, test } from 'vitest'
import { parseInstant } from '../../rules/index.ts'
import { timeTicks } from './time-axis.ts'

test.each([
  {
    says: 'hours by the clock on the wall, on the day it is put forward',
    from: '2024-03-30T22:00:00Z',
    to: '2024-03-31T21:00:00Z',
    most: 8,
    marks: '00:00/31 Mar 04:00 06:00 09:00 12:00 15:00 18:00 21:00 00:00/1 Apr',
  },
  {
    says: 'and on the day it is put back',
    from: '2024-10-26T21:00:00Z',
    to: '2024-10-27T22:00:00Z',
    most: 4,
    marks: '00:00/27 Oct 06:00 12:00 18:00 00:00/28 Oct',
  },
  {
    says: 'days, anew in every month, without crowding at its end',
    from: '2024-01-21T00:00:00Z',
    to: '2024-02-12T00:00:00Z',
    most: 5,
    marks: '26 Jan/2024 1 Feb 6 Feb 11 Feb',
  },
  {
    says: 'months from the first of January in the reader’s zone, the year where it changes',
    from: '2023-09-30T21:00:00Z',
    to: '2024-03-31T20:59:59Z',
    most: 6,
    marks: 'Oct/2023 Nov Dec Jan/2024 Feb Mar',
  },
  {
    says: 'round years',
    from: '2024-06-13T00:00:00Z',
    to: '2034-06-12T00:00:00Z',
    most: 3,
    marks: '2025 2030',
  },
])('$says', ({ from, to, most, marks }) => {
  const ticks = timeTicks(parseInstant(from), parseInstant(to), most, 'en-GB', 'Europe/Kyiv')
  expect(ticks.map(({ label, under }) => (under ? `${label}/${under}` : label)).join(' ')).toBe(marks)
})
