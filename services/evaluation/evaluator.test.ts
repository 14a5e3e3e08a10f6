import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import { openLog } from '../../config/log.ts'
import {
  type CaseResult,
  evaluate,
  formatInstant,
  type Instant,
  type KnownEvent,
  knownEvent,
  parseEvent,
  parseJson,
  type Rulebook,
} from '../../rules/index.ts'
import { ENGINE_EXAMPLES } from '../../rules/testing/engine-examples.ts'
import { type GeneratedWorld, generatedWorld, shuffled } from '../../rules/testing/engine-properties.ts'
import { describeOnEachDatabase } from '../../test/servers/modes.ts'
import { History } from '../history/index.ts'
import { appendBatches } from '../ledger/index.ts'
import { listenersOn, loadRulebooks, RulebookShelf, ScenarioTrials } from '../rulebooks/index.ts'
import { openStore, type Store } from '../store/index.ts'
import { Evaluator } from './evaluator.ts'

const log = openLog({ logLevel: 'silent' })

describeOnEachDatabase('what the service keeps of an agreement', (server) => {
  let store: Store
  const clock = new TestClock('2024-03-01T00:00:00Z')
  beforeAll(async () => {
    store = await openStore({ ...server(), log })
  })
  afterAll(() => store?.close())

  /** Takes the events in portions, at the instants of the looks, and compares what is kept with the reference each time. */
  async function expectSameAsReference({ rules, history, looks }: GeneratedWorld, choice: number): Promise<void> {
    await forgetEverything(store)
    const shelf = new RulebookShelf()
    const evaluator = new Evaluator({ store, clock, shelf, log, alertWindowMs: 0 })
    const { rulebook } = rules
    const [first = 0, ...later] = [...looks].sort((a, b) => a - b)
    clock.set(formatInstant(first as Instant))
    const told = shuffled(history.events, choice)
    const before = choice % told.length || 0
    await append(store, shelf, told.slice(0, before), first as Instant)
    const folder = {
      rulebooks: [{ file: 'rulebook.yaml', text: rules.text, evidence: null }],
      shared: [],
      evidence: [],
    }
    const trials = new ScenarioTrials({ log })
    await loadRulebooks(folder, { store, shelf, trials, now: () => first as Instant, log })
    await evaluator.bringUpToDate(rulebook.id)
    await expectSame(store, rulebook, first as Instant)
    const rest = told.slice(before)
    for (const [i, look] of later.entries()) {
      const portion = i === later.length - 1 ? rest.splice(0) : rest.splice(0, Math.ceil(rest.length / 2))
      clock.set(formatInstant(look))
      for (const event of portion) await append(store, shelf, [event], look as Instant)
      await evaluator.bringUpToDate(rulebook.id)
      await expectSame(store, rulebook, look as Instant)
    }
  }

  test('is what the reference finds on the ledger', async () => {
    await fc.assert(fc.asyncProperty(generatedWorld, fc.nat(), expectSameAsReference), { numRuns: 12 })
  }, 240_000)

  test('and what was believed at any time is what `evaluate` gives on the ledger as it is now', async () => {
    const history = new History({ store, shelf: new RulebookShelf(), log, alertWindowMs: 0 })
    const ask = async (world: GeneratedWorld, choice: number): Promise<void> => {
      await expectSameAsReference(world, choice)
      const [asOf, knownAt] = world.looks
      const question = {
        agreement: world.rules.rulebook.id,
        asOf,
        knownAt,
        rulebookVersion: null,
        cases: 'all',
      } as const
      const { known_basis, rulebook_version, ...found } = JSON.parse(await text(await history.evaluation(question)))
      expect(found).toEqual(evaluate(world.rules.rulebook, await wholeLedger(store), { asOf, knownAt }))
    }
    await fc.assert(fc.asyncProperty(generatedWorld, fc.nat(), ask), { numRuns: 5 })
  }, 120_000)

  test.each(ENGINE_EXAMPLES)('also where $says', ({ world, choice }) => expectSameAsReference(world, choice))
})

async function append(
  store: Store,
  shelf: RulebookShelf,
  events: GeneratedWorld['history']['events'],
  at: Instant,
): Promise<void> {
  const batches = events.map((event) => ({
    events: [event],
    origin: 'import' as const,
    keyId: null,
    authorize: () => null,
  }))
  await store.transaction((trx) => appendBatches(trx, batches, at, listenersOn(shelf)))
}

/**
 * But for what a share cannot know (what was ignored in others) and what moves on by itself between two looks (how much of
 * a total is expected by now).
 */
function kept({ evidence, evidence_omitted, next_check, value, ...rest }: CaseResult) {
  return {
    ...rest,
    value: value && { ...value, expected: value.expected !== null },
    evidence: evidence.filter(({ role }) => role !== 'ignored'),
  }
}

async function expectSame(store: Store, rulebook: Rulebook, at: Instant): Promise<void> {
  const wanted = evaluate(rulebook, await wholeLedger(store), { asOf: at })
  const cases = await store.db
    .selectFrom('servanda.cases')
    .select('result')
    .where('is_gone', '=', false)
    .orderBy('commitment')
    .orderBy('opened_at')
    .orderBy('opened_to')
    .orderBy('id')
    .execute()
  const found = new Map(cases.map(({ result }) => [(result as CaseResult).id, kept(result as CaseResult)]))
  const all = wanted.commitments.flatMap((one) => one.cases)
  expect([...found.keys()].sort()).toEqual(all.map(({ id }) => id).sort())
  for (const one of all) expect(found.get(one.id)).toEqual(kept(one))
  const heads = await store.db.selectFrom('servanda.commitments').selectAll().orderBy('position').execute()
  expect(heads.map(({ id, indicator, record }) => ({ id, indicator, record }))).toEqual(
    wanted.commitments.map(({ id, indicator, record }) => ({ id, indicator, record })),
  )
  for (const [i, { next_check }] of wanted.commitments.entries()) {
    const kept = heads[i]?.next_check ?? null
    if (next_check === null) continue
    expect(kept === null ? 'never' : formatInstant(kept) <= next_check).toBe(true)
  }
}

async function wholeLedger(store: Store): Promise<readonly KnownEvent[]> {
  const rows = await store.db.selectFrom('servanda.events').selectAll().orderBy('seq').execute()
  return rows.map(({ content, recorded_at, claimed_at }) => {
    const parsed = parseEvent(parseJson(content))
    if (!parsed.ok) throw new Error(content)
    return knownEvent(parsed.event, claimed_at ?? recorded_at)
  })
}

/** As if nothing had ever been: the ledger lets nobody do that. */
async function forgetEverything(store: Store): Promise<void> {
  for (const table of ['events', 'transitions'])
    await store.pool.query(`alter table servanda.${table} disable trigger append_only`)
  await store.pool.query(`truncate servanda.events, servanda.rulebooks, servanda.agreements, servanda.commitments,
    servanda.cases, servanda.transitions, servanda.outbox, servanda.engine_agreements, servanda.engine_cases,
    servanda.engine_events, servanda.set_aside, servanda.intents, servanda.told, servanda.acknowledgements, servanda.escalations,
    servanda.deliveries`)
  for (const table of ['events', 'transitions'])
    await store.pool.query(`alter table servanda.${table} enable trigger append_only`)
}
