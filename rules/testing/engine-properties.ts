import fc from 'fast-check'
import { Engine } from '../engine/incremental/engine.ts'
import { NO_CASE, type StatusCode } from '../engine/status-code.ts'
import { evaluate, formatInstant, type Instant, instant, parseInstant } from '../index.ts'
import {
  expectSameEvaluation,
  expectSameGlance,
  expectSameStatuses,
  type Hearsay,
  toldBy,
} from './engine-against-reference.ts'
import { type GeneratedHistory, generatedHistory, viewpoint } from './generated-histories.ts'
import { type GeneratedRulebook, generatedRulebook } from './generated-rulebooks.ts'
import { known } from './worlds.ts'

/** What must hold of the engine in every world: LANGUAGE §5, Order does not matter, and `next_check`. */

/** A rulebook, a history and the instants at which it is looked at. */
export interface GeneratedWorld {
  readonly rules: GeneratedRulebook
  readonly history: GeneratedHistory
  readonly looks: readonly [Instant, Instant, Instant]
}

export const generatedWorld: fc.Arbitrary<GeneratedWorld> = fc.record({
  rules: generatedRulebook,
  history: fc.oneof({ weight: 6, arbitrary: generatedHistory(12) }, { weight: 1, arbitrary: generatedHistory(40) }),
  looks: fc.tuple(viewpoint, viewpoint, viewpoint),
})

/** Something that holds in every world, whatever `choice` is. */
export interface EngineProperty {
  readonly says: string
  /** How many worlds a test run tries. */
  readonly runs: number
  /** Throws where it does not hold; `choice` decides what is left open, the same way for the same number. */
  readonly check: (world: GeneratedWorld, choice: number) => void
}

export const ENGINE_PROPERTIES = {
  equalAtEveryPrefix: {
    says: 'after every event, whenever it is looked at, the engine keeps and tells what the reference finds',
    runs: 600,
    check({ rules: { rulebook }, history: { events }, looks }) {
      const engine = new Engine(rulebook)
      const heard: Hearsay = new Map()
      for (const [i, event] of events.entries()) {
        engine.take([event])
        expectSameStatuses(engine, events.slice(0, i + 1), looks[i % 3] as Instant, heard)
      }
      for (const look of looks) expectSameStatuses(engine, events, look, heard)
    },
  },

  equalInPrint: {
    says: 'the engine prints what the reference prints, whatever was known',
    runs: 150,
    check({ rules: { rulebook }, history: { events }, looks: [asOf, knownAt, other] }) {
      const engine = new Engine(rulebook)
      engine.take(events)
      expectSameEvaluation(engine, events, other)
      expectSameEvaluation(engine, events, asOf)
      expectSameGlance(engine, asOf)
      const then = new Engine(rulebook)
      then.take(toldBy(events, knownAt))
      expectSameEvaluation(then, events, asOf, knownAt)
    },
  },

  equalInAnyOrder: {
    says: 'the same told in another order, twice or in portions ends in the same cases',
    runs: 600,
    check({ rules: { rulebook }, history: { lines, events }, looks }, choice) {
      const engine = new Engine(rulebook)
      const portion = (choice % 5) + 1
      const twice = shuffled([...lines, ...lines], choice)
      for (let i = 0; i < twice.length; i += portion) {
        for (const line of twice.slice(i, i + portion)) engine.take(known([line]))
        engine.advance(looks[(i / portion) % 3] as Instant)
      }
      expectSameStatuses(engine, events, looks[0])
    },
  },

  blindToWhatIsRecordedLater: {
    says: 'what is recorded after known_at changes nothing',
    runs: 120,
    check({ rules: { rulebook }, history: { lines, events }, looks: [asOf, knownAt] }, choice) {
      const later = known([...lines, ...recordedAfter(knownAt, lines, choice)])
      const before = evaluate(rulebook, events, { asOf, knownAt })
      const after = new Engine(rulebook)
      after.take(toldBy(later, knownAt))
      expectSameEvaluation(after, events, asOf, knownAt)
      const again = evaluate(rulebook, later, { asOf, knownAt })
      if (JSON.stringify(before) !== JSON.stringify(again)) throw new Error('the reference looked ahead')
    },
  },

  changesWhenItSays: {
    says: 'without news nothing changes before next_check, and then something does',
    runs: 150,
    check({ rules: { rulebook }, history: { events }, looks: [asOf] }) {
      const engine = new Engine(rulebook)
      engine.take(events)
      for (const { id, next_check, cases } of engine.evaluate(asOf).commitments) {
        const now = codesOf(engine, id, asOf)
        const paused = new Set(
          cases.filter((c) => c.phase === 'suspended').map((c) => c.id.slice(c.id.indexOf('@') + 1)),
        )
        const same = (at: Instant): boolean => isSame(now, codesOf(engine, id, at), paused)
        if (next_check === null) {
          for (const at of SAMPLES)
            if (at > asOf && !same(at)) throw new Error(`${id} never changes, but did by ${formatInstant(at)}`)
          continue
        }
        const next = parseInstant(next_check)
        for (const at of [...SAMPLES, instant(next - 1)])
          if (at > asOf && at < next && !same(at))
            throw new Error(`${id} at ${formatInstant(asOf)} changes at ${next_check}, but did by ${formatInstant(at)}`)
        if (same(next)) throw new Error(`${id} at ${formatInstant(asOf)} changes at ${next_check}, but did not`)
        for (const one of cases) {
          const part = one.id.slice(one.id.indexOf('@') + 1)
          const until = one.next_check === null ? Number.POSITIVE_INFINITY : parseInstant(one.next_check)
          for (const at of SAMPLES)
            if (at > asOf && at < until && !paused.has(part) && codesOf(engine, id, at).get(part) !== now.get(part))
              throw new Error(
                `${one.id} at ${formatInstant(asOf)} changes at ${one.next_check}, but did by ${formatInstant(at)}`,
              )
        }
      }
    },
  },
} satisfies Record<string, EngineProperty>

