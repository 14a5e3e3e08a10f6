import { compileRulebook, formatProblem, type Instant, parseInstant } from '../index.ts'
import type { GeneratedWorld } from './engine-properties.ts'
import { known, order, revised, rulebookText, type Setting, told } from './worlds.ts'

/** Worlds in which the engine once went wrong or easily would, as small as they could be made: tried by every property in every run. */

interface Example extends Setting {
  /** What went wrong. */
  readonly says: string
  readonly rules: readonly string[]
  readonly given: readonly object[]
  readonly looks: readonly [string, string, string]
  readonly choice?: number
}

const SOURCES = 'sources: [{id: s, is: [s, s2]}]'
const SOON = '{from: 2024-02-29, until: 2024-03-12}'

const EXAMPLES: readonly Example[] = [
  {
    says: 'a watermark taken back leaves a breach unknown again',
    force: SOON,
    parts: SOURCES,
    rules: [
      'id: c0, kind: act, by_date: 2024-03-03, counts: {event: done, same: [ref]}, settle: 12h, reported_by: [s]',
    ],
    given: [
      order('w', 'watermark', '2024-02-29T00:00Z', { source: 's', through: '2024-03-08T08:00:00Z' }),
      { source: 's', id: 'w', revision: 2, retracted: true },
    ],
    looks: ['2024-03-06T00:00:00Z', '2025-04-04T00:00:00Z', '2024-02-29T00:00:00Z'],
  },
  {
    says: 'a second source, known to come, changes what is in doubt in an exercise and in the case it opens',
    force: SOON,
    parts: SOURCES,
    rules: [
      'id: c0, kind: power, when: {event: aid}, exercised_by: {event: done}, once_per: case, minimum_sources: 2, reported_by: [s]',
      'id: c1, kind: act, when: {exercised: c0}, within: 12h, counts: {event: storm}, grace: 6h',
    ],
    given: [
      told('e0', 'done', '2024-02-29T06:00Z', {}, { source: 'x' }),
      told('e1', 'done', '2024-02'),
      told('e2', 'aid', '2024-02-29T00:00Z'),
    ],
    looks: ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
  },
  {
    says: 'a total falls behind right after a date of its path',
    force: SOON,
    rules: [
      'id: c0, kind: total, by_date: 2024-03-07, counts: {event: go}, target: {at_least: 5, unit: kg, path: {2024-03-03: 40%}, at_risk_below: 50%}, settle: 12h',
      'id: c1, kind: power, when: {breached: c0}, exercised_by: {event: done}, effect: {ends: agreement}',
    ],
    given: [told('e0', 'go', '2024-02-29T00:00Z')],
    looks: ['2024-03-04T00:00:00Z', '2024-02-29T00:00:00Z', '2024-03-01T00:00:00Z'],
  },
  {
    says: 'a repaired breach becomes final although only what repairs it is looked at again',
    force: SOON,
    parts: SOURCES,
    rules: [
      'id: c0, kind: total, during: term, counts: {event: go, quantity: q, dedupe: tag}, target: {at_least: 5, unit: kg}, accepts: [confirmed]',
      'id: c1, kind: maintain, state: {starts: {event: talk}, ends: {event: go, where: {ref: 1}}}, settle: 2d, accepts: [confirmed]',
      'id: c2, kind: power, when: {breached: c0}, exercised_by: {event: done}, available_for: 12h, minimum_sources: 2',
      'id: c3, kind: act, when: {breached: c1}, within: 12h, repairs: true, counts: {event: done}, grace: 6h, settle: 12h, reported_by: [s], suspension: runs, survives: true',
    ],
    given: [
      order('e0', 'judgement', '2024-02-29T00:00Z', { case: 'ag/c0@term', verdict: 'breached' }),
      told('e1', 'go', '2024-02-29T00:00Z', { ref: 1, tag: 'a', q: '5' }),
      told('e2', 'done', '2024-02-29T00:00Z', { ref: 1 }),
      order('e3', 'termination', '2024-02-29T06:00Z'),
      { source: 's', id: 'e0', revision: 2, retracted: true, recordedtime: '2024-03-01T00:00:00Z' },
      revised(told('e1', 'go', '2024-02-29T00:00Z', { ref: 1, tag: 'a', q: '5' }), 2, {
        standing: 'confirmed',
        recordedtime: '2024-03-01T00:00:00Z',
      }),
    ],
    looks: ['2024-03-06T00:00:00Z', '2024-03-02T06:00:00Z', '2024-03-02T00:00:00Z'],
    choice: 20,
  },
  {
    says: 'a breach that may be excused shows the doubts of later reports, too',
    force: SOON,
    rules: ['id: c0, kind: prohibit, what: {event: done}, excused_by: {event: storm}, settle: 12h'],
    given: [
      told('x', 'storm', '2024-02'),
      told('a', 'done', '2024-03-01T00:00Z'),
      told('b', 'done', '2024-03-02T00:00Z', {}, { standing: 'disputed' }),
    ],
    looks: ['2024-03-01T06:00:00Z', '2024-03-03T00:00:00Z', '2024-02-29T00:00:00Z'],
  },
  {
    says: 'an exercise in one window of two that share it bars the next in the other',
    force: SOON,
    rules: [
      'id: c0, kind: power, when: {event: go}, exercised_by: {event: done}, available_for: 2d, once_per: 12h',
      'id: c1, kind: act, when: {exercised: c0}, within: 12h, counts: {event: aid}',
      'id: c2, kind: act, when: {exercised: c0}, within: 24h, counts: {event: aid}',
    ],
    given: [
      told('g1', 'go', '2024-03-01T00:00Z'),
      told('d1', 'done', '2024-03-02T18:00Z'),
      told('g2', 'go', '2024-03-02T12:00Z'),
      told('d2', 'done', '2024-03-02T20:00Z'),
      told('d0', 'done', '2024-03-02T10:00Z'),
      { source: 's', id: 'd0', revision: 2, retracted: true },
    ],
    looks: ['2024-03-03T00:00:00Z', '2024-03-02T19:00:00Z', '2024-03-05T00:00:00Z'],
  },
  {
    says: 'what may have lapsed is not looked at again every millisecond',
    force: '{from: 2024-01-15}',
    rules: [
      'id: c0, kind: maintain, state: {starts: {event: go}, ends: {event: storm}, initially: true}, lapse_allowed: 12h, settle: 12h',
    ],
    given: [told('e0', 'storm', '2024-03')],
    looks: ['2024-03-01T18:00:00Z', '2024-04-02T00:00:00Z', '2024-02-29T00:00:00Z'],
  },
  {
    says: 'what ends a state and what starts it at the same moment: the last of them counts',
    force: SOON,
    rules: [
      'id: c0, kind: maintain, state: {starts: {event: done}, ends: {event: go}, initially: false}, lapse_allowed: 12h',
    ],
    given: [told('e0', 'go', '2024-02-29T00:00Z'), told('e1', 'done', '2024-02-29T00:00Z')],
    looks: ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z', '2025-04-04T00:00:00Z'],
  },
  {
    says: 'an exercise that turns out to lie earlier opens its case in one window while another still has it',
    force: SOON,
    rules: [
      'id: c1, kind: power, when: {event: go}, exercised_by: {event: done}, grace: 6h, accepts: [confirmed], suspension: runs',
      'id: c2, kind: act, when: {exercised: c1}, within: 6h, counts: {event: done}, still_owed_after_deadline: false, grace: 6h',
    ],
    given: [
      order('e0', 'suspension', '2024-02-29T00:00Z'),
      told('e1', 'go', '2024-02-29T00:00Z'),
      told('e2', 'go', '2024-02-29T06:00Z'),
      told('e3', 'done', '2024-02-29T06:00Z'),
      revised(told('e3', 'done', '2024-02-29T00:00Z'), 2, { recordedtime: '2024-03-01T00:00:00Z' }),
    ],
    looks: ['2024-02-29T06:00:00Z', '2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
  },
  {
    says: 'what may yet happen during the breach that opens a case changes its conditions',
    force: SOON,
    rules: [
      'id: c0, kind: prohibit, what: {event: done}',
      'id: c1, kind: act, when: {breached: c0}, within: 3d, counts: {event: talk}, only_if: {state: {starts: {event: aid}, ends: {event: go}, initially: true}}',
    ],
    given: [told('e0', 'done', '2024-03-06T06:00:00Z/2024-03-06T12:00:00Z'), told('e1', 'go', '2024-03-06T12:00Z')],
    looks: ['2024-03-06T11:59:59.999Z', '2024-03-07T00:00:00Z', '2024-02-29T00:00:00Z'],
  },
  {
    says: 'a total that narrows what a term counts takes no more than that',
    force: SOON,
    parts: 'terms: {gift: {counts: {event: aid, where: {tag: a}, quantity: q}}}',
    rules: [
      `id: c0, kind: total, during: term, counts: {term: gift, where: 'data.ref == 1'}, target: {at_least: 5, unit: kg}`,
      'id: c1, kind: total, during: term, counts: {term: gift}, target: {at_least: 5, unit: kg}',
    ],
    given: [
      told('e0', 'aid', '2024-03-01T00:00Z', { ref: 2, tag: 'a', q: '5' }),
      told('e1', 'aid', '2024-03-02T00:00Z', { ref: 1, tag: 'a', q: '2' }),
      told('e2', 'aid', '2024-03-02T00:00Z', { ref: 1, tag: 'b', q: '5' }),
    ],
    looks: ['2024-03-03T00:00:00Z', '2024-03-13T00:00:00Z', '2024-02-29T00:00:00Z'],
  },
  {
    says: 'a state that starts and ends at one moment has not come back',
    force: SOON,
    rules: [
      'id: c0, kind: maintain, state: {starts: {event: done}, ends: {event: go}, initially: true}, lapse_allowed: 1d',
    ],
    given: [
      told('e0', 'go', '2024-03-01T00:00Z'),
      told('e1', 'done', '2024-03-01T12:00Z'),
      told('e2', 'go', '2024-03-01T12:00Z'),
      told('e3', 'done', '2024-03-02T06:00Z'),
    ],
    looks: ['2024-03-03T00:00:00Z', '2024-03-02T00:00:00Z', '2025-04-04T00:00:00Z'],
  },
  {
    says: 'what was done before counts no more when it is taken back, however late',
    force: SOON,
    rules: ['id: c0, kind: act, when: {event: go}, within: 1d, counts: {event: done}'],
    given: [
      told('e0', 'go', '2024-03-01T00:00Z'),
      told('e1', 'done', '2024-03-01T06:00Z'),
      told('e2', 'done', '2024-03-01T12:00Z'),
      { source: 's', id: 'e1', revision: 2, retracted: true },
      { source: 's', id: 'e2', revision: 2, retracted: true },
    ],
    looks: ['2024-03-01T18:00:00Z', '2024-03-01T18:00:00Z', '2024-03-01T18:00:00Z'],
  },
  {
    says: 'a breach that a suspension undoes waits for performance again',
    force: SOON,
    rules: [
      'id: c0, kind: act, when: {event: go}, within: 12h, counts: {event: done}, still_owed_after_deadline: false',
    ],
    given: [
      told('e0', 'go', '2024-03-01T00:00Z'),
      told('e1', 'done', '2024-03-02T18:00Z'),
      order('e2', 'suspension', '2024-03-01T06:00Z'),
      order('e3', 'resumption', '2024-03-02T00:00Z'),
      told('e4', 'done', '2024-03-02T03:00Z'),
    ],
    looks: ['2024-03-03T00:00:00Z', '2024-03-03T00:00:00Z', '2024-03-03T00:00:00Z'],
  },
  {
    says: 'periods that lie ahead are no cases, also when they were looked at before',
    force: '{from: 2024-01-15, term: 1y}',
    rules: [
      'id: c0, kind: act, every: month, counts: {event: done}',
      'id: c1, kind: total, every: month, counts: {event: aid, quantity: q}, target: {at_least: 5, unit: kg}',
    ],
    given: [told('e0', 'done', '2024-03-01T00:00Z'), told('e1', 'aid', '2024-04-08T00:00Z', { q: '5' })],
    looks: ['2024-05-10T00:00:00Z', '2024-03-02T00:00:00Z', '2024-04-06T00:00:00Z'],
  },
  {
    says: 'periods begin when the agreement turns out to have entered into force',
    force: '{when: {event: go}, term: 1w}',
    rules: [
      'id: c0, kind: act, every: anniversary, counts: {event: done}',
      'id: c1, kind: prohibit, what: {event: storm}',
    ],
    given: [
      told('e0', 'go', '2024-03-01T00:00Z'),
      told('e1', 'done', '2024-03-02T00:00Z'),
      revised(told('e0', 'go', '2024-03-03T00:00Z'), 2, {}),
      { source: 's', id: 'e0', revision: 3, retracted: true },
    ],
    looks: ['2024-03-05T00:00:00Z', '2024-03-05T00:00:00Z', '2024-03-05T00:00:00Z'],
  },
  {
    says: 'with the event that opened a case go those that it opened',
    force: SOON,
    rules: [
      'id: c0, kind: act, when: {event: go}, within: 12h, counts: {event: done}',
      'id: c1, kind: act, when: {breached: c0}, within: 12h, counts: {event: talk}, repairs: true',
      'id: c2, kind: act, when: {breached: c1}, within: 12h, counts: {event: aid}',
      'id: c3, kind: power, when: {breached: c0}, exercised_by: {event: storm}, available_for: 3d',
      'id: c4, kind: act, when: {exercised: c3}, within: 12h, counts: {event: aid}',
    ],
    given: [
      told('e0', 'go', '2024-03-01T00:00Z'),
      told('e1', 'storm', '2024-03-02T00:00Z'),
      { source: 's', id: 'e0', revision: 2, retracted: true },
    ],
    looks: ['2024-03-03T00:00:00Z', '2024-03-03T00:00:00Z', '2024-03-03T00:00:00Z'],
  },
  {
    says: 'with an exercise goes the case that it opened',
    force: SOON,
    rules: [
      'id: c0, kind: power, when: {event: go}, exercised_by: {event: done}, available_for: 3d',
      'id: c1, kind: act, when: {exercised: c0}, within: 12h, counts: {event: aid}',
    ],
    given: [
      told('e0', 'go', '2024-03-01T00:00Z'),
      told('e1', 'done', '2024-03-01T06:00Z'),
      { source: 's', id: 'e1', revision: 2, retracted: true },
      told('e2', 'done', '2024-03-01T09:00Z'),
      { source: 's', id: 'e0', revision: 2, retracted: true },
    ],
    looks: ['2024-03-02T00:00:00Z', '2024-03-02T00:00:00Z', '2024-03-02T00:00:00Z'],
  },
  {
    says: 'what is told and taken back between two looks was never a case',
    force: SOON,
    rules: [
      'id: c0, kind: act, when: {event: go}, within: 12h, counts: {event: done}',
      'id: c1, kind: act, when: {breached: c0}, within: 12h, counts: {event: talk}',
    ],
    given: [told('e0', 'go', '2024-03-01T00:00Z'), { source: 's', id: 'e0', revision: 2, retracted: true }],
    looks: ['2024-03-02T00:00:00Z', '2024-03-02T00:00:00Z', '2024-03-02T00:00:00Z'],
    choice: 4,
  },
  {
    says: 'what was done before the trigger performs nothing, what is done at the close does',
    force: SOON,
    rules: [
      'id: c0, kind: act, when: {event: go}, within: 12h, counts: {event: done, same: [ref]}, still_owed_after_deadline: false',
      'id: c1, kind: power, when: {event: go}, exercised_by: {event: done, same: [ref]}, available_for: 12h, grace: 3h',
    ],
    given: [
      told('e0', 'go', '2024-03-01T12:00Z', { ref: 1 }),
      told('e1', 'done', '2024-03-01T06:00Z', { ref: 1 }),
      told('e2', 'done', '2024-03-02T00:00Z', { ref: 1 }),
      told('e3', 'done', '2024-03-02T03:00:00.001Z', { ref: 1 }),
    ],
    looks: ['2024-03-01T18:00:00Z', '2024-03-02T01:00:00Z', '2024-03-02T12:00:00Z'],
  },
  {
    says: 'another effect at the same instant, by the same event as it was told again',
    force: SOON,
    rules: [
      'id: c0, kind: act, when: {event: go}, within: 1d, counts: {event: aid}',
      'id: c1, kind: act, when: {event: go}, within: 1d, counts: {event: aid}',
      'id: c2, kind: power, exercised_by: {event: talk}, effect: {waives: [c0]}',
      'id: c3, kind: power, exercised_by: {event: storm}, effect: {waives: [c1]}',
    ],
    given: [
      told('e0', 'go', '2024-03-01T00:00Z'),
      told('e1', 'talk', '2024-03-01T06:00Z'),
      revised(told('e1', 'storm', '2024-03-01T06:00Z'), 2, {}),
    ],
    looks: ['2024-03-01T12:00:00Z', '2024-03-01T12:00:00Z', '2024-03-01T12:00:00Z'],
  },
  {
    says: 'the end of the agreement is at another instant than was told',
    force: SOON,
    rules: ['id: c0, kind: act, when: {event: go}, within: 1d, counts: {event: done}'],
    given: [
      told('e0', 'go', '2024-03-02T00:00Z'),
      order('e1', 'termination', '2024-03-01T00:00Z'),
      revised(order('e1', 'termination', '2024-03-03T00:00Z'), 2, {}),
    ],
    looks: ['2024-03-06T00:00:00Z', '2024-03-06T00:00:00Z', '2024-03-06T00:00:00Z'],
  },
  {
    says: 'of two tellings with one revision the one that was known earlier stands',
    force: SOON,
    rules: ['id: c0, kind: act, when: {event: go}, within: 1d, counts: {event: done}'],
    given: [
      told('e0', 'go', '2024-03-01T00:00Z', {}, { recordedtime: '2024-03-03T00:00:00Z' }),
      told('e0', 'go', '2024-03-01T00:00Z', {}, { recordedtime: '2024-03-02T00:00:00Z' }),
      told('e0', 'go', '2024-03-01T00:00Z', {}, { recordedtime: '2024-03-04T00:00:00Z' }),
      revised(told('e0', 'go', '2024-03-01T06:00Z'), 2, { recordedtime: '2024-03-06T00:00:00Z' }),
    ],
    looks: ['2024-03-05T00:00:00Z', '2024-03-02T12:00:00Z', '2024-03-07T00:00:00Z'],
  },
  {
    says: 'a breach that turns out to be no case takes along what was to repair it',
    force: SOON,
    rules: [
      'id: c0, kind: act, when: {event: go}, within: 12h, counts: {event: done}, unless: {state: {starts: {event: aid}, ends: {event: storm}}}',
      'id: c1, kind: act, when: {breached: c0}, within: 12h, counts: {event: talk}, repairs: true',
    ],
    given: [told('e0', 'go', '2024-03-01T00:00Z'), told('e1', 'aid', '2024-02-29T18:00Z')],
    looks: ['2024-03-02T00:00:00Z', '2024-03-02T00:00:00Z', '2024-03-02T00:00:00Z'],
  },
  {
    says: 'what follows from a breach after the end of the agreement is no case unless it survives',
    force: SOON,
    rules: [
      'id: c0, kind: act, when: {event: go}, within: 12h, counts: {event: done}, survives: true',
      'id: c1, kind: act, when: {breached: c0}, within: 12h, counts: {event: talk}',
      'id: c2, kind: act, when: {breached: c0}, within: 12h, counts: {event: talk}, survives: true',
    ],
    given: [told('e0', 'go', '2024-03-01T00:00Z'), order('e1', 'termination', '2024-03-01T06:00Z')],
    looks: ['2024-03-02T00:00:00Z', '2024-03-02T00:00:00Z', '2024-03-02T00:00:00Z'],
  },
  {
    says: 'where one kind of performance has to be the same as the trigger and another has not, each is asked',
    force: SOON,
    rules: [
      'id: c0, kind: act, when: {event: go}, within: 1d, counts: [{event: done, same: [ref]}, {event: aid}]',
      'id: c1, kind: power, when: {event: go}, exercised_by: [{event: done, same: [ref]}, {event: aid}], available_for: 1d',
    ],
    given: [told('e0', 'go', '2024-03-01T00:00Z', { ref: 1 }), told('e1', 'done', '2024-03-01T00:00Z', { ref: 2 })],
    looks: ['2024-03-01T12:00:00Z', '2024-03-01T12:00:00Z', '2024-03-04T00:00:00Z'],
  },
  {
    says: 'a right may be exercised in the moment in which it arises',
    force: SOON,
    rules: ['id: c0, kind: power, when: {event: go}, exercised_by: {event: done}, available_for: 1d'],
    given: [told('e0', 'go', '2024-03-01T00:00Z'), told('e1', 'done', '2024-03-01T00:00Z')],
    looks: ['2024-03-01T12:00:00Z', '2024-03-01T00:00:00Z', '2024-03-04T00:00:00Z'],
  },
  {
    says: 'an exercise after the term of a right that arose in it opens its case',
    force: SOON,
    rules: [
      'id: c0, kind: power, when: {event: go}, exercised_by: {event: done}, available_for: 3d, once_per: 12h',
      'id: c1, kind: act, when: {exercised: c0}, within: 12h, counts: {event: aid}',
    ],
    given: [told('e0', 'go', '2024-03-11T12:00Z'), told('e1', 'done', '2024-03-13T12:00Z')],
    looks: ['2024-03-13T18:00:00Z', '2024-03-13T18:00:00Z', '2024-03-13T18:00:00Z'],
  },
  {
    says: 'a further violation, told beforehand, opens a case of what repairs it',
    force: SOON,
    rules: [
      'id: c0, kind: prohibit, what: {event: go}, settle: 12h',
      'id: c1, kind: act, when: {breached: c0}, within: 2d, repairs: true, counts: {event: done, same: [ref]}',
    ],
    given: [told('e0', 'go', '2024-03-01T06:00Z', { ref: 1 }), told('e1', 'go', '2024-03-05T12:00Z', { ref: 2 })],
    looks: ['2024-03-05T11:59:59.999Z', '2024-03-05T11:59:59.999Z', '2024-03-05T11:59:59.999Z'],
  },
]

/** The examples as worlds. */
export const ENGINE_EXAMPLES: readonly {
  readonly says: string
  readonly world: GeneratedWorld
  readonly choice: number
}[] = EXAMPLES.map(({ says, rules, given, looks, choice = 0, ...setting }) => {
  const text = rulebookText(rules, setting)
  const result = compileRulebook(text, 'example.yaml')
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join('\n'))
  const lines = given.map((event) => JSON.stringify(event))
  const world: GeneratedWorld = {
    rules: { text, rulebook: result.rulebook },
    history: { lines, events: known(lines) },
    looks: looks.map((look) => parseInstant(look)) as unknown as [Instant, Instant, Instant],
  }
  return { says, world, choice }
})
