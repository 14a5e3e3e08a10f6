import { describe, expect, test } from 'vitest'
import { type Instant, parseEvent, parseInstant, type ServandaEvent } from '../../rules/index.ts'
import { GENESIS } from './chain.ts'
import { type Batch, type Head, type HeldRevision, type KnownRevision, planAppend } from './plan.ts'

const AT = parseInstant('2026-03-01T10:00:00Z')
const EMPTY: Head = { seq: 0, hash: GENESIS, recordedAt: Number.NEGATIVE_INFINITY as Instant }

function event(id: string, changes: object = {}): ServandaEvent {
  const parsed = parseEvent({
    specversion: '1.0',
    source: 's',
    id,
    type: 'attack',
    time: '2026-03-01T09:00:00Z',
    ...changes,
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.event
}

function batch(...events: ServandaEvent[]): Batch {
  return { events, origin: 'http', keyId: 'k', authorize: () => null }
}

function held(one: ServandaEvent, seq: number): HeldRevision {
  return { ...one, digest: one.digest, seq, recordedAt: AT }
}

describe('an append', () => {
  test('numbers rows without a gap, each naming the one before', () => {
    const { rows } = planAppend(EMPTY, [], [batch(event('a'), event('b')), batch(event('c'))], AT)
    expect(rows.map(({ seq }) => seq)).toEqual([1, 2, 3])
    expect(rows.map(({ previousHash }) => previousHash)).toEqual([GENESIS, rows[0]?.hash, rows[1]?.hash])
  })

  test.each([
    ['a moment ago', '2026-03-01T09:59:59Z', true],
    ['this moment', '2026-03-01T10:00:00Z', true],
    ['a moment to come', '2026-03-01T10:00:00.001Z', false],
  ])('takes the claim that an event became known %s, or not', (_when, recordedtime, taken) => {
    const [outcome] = planAppend(EMPTY, [], [batch(event('a', { recordedtime }))], AT).outcomes
    expect(outcome?.ok).toBe(taken)
    if (outcome && !outcome.ok)
      expect(outcome.refusals).toMatchObject([{ code: 'EVENT_INVALID', pointer: '/recordedtime' }])
  })

  test('leaves the claims of an import alone: a replay under a clock that is set back holds what came later', () => {
    const imported = { ...batch(event('a', { recordedtime: '2026-03-02T00:00:00Z' })), origin: 'import' as const }
    expect(planAppend(EMPTY, [], [imported], AT).outcomes[0]?.ok).toBe(true)
  })

  test('takes nothing new that somebody objects to, and goes on knowing what it knows', () => {
    const object = () => ({ pointer: '', message: 'no such day', mend: 'check the date' })
    const { rows, outcomes } = planAppend(
      EMPTY,
      [held(event('a'), 1)],
      [batch(event('a')), batch(event('b'))],
      AT,
      object,
    )
    expect(rows).toEqual([])
    expect(outcomes).toMatchObject([
      { ok: true, receipts: [{ duplicate: true }] },
      { ok: false, refusals: [{ code: 'EVENT_INVALID', message: 'no such day', mend: 'check the date' }] },
    ])
  })

  test('never records earlier than the row before, whatever the clock says', () => {
    const later = parseInstant('2026-03-01T11:00:00Z')
    expect(planAppend({ ...EMPTY, recordedAt: later }, [], [batch(event('a'))], AT).rows[0]?.recordedAt).toBe(later)
  })

  test('takes the same content for the same event: no row, the first receipt', () => {
    const { rows, outcomes } = planAppend(EMPTY, [held(event('a'), 4)], [batch(event('a'))], AT)
    expect(rows).toEqual([])
    expect(outcomes).toMatchObject([{ ok: true, receipts: [{ seq: 4, duplicate: true }] }])
  })

  test('knows what came earlier in the same group', () => {
    const { rows, outcomes } = planAppend(EMPTY, [], [batch(event('a')), batch(event('a'), event('a'))], AT)
    expect(rows).toHaveLength(1)
    expect(outcomes[1]).toMatchObject({ ok: true, receipts: [{ duplicate: true }, { duplicate: true }] })
  })

  test('refuses other content under the same revision, with both digests', () => {
    const first = event('a')
    const other = event('a', { data: { scale: 'major' } })
    const { outcomes } = planAppend(EMPTY, [held(first, 1)], [batch(other)], AT)
    expect(outcomes[0]).toMatchObject({
      ok: false,
      refusals: [{ code: 'EVENT_CONFLICT', details: { known_digest: first.digest, sent_digest: other.digest } }],
    })
  })

  test.each([
    { revision: 2, taken: true },
    { revision: 3, taken: false },
  ])('over HTTP revision $revision after revision 1 is taken: $taken', ({ revision, taken }) => {
    expect(planAppend(EMPTY, [held(event('a'), 1)], [batch(event('a', { revision }))], AT).outcomes[0]?.ok).toBe(taken)
  })

  test('of an import may leave revisions out', () => {
    const imported = { ...batch(event('a', { revision: 5 })), origin: 'import' as const }
    expect(planAppend(EMPTY, [], [imported], AT).outcomes[0]?.ok).toBe(true)
  })

  test('takes nothing of a batch with one refusal, and the batches beside it whole', () => {
    const conflict = event('a', { data: { scale: 'major' } })
    const { rows, outcomes } = planAppend(
      EMPTY,
      [held(event('a'), 1)],
      [batch(event('b'), conflict), batch(event('b', { data: { other: true } }))],
      AT,
    )
    expect(outcomes.map(({ ok }) => ok)).toEqual([false, true])
    expect(rows.map(({ event }) => event.data)).toEqual([{ other: true }])
  })

  test('asks whether the sender may, with the revisions known', () => {
    const asked: unknown[] = []
    const authorize = (_event: ServandaEvent, known: readonly KnownRevision[]) => {
      asked.push(known)
      return 'no'
    }
    const retraction = event('a', { revision: 2, retracted: true, type: undefined })
    const { outcomes } = planAppend(EMPTY, [held(event('a'), 1)], [{ ...batch(retraction), authorize }], AT)
    expect(asked).toMatchObject([[{ revision: 1, type: 'attack', standing: 'reported' }]])
    expect(outcomes[0]).toMatchObject({ ok: false, refusals: [{ code: 'EVENT_FORBIDDEN', message: 'no' }] })
  })
})