/** Instants at which something may have changed: on the grid of the histories, and far off. */
const SAMPLES: readonly Instant[] = [0, 6, 18, 30, 48, 60, 90, 130, 156, 240, 700, 9_000].map((hours) =>
  instant(parseInstant('2024-02-29T00:00:00Z') + hours * 3_600_000),
)

function codesOf(engine: Engine, id: string, at: Instant): ReadonlyMap<string, StatusCode> {
  engine.advance(at)
  const { entries = [] } = engine.tracked(id) ?? {}
  return new Map(entries.filter(({ code }) => code !== NO_CASE).map(({ part, code }) => [part, code]))
}

function isSame(
  a: ReadonlyMap<string, StatusCode>,
  b: ReadonlyMap<string, StatusCode>,
  but: ReadonlySet<string>,
): boolean {
  const parts = new Set([...a.keys(), ...b.keys()])
  return [...parts].every((part) => but.has(part) || a.get(part) === b.get(part))
}

/** Corrections of what `lines` tell, and as many other reports, all recorded only after `knownAt`. */
function recordedAfter(knownAt: Instant, lines: readonly string[], choice: number): readonly string[] {
  const recordedtime = formatInstant(instant(knownAt + 1))
  return lines.flatMap((line, i): string[] => {
    const event = JSON.parse(line) as Record<string, unknown>
    switch ((choice + i) % 3) {
      case 0:
        return [JSON.stringify({ ...event, id: `later ${i}`, recordedtime })]
      case 1:
        return [JSON.stringify({ source: event.source, id: event.id, revision: 9, retracted: true, recordedtime })]
      default:
        return []
    }
  })
}

/** In an order that `choice` decides. */
export function shuffled<T>(all: readonly T[], choice: number): readonly T[] {
  let state = choice
  const next = (below: number): number => {
    // A linear congruential generator: good enough to mix a few dozen things.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const mixed = [...all]
  for (let i = mixed.length - 1; i > 0; i--) {
    const other = next(i + 1)
    ;[mixed[i], mixed[other]] = [mixed[other] as T, mixed[i] as T]
  }
  return mixed
}

/** `check` in a world after the other. */
export function inEveryWorld({ check }: Pick<EngineProperty, 'check'>): fc.IProperty<[GeneratedWorld, number]> {
  return fc.property(generatedWorld, fc.nat(), check)
}
