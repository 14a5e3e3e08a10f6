import { describe, expect, test } from 'vitest'
import { type CaseResult, type Instant, parseInstant } from '../../rules/index.ts'
import { type AlertContext, alertsFor } from './alerts-for.ts'

const HOUR = 3_600_000
const ID = 'accord/talks@attacks#a1'
const NOW = parseInstant('2026-03-02T12:00:00.001Z')

const OPEN: CaseResult = {
  id: ID,
  phase: 'running',
  verdict: 'open',
  certainty: 'provisional',
  flags: [],
  opened: '2026-03-01T12:00:00.000Z',
  due: '2026-03-02T12:00:00.000Z',
  close: '2026-03-02T12:00:00.000Z',
  next_check: '2026-03-02T12:00:00.001Z',
  value: null,
  explanation: 'No talks yet.',
  evidence: [],
  evidence_omitted: 0,
}
const BREACHED: CaseResult = { ...OPEN, phase: 'closed', verdict: 'breached', next_check: null }
const MET: CaseResult = { ...OPEN, phase: 'closed', verdict: 'met', next_check: null, evidence: [performed('talks-1')] }

function performed(id: string) {
  return { event: { source: 'mofa', id, revision: 1 }, role: 'performed', reason: 'in time' } as const
}

function context(changes: Partial<AlertContext> = {}): AlertContext {
  return {
    recordedAt: NOW,
    previousAt: parseInstant('2026-03-01T12:00:00.000Z'),
    windowMs: 48 * HOUR,
    causeOf: () => 'time',
    policyOf: () => ({ severity: 'critical', reminders: [], readingOf: null }),
    versionOf: () => 2,
    announcedOf: () => null,
    newsAt: () => null,
    ...changes,
  }
}

const EVIDENCE = { causeOf: () => 'evidence' as const }
const TOLD_BREACH = { announcedOf: () => ({ intent: 7, kind: 'breached' as const, verdict: 'breached' as const }) }

function kinds(before: CaseResult[], after: CaseResult[], changes?: Partial<AlertContext>): string[] {
  return alertsFor(before, after, context(changes)).map(({ kind, rung }) => (rung === '' ? kind : `${kind} ${rung}`))
}

describe('what there is to tell', () => {
  const rungs = [24, 6, 1].map((hours) => ({
    rung: `${hours}h`,
    at: (due: Instant) => (due - hours * HOUR) as Instant,
  }))
  const policyOf = () => ({ severity: 'critical' as const, reminders: rungs, readingOf: null })
  const soon = { ...OPEN, flags: ['due_soon'] as const }

  test.each<{ why: string; before: CaseResult[]; after: CaseResult[]; given?: Partial<AlertContext>; tells: string[] }>(
    [
      { why: 'a case that opens', before: [], after: [OPEN], given: EVIDENCE, tells: ['opened'] },
      {
        why: 'a case that wakes up',
        before: [{ ...OPEN, phase: 'dormant' }],
        after: [OPEN],
        given: EVIDENCE,
        tells: ['opened'],
      },
      { why: 'a deadline that passes', before: [OPEN], after: [BREACHED], tells: ['breached'] },
      {
        why: 'a case first seen when it was breached',
        before: [],
        after: [BREACHED],
        given: EVIDENCE,
        tells: ['breached'],
      },
      { why: 'a verdict that stands', before: [BREACHED], after: [BREACHED], tells: [] },
      {
        why: 'a tolerance that begins to run',
        before: [OPEN],
        after: [{ ...OPEN, flags: ['overdue'], close: '2026-03-05T12:00:00.000Z' }],
        tells: ['overdue'],
      },
      {
        why: 'the newest reminder only, after an outage',
        before: [OPEN],
        after: [soon],
        given: { policyOf, recordedAt: parseInstant('2026-03-02T11:30:00.000Z') },
        tells: ['due_soon 1h'],
      },
      {
        why: 'no reminder twice',
        before: [soon],
        after: [{ ...soon, explanation: 'Still none.' }],
        given: {
          policyOf,
          recordedAt: parseInstant('2026-03-02T11:30:00.000Z'),
          previousAt: parseInstant('2026-03-02T11:00:00.000Z'),
        },
        tells: [],
      },
      {
        why: 'a reminder without rungs once',
        before: [OPEN],
        after: [soon],
        given: { recordedAt: parseInstant('2026-03-02T10:00:00.000Z') },
        tells: ['due_soon'],
      },
      {
        why: 'each further violation',
        before: [{ ...BREACHED, phase: 'running', evidence: [{ ...performed('v1'), role: 'violated' }] }],
        after: [
          {
            ...BREACHED,
            phase: 'running',
            evidence: [
              { ...performed('v1'), role: 'violated' },
              { ...performed('v2'), role: 'violated' },
            ],
          },
        ],
        given: { ...EVIDENCE, newsAt: () => NOW },
        tells: ['breached'],
      },
      {
        why: 'a verdict that becomes final',
        before: [BREACHED],
        after: [{ ...BREACHED, certainty: 'final' }],
        tells: ['final'],
      },
      {
        why: 'nothing of another reading',
        before: [OPEN],
        after: [BREACHED],
        given: { policyOf: () => ({ severity: 'critical', reminders: [], readingOf: 'talks' }) },
        tells: [],
      },
    ],
  )('tells $why: $tells', ({ before, after, given, tells }) => {
    expect(kinds(before, after, given)).toEqual(tells)
  })
})

