import { expect, test } from 'vitest'
import { compileRulebook, type Instant, includeFrom, parseInstant } from '../../rules/index.ts'
import { ACCORD } from '../../test/journeys/accord.ts'
import { expectedSources } from './silence.ts'

const SOURCES = `sources:
  - {id: ministry, is: [https://ministry.example/, https://mirror.example/], expected_every: 7d}
  - {id: press, expected_every: 36h}
  - {id: archive, is: [https://archive.example/], covers: [attack]}
`

const HEARD: Record<string, string> = {
  'https://ministry.example/': '2026-03-02T10:00:00Z',
  'https://mirror.example/': '2026-03-03T10:00:00Z',
  archive: '2026-03-01T00:00:00Z',
}

function expected(since: string, watermarks: Record<string, string> = {}) {
  const compiled = compileRulebook(ACCORD.replace('terms:', `${SOURCES}terms:`), 'accord.yaml', includeFrom([]))
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems))
  const at = (text: string | undefined): Instant | null => (text === undefined ? null : parseInstant(text))
  const heard = { event: (source: string) => at(HEARD[source]), watermark: (id: string) => at(watermarks[id]) }
  return expectedSources(compiled.rulebook, heard, parseInstant(since))
}

test('A source is expected again after the last of anything it is known by', () => {
  expect(expected('2026-01-01T00:00:00Z')[0]).toEqual({
    agreement: 'accord',
    source: 'ministry',
    heardAt: parseInstant('2026-03-03T10:00:00Z'),
    expectedBy: parseInstant('2026-03-10T10:00:00Z'),
  })
})

test('A watermark is word from its source', () => {
  const [ministry] = expected('2026-01-01T00:00:00Z', { ministry: '2026-03-04T10:00:00Z' })
  expect(ministry).toMatchObject({ expectedBy: parseInstant('2026-03-11T10:00:00Z') })
})

test('One that was never heard of is expected from when we began to listen, and one without a rhythm never', () => {
  expect(expected('2026-03-20T00:00:00Z')).toMatchObject([
    { source: 'ministry', expectedBy: parseInstant('2026-03-27T00:00:00Z') },
    { source: 'press', heardAt: null, expectedBy: parseInstant('2026-03-21T12:00:00Z') },
  ])
})
