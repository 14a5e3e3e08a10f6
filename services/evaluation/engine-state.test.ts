import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openLog } from '../../config/log.ts'
import { parseInstant, type Rulebook } from '../../rules/index.ts'
import { ENGINE_EXAMPLES } from '../../rules/testing/engine-examples.ts'
import { generatedWorld } from '../../rules/testing/engine-properties.ts'
import { compiled, known, order, rulebookText, told } from '../../rules/testing/worlds.ts'
import { expectSameWhenSaved } from '../../test/properties/properties.ts'
import { describeOnEachDatabase } from '../../test/servers/modes.ts'
import { openStore, type Store } from '../store/index.ts'
import { advanceState, type EngineState } from './engine-state.ts'
import { MemoryStates } from './memory-state.ts'
import { sqlState } from './sql-state.ts'

/** Gives `work` the state that is kept of the agreement of a rulebook; what it saves is there the next time. */
type WithState = <T>(rulebook: Rulebook, work: (state: EngineState) => Promise<T>) => Promise<T>

const TALKS = compiled(
  rulebookText([
    'id: talks, kind: act, when: {event: attack}, within: 24h, counts: {event: talks, same: [attack]}',
    'id: aid, kind: total, during: {calendar_year: 2024}, counts: {event: aid, quantity: kg}, target: {at_least: 5, unit: kg}',
  ]),
)
const OTHER = compiled(
  rulebookText('id: talks, kind: act, when: {event: attack}, within: 48h, counts: {event: talks, same: [attack]}'),
)
const attack = (n: number, day: string) => told(`a${n}`, 'attack', `${day}T00:00Z`, { attack: n })
const talks = (n: number, day: string) => told(`t${n}`, 'talks', `${day}T12:00Z`, { attack: n })
const at = (day: string) => parseInstant(`${day}T18:00:00Z`)

/** What every port keeps to. */
function keepsToTheContract(inState: WithState, worlds: number): void {
  const advance = (events: readonly object[], day: string, rulebook = TALKS) =>
    inState(rulebook, async (state) => (await advanceState(state, rulebook, known(events), at(day))).changes)

  test('what was saved is there again: only what is new is told', async () => {
    expect(await advance([attack(1, '2024-03-01'), attack(2, '2024-03-01')], '2024-03-01')).toMatchObject([
      { part: 's#a1', status: { verdict: 'open' } },
      { part: 's#a2', status: { verdict: 'open' } },
      { commitment: 'aid', part: '2024', status: { verdict: 'open' } },
    ])
    expect(await advance([talks(2, '2024-03-01')], '2024-03-01')).toMatchObject([
      { commitment: 'talks', part: 's#a2', status: { verdict: 'met' } },
    ])
    expect(await advance([], '2024-03-01')).toEqual([])
  })

  test('only what news and time touch is loaded', async () => {
    const keys = { shares: [], events: [], cases: [], wakeBy: at('2024-03-01'), mostWaking: null }
    const load = (more: object) => inState(TALKS, (state) => state.load({ ...keys, ...more }))
    expect(await load({})).toEqual({ shares: [], cases: [], events: [] })
    const byEvent = await load({ events: [{ source: 's', id: 't2' }] })
    expect(byEvent.cases.map((c) => c.case)).toEqual(['s#a2'])
    expect(byEvent.events.map((e) => e.id).sort()).toEqual(['a2', 't2'])
    const byCase = await load({ cases: [{ commitment: 'talks', case: 's#a1' }] })
    expect(byCase.events.map((e) => e.id)).toEqual(['a1'])
    const byTime = await load({ wakeBy: parseInstant('2024-03-02T00:00:00.001Z') })
    expect(byTime.cases.map((c) => c.case)).toContain('s#a1')
    const soonest = await load({ wakeBy: parseInstant('2025-06-01T00:00:00Z'), mostWaking: 1 })
    expect(soonest.cases.map((c) => c.case)).toEqual(['s#a1'])
    const whole = await load({ shares: null })
    expect([whole.shares, whole.cases.length, whole.events.length]).toEqual([null, 3, 3])
  })

  test('a case that nothing opens any more is told as gone', async () => {
    const retraction = { source: 's', id: 'a2', revision: 2, retracted: true }
    expect(await advance([retraction], '2024-03-01')).toEqual([{ commitment: 'talks', part: 's#a2', status: null }])
    // The retraction is remembered: the first telling, late, opens nothing.
    expect(await advance([attack(2, '2024-03-01')], '2024-03-01')).toEqual([])
  })

  test('an order that bears on the whole agreement reaches every case', async () => {
    expect(await advance([order('o1', 'suspension', '2024-03-01T17:00Z')], '2024-03-01')).toMatchObject([
      { part: 's#a1', status: { phase: 'suspended' } },
      { commitment: 'aid', status: { phase: 'suspended' } },
    ])
  })

  test('what was saved under other rules is refused, whatever is asked', async () => {
    const refused = expect.objectContaining({ code: 'STATE_OF_OTHER_RULES', message: expect.stringContaining('anew') })
    await expect(advance([], '2024-03-02', OTHER)).rejects.toEqual(refused)
    await expect(
      inState(OTHER, (state) =>
        state.load({ shares: null, events: [], cases: [], wakeBy: at('2024-03-02'), mostWaking: null }),
      ),
    ).rejects.toEqual(refused)
    await expect(
      inState(OTHER, (state) =>
        state.save({ agreement: { asOf: at('2024-03-02'), wake: null }, events: [], cases: [], gone: [] }),
      ),
    ).rejects.toEqual(refused)
  })

  test('saved and loaded at any point it goes on as if it had never stopped', async () => {
    const property = fc.asyncProperty(generatedWorld, fc.nat(), (world, choice) =>
      inState(world.rules.rulebook, async (state) => {
        await state.discard()
        await expectSameWhenSaved(state, world, choice)
      }),
    )
    await fc.assert(property, { numRuns: worlds })
  }, 120_000)

  test.each(ENGINE_EXAMPLES)('also where $says', ({ world, choice }) =>
    inState(world.rules.rulebook, async (state) => {
      await state.discard()
      await expectSameWhenSaved(state, world, choice)
    }),
  )
}

describe('the engine state in memory', () => {
  const states = new MemoryStates()
  keepsToTheContract((rulebook, work) => work(states.of(rulebook)), 500)
})

describeOnEachDatabase('the engine state in the database', (server) => {
  let store: Store
  beforeAll(async () => {
    store = await openStore({ ...server(), log: openLog({ logLevel: 'silent' }) })
  })
  afterAll(() => store?.close())
  keepsToTheContract((rulebook, work) => store.transaction((trx) => work(sqlState(trx, rulebook))), 40)
})