describe('history is not told', () => {
  test.each<{ why: string; after: CaseResult; given: Partial<AlertContext> }>([
    { why: 'an import', after: BREACHED, given: { causeOf: () => 'import' } },
    { why: 'a new rulebook', after: BREACHED, given: { causeOf: () => 'rule_change' } },
    {
      why: 'a breach that lies longer ago than the window',
      after: BREACHED,
      given: { recordedAt: parseInstant('2026-03-04T12:00:00.001Z') },
    },
    {
      why: 'an old performance reported now',
      after: MET,
      given: {
        ...EVIDENCE,
        recordedAt: parseInstant('2026-04-01T00:00:00Z'),
        newsAt: () => parseInstant('2026-03-02T09:00:00Z'),
      },
    },
  ])('not $why', ({ after, given }) => {
    expect(kinds([OPEN], [after], given)).toEqual([])
  })

  test('but a breach just within the window is', () => {
    expect(kinds([OPEN], [BREACHED], { recordedAt: parseInstant('2026-03-04T12:00:00.000Z') })).toEqual(['breached'])
  })
})

describe('a correction', () => {
  test('is told whenever evidence changes a verdict somebody was told, however old, and names what it replaces', () => {
    const long = parseInstant('2026-05-01T00:00:00Z')
    const [alert] = alertsFor([BREACHED], [MET], context({ ...EVIDENCE, ...TOLD_BREACH, recordedAt: long }))
    expect(alert).toMatchObject({ kind: 'corrected', replaces: 7, before: BREACHED, after: MET })
  })

  test('is told even when an import brought it', () => {
    expect(kinds([BREACHED], [MET], { ...TOLD_BREACH, causeOf: () => 'import' })).toEqual(['corrected'])
  })

  test('is the only thing told of the change', () => {
    expect(alertsFor([BREACHED], [MET], context({ ...EVIDENCE, ...TOLD_BREACH }))).toHaveLength(1)
  })

  test('is not needed when nobody was told: the new verdict is news of its own', () => {
    expect(kinds([BREACHED], [MET], { ...EVIDENCE, newsAt: () => NOW })).toEqual(['met'])
  })

  test('is not what a late performance is: the breach had been a breach', () => {
    expect(kinds([BREACHED], [{ ...MET, verdict: 'met_late' }], { ...EVIDENCE, ...TOLD_BREACH })).toEqual(['met_late'])
  })

  test('comes when the case itself falls away', () => {
    expect(kinds([BREACHED], [{ ...BREACHED, verdict: 'void' }], { ...EVIDENCE, ...TOLD_BREACH })).toEqual([
      'corrected',
    ])
  })

  test('is not what decides a case that was open again', () => {
    const toldOpen = { announcedOf: () => ({ intent: 8, kind: 'corrected' as const, verdict: 'open' as const }) }
    const [alert] = alertsFor([OPEN], [MET], context({ ...EVIDENCE, ...toldOpen }))
    expect(alert).toMatchObject({ kind: 'met', replaces: 8 })
  })

  test('follows a correction that was wrong in turn', () => {
    const toldMet = { announcedOf: () => ({ intent: 8, kind: 'corrected' as const, verdict: 'met' as const }) }
    const [alert] = alertsFor([MET], [BREACHED], context({ ...EVIDENCE, ...toldMet }))
    expect(alert).toMatchObject({ kind: 'corrected', replaces: 8 })
  })
})
