import { describe, expect, test } from 'vitest'
import {
  type CaseResult,
  type CommitmentPart,
  knownEvent,
  parseEvent,
  parseInstant,
  type ServandaEvent,
} from '../../rules/index.ts'
import { changesBetween, type Occasion } from './changes.ts'
import type { StoredCase } from './state.ts'

const NOW = parseInstant('2026-03-02T12:00:00.001Z')
const EARLIER = parseInstant('2026-03-01T12:00:00Z')

function caseOf(id: string, changes: Partial<CaseResult> = {}): CaseResult {
  return {
    id: `accord/talks@s#${id}`,
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
    ...changes,
  }
}

function stored(result: CaseResult, verdictVersion = 1): StoredCase {
  return { id: result.id, commitment: 'talks', verdictVersion, isGone: false, replacedBy: null, since: EARLIER, result }
}

function talks(...cases: CaseResult[]): readonly Pick<CommitmentPart, 'id' | 'cases'>[] {
  return [{ id: 'talks', cases }]
}

const OCCASION: Occasion = { at: NOW, causeOf: () => 'evidence', newsOf: () => null }

describe('what is stored after an evaluation', () => {
  test('a new case, as a transition from nothing', () => {
    const { cases, transitions } = changesBetween([], talks(caseOf('a')), OCCASION)
    expect(cases).toMatchObject([{ verdictVersion: 1, since: EARLIER }])
    expect(transitions).toMatchObject([{ cause: 'evidence', before: null, occurredAt: EARLIER }])
  })

  test('nothing of a case that stays what it is', () => {
    const same = changesBetween([stored(caseOf('a'))], talks(caseOf('a')), OCCASION)
    expect([same.cases, same.transitions]).toEqual([[], []])
  })

  test('new words without a transition, and since when stays', () => {
    const { cases, transitions } = changesBetween(
      [stored(caseOf('a'))],
      talks(caseOf('a', { explanation: 'Still none.' })),
      OCCASION,
    )
    expect(cases).toMatchObject([{ since: EARLIER, verdictVersion: 1 }])
    expect(transitions).toEqual([])
  })

  test('a new verdict under the next version, since it became true', () => {
    const breached = caseOf('a', { phase: 'closed', verdict: 'breached', next_check: null })
    const { cases, transitions } = changesBetween([stored(caseOf('a'))], talks(breached), {
      ...OCCASION,
      causeOf: () => 'time',
    })
    expect(cases).toMatchObject([{ verdictVersion: 2, since: parseInstant('2026-03-02T12:00:00Z') }])
    expect(transitions).toMatchObject([{ cause: 'time' }])
  })

  test('another verdict through evidence as a correction, through a judgement as that', () => {
    const breached = stored(caseOf('a', { phase: 'closed', verdict: 'breached' }), 2)
    const evidence = [{ event: { source: 's', id: 'j', revision: 1 }, role: 'control', reason: 'judged' }] as const
    const met = caseOf('a', { phase: 'closed', verdict: 'met', evidence })
    const corrected = changesBetween([breached], talks(met), OCCASION)
    expect(corrected.transitions).toMatchObject([{ cause: 'correction', verdictVersion: 3 }])
    const judged = changesBetween([breached], talks(met), {
      ...OCCASION,
      newsOf: () => ({ event: knownEvent(judgement(), null), at: NOW }),
    })
    expect(judged.transitions).toMatchObject([{ cause: 'judgement' }])
  })

  test('a case that nothing yields any more as void, once', () => {
    const { cases } = changesBetween([stored(caseOf('a'))], talks(), OCCASION)
    expect(cases).toMatchObject([{ replacedBy: null, result: { verdict: 'void', phase: 'closed', next_check: null } }])
    const [gone] = cases
    expect(changesBetween([gone as StoredCase], talks(), OCCASION).cases).toEqual([])
  })

  test('a case whose trigger turned out to be another as replaced by the one that came', () => {
    const { cases } = changesBetween([stored(caseOf('a'))], talks(caseOf('b')), OCCASION)
    expect(cases.find(({ id }) => id.endsWith('#a'))).toMatchObject({ replacedBy: 'accord/talks@s#b' })
  })

  test('the cases of a commitment the rulebook no longer has as void', () => {
    const gone = { ...stored(caseOf('a')), commitment: 'old', id: 'accord/old@s#a' }
    const { cases } = changesBetween([gone], talks(), OCCASION)
    expect(cases).toMatchObject([{ commitment: 'old', isGone: true, result: { verdict: 'void' } }])
  })

  test('a case that comes back as it is now', () => {
    const gone = { ...stored(caseOf('a', { phase: 'closed', verdict: 'void', next_check: null })), isGone: true }
    expect(changesBetween([gone], talks(caseOf('a')), OCCASION).cases).toMatchObject([
      { isGone: false, verdictVersion: 2, result: { verdict: 'open' } },
    ])
  })
})

function judgement(): ServandaEvent {
  const parsed = parseEvent({
    specversion: '1.0',
    source: 's',
    id: 'j',
    type: 'servanda.judgement',
    time: '2026-03-02T11:00:00Z',
    data: { agreement: 'accord', case: 'accord/talks@s#a', verdict: 'met' },
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.event
}
