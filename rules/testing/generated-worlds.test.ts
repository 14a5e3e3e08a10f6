import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Engine, FLAGS, PHASES } from '../index.ts'
import { generatedWorld } from './engine-properties.ts'

/** What each kind can come to, beside what a judgement may say of any. */
const VERDICTS_OF = {
  act: 'breached excused met met_late open repaired unknown void',
  total: 'breached excused met open partly_met unknown void',
  maintain: 'breached excused met open repaired unknown void',
  prohibit: 'breached excused met needs_judgement open repaired unknown void',
  endeavour: 'excused met needs_judgement open unknown void',
  power: 'excused exercised lapsed open unknown void',
} as const

test('the worlds made at random bring every kind to every verdict it can have, through every phase and flag', () => {
  const seen = new Set<string>()
  for (const { rules, history, looks } of fc.sample(generatedWorld, { numRuns: 3_000, seed: 5 })) {
    const engine = new Engine(rules.rulebook)
    const kinds = new Map(rules.rulebook.commitments.map(({ id, kind }) => [id, kind]))
    engine.take(history.events)
    for (const look of looks) {
      engine.advance(look)
      for (const { commitment, status } of engine.statuses()) {
        for (const flag of [status.phase, ...status.flags]) seen.add(flag)
        seen.add(`${kinds.get(commitment)} ${status.verdict}`)
      }
    }
  }
  const wanted = Object.entries(VERDICTS_OF).flatMap(([kind, all]) => all.split(' ').map((one) => `${kind} ${one}`))
  expect([...wanted, ...PHASES, ...FLAGS].filter((one) => !seen.has(one))).toEqual([])
}, 60_000)
