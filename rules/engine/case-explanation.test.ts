import { expect, test } from 'vitest'
import { explainCase, parseInstant } from '../index.ts'
import { compiled, DUTY, known, order, published, rulebookText, type Setting, titled, told } from '../testing/worlds.ts'

// What `servanda explain` tells of one case beyond its output: the clause, the story, what would change it, when it is final.

const GO = told('t', 'go', '2024-03-01T00:00Z')
const DISPUTED = { standing: 'disputed' }
const KG = 'id: x, kind: total, during: {from: 2024-01-01, until: 2024-01-31}, counts: {event: aid, quantity: q}'
const NO = 'id: x, kind: prohibit, what: {event: bad}, during: {from: 2024-01-01, until: 2024-01-31}'
const STATE =
  'id: x, kind: maintain, during: {from: 2024-01-01, until: 2024-01-31}, state: {starts: {event: up}, ends: {event: down}, initially: true}'

interface Asked extends Setting {
  readonly says: string
  readonly rules: string
  readonly given?: readonly object[]
  readonly part?: string
  readonly at: string
  readonly changes: unknown
  readonly final: unknown
}

const rows: readonly Asked[] = [
  {
    says: 'an act that is open becomes breached with no news, or met by a report',
    rules: `${DUTY}, within: 24h, remind: [24h]`,
    given: [GO],
    part: 's#t',
    at: '2024-03-01T12:00:00Z',
    changes: [
      'With no news it becomes breached on 2024-03-02 00:00:00 (UTC).',
      'A report of what was promised, dated 2024-03-02 00:00 (UTC) or before.',
    ],
    final: 'Not final while it is open.',
  },
  {
    says: 'an act that will be due soon before it is breached',
    rules: `${DUTY}, within: 24h`,
    given: [GO],
    part: 's#t',
    at: '2024-03-01T12:00:00Z',
    changes: [
      'With no news it becomes breached on 2024-03-02 00:00:00 (UTC).',
      'A report of what was promised, dated 2024-03-02 00:00 (UTC) or before.',
    ],
    final: 'Not final while it is open.',
  },
  {
    says: 'an act without a deadline',
    force: '{from: 2024-01-01}',
    rules: DUTY,
    given: [GO],
    part: 's#t',
    at: '2024-03-01T12:00:00Z',
    changes: ['A report of what was promised.'],
    final: 'Not final while it is open.',
  },
  {
    says: 'an act met, final after its settle',
    rules: `${DUTY}, within: 24h, settle: 10d`,
    given: [GO, told('p', 'done', '2024-03-01T01:00Z')],
    part: 's#t',
    at: '2024-03-01T12:00:00Z',
    changes: ['A correction or retraction of p (s).'],
    final: 'Final on 2024-03-12 00:00 (UTC), unless news changes it before.',
  },
  {
    says: 'an act met without a settle is final 1 ms after its close',
    rules: `${DUTY}, within: 24h`,
    given: [GO, told('p', 'done', '2024-03-01T01:00Z')],
    part: 's#t',
    at: '2024-03-01T12:00:00Z',
    changes: ['A correction or retraction of p (s).'],
    final: 'Final on 2024-03-02 00:00:00 (UTC), unless news changes it before.',
  },
  {
    says: 'an act met without a close',
    force: '{from: 2024-01-01}',
    rules: `${DUTY}, settle: 10d`,
    given: [GO, told('p', 'done', '2024-03-01T01:00Z')],
    part: 's#t',
    at: '2024-03-01T12:00:00Z',
    changes: ['A correction or retraction of p (s).'],
    final: 'Final on 2024-03-11 01:00 (UTC), unless news changes it before.',
  },
  {
    says: 'an act performed late',
    rules: `${DUTY}, within: 24h`,
    given: [GO, told('p', 'done', '2024-03-04T01:00Z')],
    part: 's#t',
    at: '2024-03-09T12:00:00Z',
    changes: [
      'A correction or retraction of p (s).',
      'A report of what was promised, dated 2024-03-02 00:00 (UTC) or before.',
    ],
    final: 'Final. A later correction can still change it, and whoever was told is told again.',
  },
  {
    says: 'an act breached',
    rules: `${DUTY}, within: 24h`,
    given: [GO],
    part: 's#t',
    at: '2024-03-09T12:00:00Z',
    changes: [
      'A report of what was promised, dated 2024-03-02 00:00 (UTC) or before.',
      'A waiver, a judgement, or a correction of the evidence.',
    ],
    final: 'Final. A later correction can still change it, and whoever was told is told again.',
  },
  {
    says: 'an act void',
    rules: `${DUTY}, within: 24h`,
    given: [GO, order('D', 'discharge', '2024-03-01T03:00Z', { commitment: 'x' })],
    part: 's#t',
    at: '2024-03-09T12:00:00Z',
    changes: [],
    final: 'Final. A later correction can still change it, and whoever was told is told again.',
  },
  {
    says: 'an act that may have been performed: three of the reports that leave it open',
    rules: `${DUTY}, within: 24h`,
    given: [GO, ...['p', 'q', 'r', 'u'].map((id) => told(id, 'done', '2024-03-01T02:00Z', {}, DISPUTED))],
    part: 's#t',
    at: '2024-03-09T12:00:00Z',
    changes: [
      'A confirmation of p (s), or its retraction.',
      'A confirmation of q (s), or its retraction.',
      'A confirmation of r (s), or its retraction.',
      'A report of what was promised, dated 2024-03-02 00:00 (UTC) or before.',
    ],
    final: 'Final. A later correction can still change it, and whoever was told is told again.',
  },
  {
    says: 'an act that may have been performed in time asks for the time',
    rules: `${DUTY}, within: 24h`,
    given: [GO, told('p', 'done', '2024-03-01/2024-03-02')],
    part: 's#t',
    at: '2024-03-09T12:00:00Z',
    changes: [
      'The exact time of p (s), or its retraction.',
      'A report of what was promised, dated 2024-03-02 00:00 (UTC) or before.',
    ],
    final: 'Final. A later correction can still change it, and whoever was told is told again.',
  },
  {
    says: 'an act told by a source that does not count asks those that do, by what they are called',
    parts: 'sources: [{id: m, title: Ministry of Truth}]',
    rules: `${DUTY}, within: 24h, reported_by: [m]`,
    given: [GO, told('p', 'done', '2024-03-01T02:00Z')],
    part: 's#t',
    at: '2024-03-09T12:00:00Z',
    changes: [
      'The same as p (s) told for certain by “Ministry of Truth”, or its retraction.',
      'A report of what was promised, dated 2024-03-02 00:00 (UTC) or before.',
    ],
    final: 'Final. A later correction can still change it, and whoever was told is told again.',
  },
  {
    says: 'an act that awaits reports',
    parts: 'sources: [{id: s}, {id: m}]',
    rules: `${DUTY}, within: 24h, reported_by: [s, m]`,
    given: [GO],
    part: 's#t',
    at: '2024-03-09T12:00:00Z',
    changes: [
      'A watermark of s, m through 2024-03-02 00:00 (UTC): then silence counts.',
      'A report of what was promised, dated 2024-03-02 00:00 (UTC) or before.',
    ],
    final: 'Not final while reports are awaited.',
  },
  {
    says: 'a total on its way',
    rules: `${KG}, target: {at_least: 1500, unit: kg}`,
    given: [told('a', 'aid', '2024-01-02T00:00Z', { q: 400 })],
    at: '2024-01-09T12:00:00Z',
    changes: [
      'With no news it becomes breached on 2024-02-01 00:00 (UTC).',
      'Another 1,100 kg on record for certain within the period.',
    ],
    final: 'Not final while it is open.',
  },
  {
    says: 'a total met',
    rules: `${KG}, target: {at_least: 15, unit: kg}`,
    given: [told('a', 'aid', '2024-01-02T00:00Z', { q: 400 })],
    at: '2024-01-09T12:00:00Z',
    changes: [],
    final: 'Final on 2024-02-01 00:00 (UTC), unless news changes it before.',
  },
  {
    says: 'a ceiling that is open',
    rules: `${KG}, target: {at_most: 1500, unit: kg}`,
    given: [told('a', 'aid', '2024-01-02T00:00Z', { q: 400 })],
    at: '2024-01-09T12:00:00Z',
    changes: ['With no news it becomes met on 2024-02-01 00:00 (UTC).'],
    final: 'Not final while it is open.',
  },
  {
    says: 'a share of a figure that is not known',
    rules: `${KG}, target: {at_least: 10%, unit: EUR, percent_of: {indicator: gdp}}`,
    at: '2024-01-09T12:00:00Z',
    changes: ['A published value of the figure that the target is a share of.'],
    final: 'Not final while reports are awaited.',
  },
  {
    says: 'a prohibition respected so far',
    rules: NO,
    at: '2024-01-09T12:00:00Z',
    changes: ['With no news it becomes met on 2024-02-01 00:00 (UTC).', 'A report of a violation within the period.'],
    final: 'Not final while it is open.',
  },
  {
    says: 'a prohibition respected',
    rules: NO,
    at: '2024-02-09T12:00:00Z',
    changes: ['A report of a violation within the period.'],
    final: 'Final. A later correction can still change it, and whoever was told is told again.',
  },
  {
    says: 'a prohibition in need of a judgement',
    rules: `${NO}, unclear: {event: odd}`,
    given: [told('o', 'odd', '2024-01-02T00:00Z')],
    at: '2024-01-09T12:00:00Z',
    changes: ['A judgement.'],
    final: 'Not final before somebody has judged it.',
  },
  {
    says: 'a state kept up so far',
    rules: STATE,
    given: [told('d', 'down', '2024-01-20T00:00Z')],
    at: '2024-01-09T12:00:00Z',
    changes: ['With no news it becomes breached on 2024-01-20 00:00 (UTC).', 'A report that the state has ended.'],
    final: 'Not final while it is open.',
  },
  {
    says: 'a state kept up',
    rules: STATE,
    at: '2024-02-09T12:00:00Z',
    changes: [],
    final: 'Final. A later correction can still change it, and whoever was told is told again.',
  },
  {
    says: 'a violated prohibition is final from its violation on',
    rules: `${NO}, settle: 10d`,
    given: [told('v', 'bad', '2024-01-02T00:00Z')],
    at: '2024-01-09T12:00:00Z',
    changes: ['A waiver, a judgement, or a correction of the evidence.'],
    final: 'Final on 2024-01-12 00:00 (UTC), unless news changes it before.',
  },
  {
    says: 'an act that is suspended',
    rules: `${DUTY}, within: 24h, settle: 10d`,
    given: [GO, order('S', 'suspension', '2024-03-01T01:00Z')],
    part: 's#t',
    at: '2024-03-01T12:00:00Z',
    changes: ['A report of what was promised.'],
    final: 'Not final while it is open.',
  },
  {
    says: 'a right that was used',
    rules: 'id: x, kind: power, when: {event: go}, exercised_by: {event: use}, available_for: 2d, settle: 10d',
    given: [GO, told('u', 'use', '2024-03-01T01:00Z')],
    part: 's#t',
    at: '2024-03-01T12:00:00Z',
    changes: ['A correction or retraction of u (s).'],
    final: 'Final on the end of 2024-03-13 (UTC), unless news changes it before.',
  },
  {
    says: 'an effort whose outcome may have come says which report leaves it open',
    rules:
      'id: x, kind: endeavour, during: {from: 2024-01-01, until: 2024-01-31}, signs_of_effort: {event: talk}, judged_by: a panel, outcome: {event: deal}',
    given: [told('d', 'deal', '2024-01-02T00:00Z', {}, DISPUTED)],
    at: '2024-02-09T12:00:00Z',
    changes: ['A confirmation of d (s), or its retraction.'],
    final: 'Final. A later correction can still change it, and whoever was told is told again.',
  },
  {
    says: 'an act that is open while a report leaves it open',
    rules: `${DUTY}, within: 24h`,
    given: [GO, told('p', 'done', '2024-03-01T02:00Z', {}, DISPUTED)],
    part: 's#t',
    at: '2024-03-01T12:00:00Z',
    changes: [
      'With no news it becomes unknown on 2024-03-02 00:00:00 (UTC).',
      'A confirmation of p (s), or its retraction.',
      'A report of what was promised, dated 2024-03-02 00:00 (UTC) or before.',
    ],
    final: 'Not final while it is open.',
  },
  {
    says: 'an act met beside a report that is in doubt',
    rules: `${DUTY}, within: 24h`,
    given: [GO, told('p', 'done', '2024-03-01T02:00Z', {}, DISPUTED), told('q', 'done', '2024-03-01T03:00Z')],
    part: 's#t',
    at: '2024-03-01T12:00:00Z',
    changes: ['A correction or retraction of q (s).'],
    final: 'Final on 2024-03-02 00:00:00 (UTC), unless news changes it before.',
  },
  {
    says: 'an act that one source of two reports',
    rules: `${DUTY}, within: 24h, minimum_sources: 2`,
    given: [GO, told('p', 'done', '2024-03-01T02:00Z')],
    part: 's#t',
    at: '2024-03-09T12:00:00Z',
    changes: ['A report of what was promised, dated 2024-03-02 00:00 (UTC) or before.'],
    final: 'Final. A later correction can still change it, and whoever was told is told again.',
  },
  {
    says: 'a prohibition in need of a judgement of what is in doubt as well',
    rules: `${NO}, unclear: {event: odd}`,
    given: [told('o', 'odd', '2024-01-02T00:00Z'), told('v', 'bad', '2024-01-03T00:00Z', {}, DISPUTED)],
    at: '2024-01-09T12:00:00Z',
    changes: ['A confirmation of v (s), or its retraction.'],
    final: 'Final on 2024-02-01 00:00 (UTC), unless news changes it before.',
  },
  {
    says: 'a state measured by a figure',
    rules:
      'id: x, kind: maintain, during: {from: 2024-01-01, until: 2024-01-31}, state: {indicator: share, at_least: 2}',
    given: [published('i', '2024-01-01T00:00Z', 'share', '2023', '2.5', '%')],
    at: '2024-01-09T12:00:00Z',
    changes: ['With no news it becomes met on 2024-02-01 00:00 (UTC).', 'A report that the state has ended.'],
    final: 'Not final while it is open.',
  },
  {
    says: 'a total met that a refund already known undoes',
    rules: `${KG}, target: {at_least: 15, unit: kg}`,
    given: [told('a', 'aid', '2024-01-02T00:00Z', { q: 20 }), told('b', 'aid', '2024-01-12T00:00Z', { q: -10 })],
    at: '2024-01-09T12:00:00Z',
    changes: ['With no news it becomes open on 2024-01-12 00:00 (UTC).'],
    final: 'Not final yet.',
  },
]

