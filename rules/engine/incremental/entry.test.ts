import { describe, expect, test } from 'vitest'
import { known, told } from '../../testing/worlds.ts'
import type { Occasion } from '../case.ts'
import type { Fact } from '../history.ts'
import { type Instant, parseInstant, type Span } from '../instant.ts'
import { type Candidate, candidateOf } from '../occasions.ts'
import { byTrigger, Entry, sameCandidate, sameOccasion } from './entry.ts'
import type { Tracked } from './tracked.ts'

const NOBODY = null as unknown as Tracked
const NOON = parseInstant('2024-03-01T12:00:00Z')
const span = (from: number, to = from): Span => ({ from: (NOON + from) as Instant, to: (NOON + to) as Instant })

function factOf(id: string, when: Span): Fact {
  const [event] = known([told(id, 'go', '2024-03-01T12:00Z')])
  if (!event) throw new Error('nothing was told')
  return { event, span: when }
}

const LONG = factOf('a', span(0, 5))
const LATER = factOf('b', span(7))

const OCCASION: Occasion = {
  part: '2024',
  trigger: null,
  opened: span(0),
  period: span(0, 9),
  year: 2024,
  doubts: [],
  breach: null,
  restsOn: null,
}

function over(occasion: Partial<Occasion>): Entry {
  const entry = new Entry(NOBODY, null, 'term')
  entry.occasion = { ...OCCASION, ...occasion }
  return entry
}

function after(candidate: Candidate): Entry {
  const entry = new Entry(NOBODY, null, candidate.part)
  entry.candidate = candidate
  return entry
}

test.each<[string, Entry, { part: string; from: number; lasts: number; trigger: Fact | null }]>([
  ['an event', new Entry(NOBODY, LONG), { part: 's#a', from: NOON, lasts: 5, trigger: LONG }],
  ['another case', after(candidateOf(LONG)), { part: 's#a', from: NOON, lasts: 5, trigger: LONG }],
  ['a period', over({}), { part: 'term', from: NOON, lasts: 0, trigger: null }],
  [
    'a period that nothing has opened yet',
    over({ opened: null }),
    { part: 'term', from: Number.NEGATIVE_INFINITY, lasts: 0, trigger: null },
  ],
  ['nothing yet', new Entry(NOBODY, null), { part: '', from: Number.NEGATIVE_INFINITY, lasts: 0, trigger: null }],
])('a case that is opened by %s', (_, { part, from, lasts, trigger }, wanted) => {
  expect({ part, from, lasts, trigger }).toEqual(wanted)
})

test('a case begins as none, with everything about it still open', () => {
  const { isJudged, isDirty, isGone, isNoted, slot, wake, decided } = new Entry(NOBODY, LONG)
  expect([isJudged, isDirty, isGone, isNoted, slot]).toEqual([false, false, false, false, -1])
  expect([wake, decided]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])
})

test.each<[string, Entry, Entry, number]>([
  ['by when they happened', new Entry(NOBODY, LONG), new Entry(NOBODY, LATER), -7],
  ['at the same time by id', new Entry(NOBODY, factOf('b', span(0))), new Entry(NOBODY, factOf('a', span(0))), 1],
  ['a period by its start', over({}), new Entry(NOBODY, LATER), -7],
  ['and after what happened before', new Entry(NOBODY, LATER), over({}), 7],
])('triggers stand in order: %s', (_, a, b, order) => {
  expect(byTrigger(a, b)).toBe(order)
})

describe('the same occasion', () => {
  test.each<[string, Occasion | null, boolean]>([
    ['is one that covers the same', { ...OCCASION }, true],
    ['whatever it is called', { ...OCCASION, part: 'term', year: null }, true],
    ['not none', null, false],
    ['not one that opened earlier', { ...OCCASION, opened: span(-1, 0) }, false],
    ['not one that opened later', { ...OCCASION, opened: span(0, 1) }, false],
    ['not one that has not opened', { ...OCCASION, opened: null }, false],
    ['not one that begins earlier', { ...OCCASION, period: span(-1, 9) }, false],
    ['not one that ends later', { ...OCCASION, period: span(0, 10) }, false],
    ['not one without a period', { ...OCCASION, period: null }, false],
  ])('%s', (_, other, isSame) => {
    expect(sameOccasion(other, OCCASION)).toBe(isSame)
    if (other) expect(sameOccasion(OCCASION, other)).toBe(isSame)
  })

  test('may be without opening and period', () => {
    expect(sameOccasion({ ...OCCASION, opened: null, period: null }, { ...OCCASION, opened: null, period: null })).toBe(
      true,
    )
  })
})

describe('the same trigger', () => {
  const first: Candidate = { ...candidateOf(LONG), breach: { part: 'term', violation: 1 } }

  test.each<[string, Candidate, boolean]>([
    ['is one with all the same', { ...first, breach: { part: 'term', violation: 1 } }, true],
    ['whatever it rests on', { ...first, restsOn: null }, true],
    ['not one that may have been earlier', { ...first, span: span(-1, 5) }, false],
    ['not one that may have been later', { ...first, span: span(0, 6) }, false],
    ['not one of another telling', { ...first, fact: { ...LONG } }, false],
    ['not one without an event behind it', { ...first, inherited: true }, false],
    ['not one that the term clips otherwise', { ...first, derived: !first.derived }, false],
    ['not one of another breach', { ...first, breach: { part: '2024', violation: 1 } }, false],
    ['not one of another violation', { ...first, breach: { part: 'term', violation: 2 } }, false],
    ['not one of no breach', { ...first, breach: null }, false],
    ['not one in doubt', { ...first, doubts: ['imprecise'] }, false],
  ])('%s', (_, other, isSame) => {
    expect([sameCandidate(first, other), sameCandidate(other, first)]).toEqual([isSame, isSame])
  })
})
