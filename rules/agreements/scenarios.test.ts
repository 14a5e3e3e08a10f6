import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  compileRulebook,
  evaluate,
  formatProblem,
  knownEvent,
  type Rulebook,
  readEvents,
  refusedEvents,
} from '../index.ts'

// The scenarios that stand beside the rules of every shipped agreement, and that its evidence can be read under it.

const agreements = readdirSync(import.meta.dirname).filter((name) =>
  existsSync(join(import.meta.dirname, name, 'rulebook.yaml')),
)

test('agreements are shipped', () => {
  expect(agreements.length).toBeGreaterThan(0)
})

describe.each(agreements)('%s', (name) => {
  const rulebook = shipped(name)

  test.each(rulebook.tests.map((scenario) => [scenario.name, scenario] as const))(
    '%s',
    (_, { given, expect: expected }) => {
      const events = given.map((event) => knownEvent(event, event.recordedTime))
      for (const { at, asOf, knownAt, commitment, case: part, fields } of expected) {
        const found = evaluate(rulebook, events, { asOf, knownAt }).commitments.find(({ id }) => id === commitment)
        const cases = found?.cases.filter(({ id }) => part === null || id.includes(part)) ?? []
        const subject = Object.keys(fields).every((field) => field in (found ?? {})) ? found : cases[0]
        if (subject !== found) expect([`line ${at.line}: cases`, cases.length]).toEqual([`line ${at.line}: cases`, 1])
        expect({ line: at.line, ...subject }).toMatchObject({ line: at.line, ...fields })
      }
    },
  )

  test('every commitment is in a scenario', () => {
    const tested = new Set(rulebook.tests.flatMap((scenario) => scenario.expect.map(({ commitment }) => commitment)))
    expect(rulebook.commitments.map(({ id }) => id).filter((id) => !tested.has(id))).toEqual([])
  })

  test('its evidence is sound', () => {
    const file = join(import.meta.dirname, name, 'evidence.ndjson')
    if (!existsSync(file)) return
    const { events, problems } = readEvents(readFileSync(file, 'utf8'), file)
    expect(problems.map(formatProblem)).toEqual([])
    expect(refusedEvents(rulebook, events)).toEqual([])
  })
})

function shipped(name: string): Rulebook {
  const compiled = compileRulebook(
    readFileSync(join(import.meta.dirname, name, 'rulebook.yaml'), 'utf8'),
    `${name}/rulebook.yaml`,
  )
  if (!compiled.ok) throw new Error(compiled.problems.map(formatProblem).join('\n'))
  return compiled.rulebook
}