function explained({ rules, given = [], part = 'term', at, ...setting }: Omit<Asked, 'says' | 'changes' | 'final'>) {
  const rulebook = compiled(rulebookText(rules, setting))
  return explainCase(rulebook, known(given), `ag/x@${part}`, { asOf: parseInstant(at) })
}

test.each(titled(rows))('would change: %s', (_, { changes, final, ...row }) => {
  const found = explained(row)
  expect([found?.would_change, found?.final]).toEqual([changes, final])
})

const TEXTS = `texts: [{id: gazette, title: The Gazette, url: 'https://example.org/g', published: 2024-01-02}]`

test('a case is told with its clause and, in order, what each event did', () => {
  const found = explained({
    rules: `${DUTY}, within: 24h, note: Mind the zone, clause: {text: gazette, ref: Art. 3, quote: at once}, by: [JPN, UKR]`,
    agreement: TEXTS,
    zone: 'Europe/Kyiv',
    given: [
      told('t', 'go', '2024-03-01'),
      told('p', 'done', '2024-03-01T15:00Z', {}, { standing: 'confirmed' }),
      told('t', 'go', '2024-03-05', {}, { source: 'r' }),
    ],
    part: 's#t',
    at: '2024-03-09T12:00:00Z',
  })
  expect(found).toMatchObject({
    title: 'A promise',
    kind: 'act',
    by: ['JPN', 'UKR'],
    legal_force: 'binding',
    clause: {
      quote: 'at once',
      ref: 'Art. 3',
      text: 'The Gazette',
      url: 'https://example.org/g',
      published: '2024-01-02',
    },
    note: 'Mind the zone',
    zone: 'Europe/Kyiv',
    value: null,
    timeline: [
      { when: '2024-03-01', type: 'go', standing: 'reported', role: 'trigger' },
      { when: '2024-03-01 17:00 (Europe/Kyiv)', type: 'done', standing: 'confirmed', role: 'performed' },
    ],
  })
})

