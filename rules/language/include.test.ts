import { describe, expect, test } from 'vitest'
import { compileRulebook, formatProblem, type Include, runScenarios } from '../index.ts'

// A rulebook uses the terms, sources and calendars of the files it includes; what is wrong is told where it stands.

const SHARED = `servanda: 1
sources: [{id: tracker, is: [https://tracker.example/], covers: [aid]}]
calendars: {office: {weekend: [sat, sun]}}
terms:
  new_attack: {episode: {of: attack, where: {scale: major}, merge_within: 72h}}
  aid_booked: {counts: {event: aid, where: {stage: allocation}, amount: sum, currency: currency, dedupe: flow}}
`

function rulebook(commitments: string, head = 'include: shared'): string {
  return `servanda: 1
${head}
agreement:
  {id: accord, title: Accord, legal_force: political, parties: {JPN: Japan, UKR: Ukraine},
   in_force: {from: 2024-01-01, term: 10y}, zone: Europe/Kyiv}
commitments:
${commitments}`
}

const TALKS =
  '  - {id: talks, title: Talks, kind: act, by: JPN, when: {episode: new_attack}, within: 24h, counts: {event: talks}}\n'
const MONEY = `  - {id: money, title: 100 euros, kind: total, by: JPN, during: {calendar_year: 2024},
     target: {at_least: 100, unit: EUR}, counts: {term: aid_booked, where: {donor: JPN}}, reported_by: tracker}
`

function files(texts: Readonly<Record<string, string>>): Include {
  return (name) => (Object.hasOwn(texts, name) ? { file: `shared/${name}.yaml`, text: texts[name] ?? '' } : null)
}

function said(text: string, include?: Include): readonly string[] {
  const compiled = compileRulebook(text, 'rulebook.yaml', include)
  return compiled.ok ? [] : compiled.problems.map((problem) => formatProblem(problem).split('\n')[0] ?? '')
}

function hashOf(text: string, include?: Include): string {
  const compiled = compileRulebook(text, 'rulebook.yaml', include)
  if (!compiled.ok) throw new Error(compiled.problems.map(formatProblem).join('\n'))
  return compiled.rulebook.hash
}

test('what is included may be used, and may go unused', () => {
  expect(said(rulebook(TALKS), files({ shared: SHARED }))).toEqual([])
  expect(said(rulebook(MONEY), files({ shared: SHARED }))).toEqual([])
  expect(said(rulebook(TALKS.replace('within: 24h', 'within: 3bd of office')), files({ shared: SHARED }))).toEqual([])
})

test('a term that counts is narrowed down where it is used', () => {
  const tests = `tests:
  - name: only Japan's allocations count, and a flow once
    given:
      - {at: 2024-02-01T00:00, event: aid, source: 'https://tracker.example/', data: {donor: JPN, stage: allocation, sum: "60", currency: EUR, flow: a}}
      - {at: 2024-02-02T00:00, event: aid, source: 'https://tracker.example/', data: {donor: JPN, stage: allocation, sum: "60", currency: EUR, flow: a}}
      - {at: 2024-02-03T00:00, event: aid, source: 'https://tracker.example/', data: {donor: POL, stage: allocation, sum: "70", currency: EUR, flow: b}}
      - {at: 2024-02-04T00:00, event: aid, source: 'https://tracker.example/', data: {donor: JPN, stage: pledge, sum: "70", currency: EUR, flow: c}}
    expect:
      - {at: 2024-06-01T00:00, commitment: money, verdict: open, value: {min: "60"}}
`
  const compiled = compileRulebook(rulebook(MONEY + tests), 'rulebook.yaml', files({ shared: SHARED }))
  expect(compiled).toMatchObject({ ok: true })
  if (compiled.ok) expect(runScenarios(compiled.rulebook)).toMatchObject({ expectations: 1, mismatches: [] })
})

describe('the hash', () => {
  test('covers what is included', () => {
    const before = hashOf(rulebook(TALKS), files({ shared: SHARED }))
    expect(hashOf(rulebook(TALKS), files({ shared: SHARED }))).toBe(before)
    expect(hashOf(rulebook(TALKS), files({ shared: SHARED.replace('72h', '71h') }))).not.toBe(before)
  })

  test('keeps the included texts, so that the rulebook can be read again from itself', () => {
    const compiled = compileRulebook(rulebook(TALKS), 'rulebook.yaml', files({ shared: SHARED }))
    expect(compiled).toMatchObject({
      ok: true,
      rulebook: { included: [{ name: 'shared', file: 'shared/shared.yaml', text: SHARED }] },
    })
  })
})

