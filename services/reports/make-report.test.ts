import { expect, test } from 'vitest'
import {
  compileRulebook,
  formatInstant,
  type KnownEvent,
  knownEvent,
  parseEvent,
  parseInstant,
} from '../../rules/index.ts'
import { isOfPeriod } from './case-time.ts'
import { asOfIn } from './compose-report.ts'
import { EventShelf, makeReport } from './make-report.ts'
import { periodNamed } from './period.ts'
import type { PreviousBasis, Report } from './report.ts'

const RULES = `servanda: 1
agreement:
  id: accord
  title: Accord on consultations
  legal_force: political
  parties: {JPN: Japan, UKR: Ukraine}
  in_force: {from: 2026-01-01, until: 2026-12-31}
  zone: Europe/Kyiv
sources: [{id: ministry, is: [https://ministry.example/], covers: [aid], title: The ministry, url: "https://ministry.example/news"}]
commitments:
  - {id: talks, title: Talks within a day, kind: act, by: [JPN, UKR], when: {event: call}, within: 24h, counts: {event: talks, same: [call]},
     note: A call is any request.}
  - {id: funds, title: Ten in 2026, kind: total, by: JPN, to: UKR, during: {calendar_year: 2026},
     target: {at_least: 10, unit: USD}, counts: {event: aid, amount: amount, currency: currency}}
  - {id: wide, title: Talks in the wide sense, kind: act, by: JPN, when: {event: call}, within: 48h, counts: {event: talks, same: [call]}, reading_of: talks}
`

const rulebook = rulebookIn(RULES)

test('counts each promise once, and its cases by what became of them', () => {
  const { counts, agreements } = reportOn('2026-03', [
    call('1', '03-02'),
    talks('1', '03-02'),
    call('2', '03-10'),
    call('3', '02-02'),
  ])
  expect(counts).toMatchObject({ agreements: 1, commitments: 2, record: { met: 1, breached: 1, open: 1 } })
  const [promise] = agreements[0]?.commitments ?? []
  expect(promise).toMatchObject({
    id: 'talks',
    by: ['Japan', 'Ukraine'],
    record: { met: 1, breached: 1 },
    readings: [{ id: 'wide', record: { met: 1, breached: 1 } }],
  })
})

test('tells what changed in the period, most pressing first, and why', () => {
  const { changes } = reportOn('2026-03', [
    call('1', '03-02'),
    talks('1', '03-02'),
    call('2', '03-10'),
    call('3', '02-02'),
  ])
  expect(changes.map(({ kind, case: id, before, after }) => [kind, id.split('#')[1], before, after?.verdict])).toEqual([
    ['news', '2', null, 'breached'],
    ['news', '1', null, 'met'],
  ])
  expect(changes[0]?.why).toContain('2026-03-11')
})

test('says of what was told before that it was wrong, or that the rules are others', () => {
  const events = [call('1', '02-02'), talks('1', '02-02', { recorded: '2026-03-20' })]
  const before = previous('2026-02', 1)
  const late = reportOn('2026-03', events, { before })
  expect(late.changes).toMatchObject([
    { kind: 'correction', before: { verdict: 'breached' }, after: { verdict: 'met' } },
  ])
  expect(late.summary).toContain('Corrected since the last report: “Talks within a day” was breached and is met.')
  const stricter = rulebookIn(
    RULES.replace(
      'within: 24h, counts: {event: talks, same: [call]},\n',
      'within: 48h, counts: {event: talks, same: [call]},\n',
    ),
  )
  const again = [call('1', '02-02'), talks('1', '02-03', { hour: 20 })]
  const other = reportOn('2026-03', again, { before: previous('2026-02', 2), now: stricter })
  expect(other.changes).toMatchObject([{ kind: 'rules', before: { verdict: 'met_late' }, after: { verdict: 'met' } }])
})

test('says of the same period, when nothing has become known since, that nothing changed', () => {
  const events = [call('c1', '03-31'), aid('a1', '03-05', '100')]
  expect(reportOn('2026-03', events).changes).not.toEqual([])
  expect(reportOn('2026-03', events, { before: previous('2026-03', events.length) }).changes).toEqual([])
})

test('draws each sum, and lists what counts and what does not', () => {
  const { totals, evidence } = reportOn(
    '2026',
    [aid('a', '02-01', '4'), aid('b', '05-01', '3'), aid('c', '05-01', '2', { year: 2025 })],
    { now: rulebook },
  )
  expect(totals).toMatchObject([
    {
      case: 'accord/funds@2026',
      value: { min: '7', max: '7', target: '10', unit: 'USD' },
      growth: { bound: 'at_least', from: '2025-12-31T22:00:00.000Z' },
      flows: [
        { event: { id: 'c' }, is_counted: false },
        { event: { id: 'a' }, is_counted: true, when: '2026-02-01T09:00:00.000Z' },
        { event: { id: 'b' }, is_counted: true },
      ],
    },
  ])
  expect(evidence.find(({ id }) => id === 'a')).toMatchObject({
    type: 'aid',
    source_title: 'The ministry',
    source_url: 'https://ministry.example/news',
    uses: [{ case: 'accord/funds@2026', role: 'counted' }],
  })
})