test('without a clause there is none, and of a case that is not there nothing is told', () => {
  const asked = { rules: DUTY, given: [GO], at: '2024-03-09T12:00:00Z' }
  expect(explained({ ...asked, part: 's#t' })?.clause).toBeNull()
  expect(explained({ ...asked, part: 's#u' })).toBeNull()
})

test('a clause whose text has no address is told without one', () => {
  const found = explained({
    rules: `${DUTY}, clause: {text: other}`,
    agreement: 'texts: [{id: other, title: Another text}]',
    given: [GO],
    part: 's#t',
    at: '2024-03-09T12:00:00Z',
  })
  expect(found?.clause).toEqual({ quote: null, ref: null, text: 'Another text', url: null, published: null })
})

test('what was not known is no part of the story', () => {
  const rulebook = compiled(rulebookText(`${DUTY}, within: 24h`))
  const events = known([
    GO,
    told('p', 'done', '2024-03-01T02:00Z', {}, { recordedtime: '2024-05-01T00:00:00Z' }),
    published('i', '2024-03-01T00:00Z', 'gdp', '2024', '1'),
  ])
  const found = explainCase(rulebook, events, 'ag/x@s#t', {
    asOf: parseInstant('2024-03-01T12:00:00Z'),
    knownAt: parseInstant('2024-03-20T00:00:00Z'),
  })
  expect([found?.timeline.map(({ event }) => event.id), found?.would_change]).toEqual([
    ['t'],
    [
      'With no news it becomes breached on 2024-03-02 00:00:00 (UTC).',
      'A report of what was promised, dated 2024-03-02 00:00 (UTC) or before.',
    ],
  ])
})