describe('what is wrong is told where it stands', () => {
  test.each<[string, string, Readonly<Record<string, string>>, readonly string[]]>([
    [
      'in the included file',
      rulebook(TALKS),
      { shared: SHARED.replace('merge_within: 72h', 'merge_within: often') },
      ['shared/shared.yaml:5:75: "often" is not a duration such as 90m, 24h, 3d, 2w, 6mo, 10y or 10bd of tokyo'],
    ],
    [
      'in an included file that is no YAML: what it would declare is not missed',
      rulebook(TALKS),
      { shared: 'a: [' },
      ['shared/shared.yaml:1:5: Flow sequence in block collection must be sufficiently indented and end with a ]'],
    ],
    [
      'in what names no file',
      rulebook(TALKS),
      {},
      ['rulebook.yaml:2:10: there are no shared definitions shared to include'],
    ],
    [
      'in a name that no file declares',
      rulebook(TALKS.replace('new_attack', 'new_atack')),
      { shared: SHARED },
      ['rulebook.yaml:7:67: there is no term new_atack'],
    ],
    [
      'in a name that is declared here too',
      rulebook(TALKS, 'include: shared\nterms: {new_attack: {episode: {of: attack}}}'),
      { shared: SHARED },
      ['rulebook.yaml:3:9: the term new_attack is declared here and in the included shared/shared.yaml'],
    ],
    [
      'in an address that is a source there and another one here',
      rulebook(TALKS, 'include: shared\nsources: [{id: press, is: [https://tracker.example/], covers: [aid]}]'),
      {
        shared:
          'servanda: 1\nsources: [{id: tracker, is: [https://tracker.example/]}]\nterms: {new_attack: {episode: {of: attack}}}',
      },
      ['rulebook.yaml:3:11: the sources tracker and press are both https://tracker.example/'],
    ],
    [
      'in a name that two files declare',
      rulebook(TALKS, 'include: [one, two]'),
      { one: SHARED, two: 'servanda: 1\nterms: {new_attack: {episode: {of: attack}}}' },
      ['rulebook.yaml:2:16: shared/two.yaml declares the term new_attack, and so does shared/one.yaml'],
    ],
    [
      'in what is included twice',
      rulebook(TALKS, 'include: [shared, shared]'),
      { shared: SHARED },
      ['rulebook.yaml:2:19: shared is included twice'],
    ],
    [
      'in a term that is used for what it is not',
      rulebook(TALKS.replace('new_attack', 'aid_booked') + MONEY.replace('aid_booked', 'new_attack')),
      { shared: SHARED },
      [
        'rulebook.yaml:7:67: aid_booked counts, it is no occasion',
        'rulebook.yaml:9:57: new_attack groups events into occasions, it counts nothing',
      ],
    ],
    [
      'in a shared file that promises',
      rulebook(TALKS),
      { shared: `${SHARED}commitments: []\n` },
      ['shared/shared.yaml:7:1: a file of shared definitions has no key commitments'],
    ],
    [
      'in a shared file that includes another, so that no circle can arise',
      rulebook(TALKS),
      { shared: `${SHARED}include: shared\n` },
      ['shared/shared.yaml:7:1: a file of shared definitions has no key include'],
    ],
    [
      'in a term of a term',
      rulebook(TALKS),
      { shared: `${SHARED}  again: {counts: {term: aid_booked}}\n` },
      ['shared/shared.yaml:7:19: the term again counts another term'],
    ],
  ])('%s', (_, text, texts, expected) => {
    expect(said(text, files(texts))).toEqual(expected)
  })
})

describe('hostile includes are refused', () => {
  const asked: string[] = []
  const listening: Include = (name) => {
    asked.push(name)
    return null
  }

  test.each([
    '../../secret',
    '/etc/passwd',
    'a/b',
    '..',
    '.hidden',
    'C:\\x',
    '"shared\\0"',
    'https://example.org/x',
    '~',
  ])('%s is never asked for', (name) => {
    asked.length = 0
    expect(said(rulebook(TALKS, `include: [${name}]`), listening)).not.toEqual([])
    expect(asked).toEqual([])
  })

  test('in a text that comes alone', () => {
    expect(said(rulebook(TALKS))).toEqual(['rulebook.yaml:2:10: there are no shared definitions shared to include'])
  })

  test.each<[string, Readonly<Record<string, string>>]>([
    ['a huge file', { shared: `${SHARED}# ${'x'.repeat(600_000)}` }],
    ['aliases', { shared: 'a: &a [x]\nb: *a' }],
    ['deep nesting', { shared: '['.repeat(100_000) }],
    ['__proto__', { shared: '__proto__: {polluted: true}\n' }],
  ])('%s', (_, texts) => {
    const started = performance.now()
    expect(said(rulebook(TALKS), files(texts))).not.toEqual([])
    expect(performance.now() - started).toBeLessThan(1000)
  })

  test('many files, and many that are large together', () => {
    const names = Array.from({ length: 1000 }, (_, i) => `f${i}`)
    const texts = Object.fromEntries(names.map((name) => [name, 'servanda: 1\n']))
    expect(said(rulebook(TALKS, `include: [${names.join(', ')}]`), files(texts)).join()).toContain(
      'more than 20 files are included',
    )
    const large = Object.fromEntries(names.map((name) => [name, `servanda: 1\n# ${'x'.repeat(200_000)}`]))
    expect(said(rulebook(TALKS, `include: [f1, f2, f3]`), files(large)).at(-1)).toMatch(
      'with f3, the rulebook and what it includes have more than 500000 characters',
    )
  })
})