test('leaves out what is not asked for', () => {
  const events = [call('1', '03-02')]
  expect(reportOn('2026-03', events, { parties: ['UKR'] }).agreements[0]?.commitments.map(({ id }) => id)).toEqual([
    'talks',
    'funds',
  ])
  expect(reportOn('2026-03', events, { parties: ['USA'] }).agreements).toEqual([])
})

test('reports a period that still runs as it stands', () => {
  const report = reportOn('2026-03', [call('1', '03-02')], { clock: '2026-03-02T12:00:00Z' })
  expect(report.as_of).toBe('2026-03-02T12:00:00.000Z')
  expect(report.summary[1]).toMatch(/^The period was still running/)
  expect(report.clocks).toMatchObject([{ commitment: 'talks', indicator: 'on_track' }, { commitment: 'funds' }])
  expect(report.summary.at(-1)).toBe(
    'The next deadline is on Tuesday 3 March 2026: “Talks within a day” (Accord on consultations).',
  )
})

test('is the same for the same, and does not depend on the order of the events', () => {
  const events = [call('1', '03-02'), talks('1', '03-02'), aid('a', '02-01', '4'), call('2', '03-10')]
  expect(reportOn('2026-03', [...events].reverse())).toEqual(reportOn('2026-03', events))
})

test.each([
  ['opened and due inside', { opened: '03-02', due: '03-05', phase: 'closed' }, true],
  ['due before, closed inside', { opened: '02-02', due: '02-05', close: '03-05', phase: 'closed' }, false],
  ['running through', { opened: '02-02', due: '05-05', phase: 'running' }, true],
  ['opened after', { opened: '04-02', due: '05-05', phase: 'running' }, false],
  ['with no end, over before', { opened: '02-02', phase: 'closed' }, false],
  ['with no beginning, due inside', { due: '03-05', phase: 'closed' }, true],
] as const)('a case %s belongs to March: %o is %s', (_, given, isOf) => {
  const at = (day: string | undefined) => (day === undefined ? null : `2026-${day}T00:00:00.000Z`)
  const { opened, due, close, phase }: { opened?: string; due?: string; close?: string; phase: 'closed' | 'running' } =
    given
  const march = { from: parseInstant('2026-03-01T00:00:00Z'), until: parseInstant('2026-04-01T00:00:00Z') }
  expect(isOfPeriod({ opened: at(opened), due: at(due), close: at(close), phase }, march)).toBe(isOf)
})

interface Choice {
  readonly now?: typeof rulebook
  readonly parties?: readonly string[]
  readonly clock?: string
  /** What the report before rested on. */
  readonly before?: PreviousBasis
}

function reportOn(name: string, events: readonly KnownEvent[], choice: Choice = {}): Report {
  const { now = rulebook, parties = null, clock = '2027-01-01T00:00:00Z', before } = choice
  const period = periodNamed(name, 'UTC')
  const shelf = new EventShelf()
  for (const [n, event] of events.entries()) shelf.add({ seq: n + 1, event })
  return makeReport({
    request: { title: null, locale: 'en-GB', period, scope: { agreements: null, parties } },
    basis: {
      ledger: `${events.length}:hash`,
      known_at: null,
      events_digest: null,
      rulebooks: [{ agreement: 'accord', version: 1, hash: now.hash, file: now.file, set_aside: [] }],
      previous: before ?? null,
    },
    asOf: formatInstant(asOfIn(period, parseInstant(clock))),
    version: '1',
    rulebooks: [now],
    rulebooksBefore: before ? [rulebook] : [],
    events: shelf,
  })
}

/** The report on the period `name`, made when the ledger had `known` rows. */
function previous(name: string, known: number): PreviousBasis {
  const { until } = periodNamed(name, 'UTC')
  const as_of = formatInstant(asOfIn(periodNamed(name, 'UTC'), parseInstant(until)))
  return { report: 'r', as_of, ledger: `${known}:hash`, known_at: null, rulebooks: [] }
}

function rulebookIn(text: string) {
  const compiled = compileRulebook(text, 'accord.yaml')
  if (!compiled.ok) throw new Error(compiled.problems.map(({ message }) => message).join('\n'))
  return compiled.rulebook
}

interface When {
  readonly recorded?: string
  readonly hour?: number
  readonly year?: number
}

function told(
  id: string,
  type: string,
  day: string,
  data: object,
  { recorded, hour = 9, year = 2026 }: When,
): KnownEvent {
  const time = `${year}-${day}T${String(hour).padStart(2, '0')}:00:00Z`
  const parsed = parseEvent({ specversion: '1.0', source: 'https://ministry.example/', id, type, time, data })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed))
  return knownEvent(parsed.event, parseInstant(recorded === undefined ? time : `${recorded}T00:00:00Z`))
}

function call(id: string, day: string): KnownEvent {
  return told(id, 'call', day, { call: id }, {})
}

function talks(call: string, day: string, when: When = {}): KnownEvent {
  return told(`talks-${call}`, 'talks', day, { call }, { hour: 15, ...when })
}

function aid(id: string, day: string, amount: string, when: When = {}): KnownEvent {
  return told(id, 'aid', day, { amount, currency: 'USD' }, when)
}
