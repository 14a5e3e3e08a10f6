import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  compileRulebook,
  formatProblem,
  type KnownEvent,
  type Rulebook,
  readEvents,
  refusedEvents,
  runScenarios,
} from '../index.ts'

// The scenarios that stand beside the rules of every shipped agreement, and that its evidence can be read under it.

const SHARED = join(import.meta.dirname, 'shared')
const agreements = readdirSync(import.meta.dirname).filter((name) =>
  existsSync(join(import.meta.dirname, name, 'rulebook.yaml')),
)

test('agreements are shipped', () => {
  expect(agreements.length).toBeGreaterThan(0)
})

describe.each(agreements)('%s', (name) => {
  const rulebook = shipped(name)

  test.each(rulebook.tests.map((scenario) => [scenario.name, scenario] as const))('%s', (_, scenario) => {
    expect(runScenarios({ ...rulebook, tests: [scenario] }).mismatches).toEqual([])
  })

  test('every commitment is in a scenario', () => {
    const tested = new Set(rulebook.tests.flatMap((scenario) => scenario.expect.map(({ commitment }) => commitment)))
    expect(rulebook.commitments.map(({ id }) => id).filter((id) => !tested.has(id))).toEqual([])
  })

  test('its evidence is sound', () => {
    const file = join(import.meta.dirname, name, 'evidence.ndjson')
    if (existsSync(file)) expect(refusedEvents(rulebook, soundEvents(file))).toEqual([])
  })
})

describe('what the agreements share', () => {
  const events = readdirSync(SHARED).filter((file) => file.endsWith('.ndjson'))

  test.each(events)('%s is sound, and every agreement takes it', (file) => {
    const read = soundEvents(join(SHARED, file))
    expect(agreements.flatMap((name) => refusedEvents(shipped(name), read))).toEqual([])
  })

  test.each(readdirSync(SHARED).filter((file) => file.endsWith('.yaml')))('%s is included somewhere', (file) => {
    expect(agreements.some((name) => shipped(name).included.some((one) => `${one.name}.yaml` === file))).toBe(true)
  })
})

function soundEvents(file: string): readonly KnownEvent[] {
  const { events, problems } = readEvents(readFileSync(file, 'utf8'), file)
  expect(problems.map(formatProblem)).toEqual([])
  return events
}

function shipped(name: string): Rulebook {
  const compiled = compileRulebook(
    readFileSync(join(import.meta.dirname, name, 'rulebook.yaml'), 'utf8'),
    `${name}/rulebook.yaml`,
    (shared) => ({ file: `shared/${shared}.yaml`, text: readFileSync(join(SHARED, `${shared}.yaml`), 'utf8') }),
  )
  if (!compiled.ok) throw new Error(compiled.problems.map(formatProblem).join('\n'))
  return compiled.rulebook
}