test('a case is looked for in its own commitment, its events in their own sources', () => {
  const rulebook = compiled(
    rulebookText(
      [
        `${DUTY}, within: 24h, clause: {text: first}`,
        `${DUTY.replace('id: x', 'id: xx')}, within: 48h, note: The second, clause: {text: second}`,
      ],
      { agreement: 'texts: [{id: first, title: One}, {id: second, title: Two}]' },
    ),
  )
  const events = known([
    GO,
    told('t', 'go', '2024-03-02T00:00Z', {}, { source: 'r' }),
    told('p', 'done', '2024-03-02T01:00Z', {}, { standing: 'confirmed' }),
    told('p', 'done', '2024-03-02T02:00Z', {}, { source: 'r' }),
  ])
  const found = explainCase(rulebook, events, 'ag/xx@r#t', { asOf: parseInstant('2024-03-02T12:00:00Z') })
  expect([found?.note, found?.clause?.text, found?.would_change, found?.final]).toEqual([
    'The second',
    'Two',
    ['A correction or retraction of p (s).'],
    'Final on 2024-03-04 00:00:00 (UTC), unless news changes it before.',
  ])
  expect(found?.timeline.map(({ event, when, standing }) => [event.source, when, standing])).toEqual([
    ['r', '2024-03-02 00:00 (UTC)', 'reported'],
    ['s', '2024-03-02 01:00 (UTC)', 'confirmed'],
    ['r', '2024-03-02 02:00 (UTC)', 'reported'],
  ])
})
