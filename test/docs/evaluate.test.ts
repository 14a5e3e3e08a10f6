import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import {
  type CaseResult,
  compileRulebook,
  type Evaluation,
  evaluate,
  parseInstant,
  readEvents,
} from '../../rules/index.ts'
import { compiled, known, rulebookText, told } from '../../rules/testing/worlds.ts'
import { run } from './run-evaluate.ts'

const folder = mkdtempSync(join(tmpdir(), 'servanda-evaluate-'))
afterAll(() => rmSync(folder, { recursive: true }))

const ACCORD = 'rules/agreements/japan-ukraine-2024'
const FILES = ['--rules', `${ACCORD}/rulebook.yaml`, '--events', `${ACCORD}/evidence.ndjson`]

function accord(asOf: string, knownAt: string | null = null): Evaluation {
  const shared = (name: string) => {
    const file = `${ACCORD}/../shared/${name}.yaml`
    return { file, text: readFileSync(file, 'utf8') }
  }
  const rulebook = compileRulebook(readFileSync(`${ACCORD}/rulebook.yaml`, 'utf8'), 'rulebook.yaml', shared)
  if (!rulebook.ok) throw new Error('the accord does not compile')
  const { events } = readEvents(readFileSync(`${ACCORD}/evidence.ndjson`, 'utf8'), 'evidence.ndjson')
  return evaluate(rulebook.rulebook, events, {
    asOf: parseInstant(asOf),
    knownAt: knownAt === null ? null : parseInstant(knownAt),
  })
}

test('what is printed piece by piece is the reference as one JSON text', async () => {
  for (const asOf of ['2024-01-01T00:00:00Z', '2025-07-01T00:00:00Z'])
    for (const knownAt of [null, '2025-01-15T00:00:00Z']) {
      const options = ['--as-of', asOf, '--format', 'json', ...(knownAt === null ? [] : ['--known-at', knownAt])]
      const { printed } = await run([...FILES, ...options])
      expect(printed).toBe(`${JSON.stringify(accord(asOf, knownAt), null, 2)}\n`)
    }
})

describe('--cases', () => {
  const asOf = '2025-07-01T00:00:00Z'
  const listed = async (...options: string[]): Promise<Evaluation> =>
    JSON.parse((await run([...FILES, '--as-of', asOf, '--format', 'json', ...options])).printed)
  const filtered = (whole: Evaluation, keep: (found: CaseResult) => boolean): Evaluation => ({
    ...whole,
    commitments: whole.commitments.map((c) => ({ ...c, cases: c.cases.filter(keep) })),
  })

  test('open lists what is not closed and says everything else of all cases', async () => {
    expect(await listed('--cases', 'open')).toEqual(filtered(accord(asOf), ({ phase }) => phase !== 'closed'))
  })

  test('changed lists what stands otherwise, 24 hours before unless said', async () => {
    for (const since of [null, '2025-06-20T00:00:00Z', '2024-07-01T00:00:00Z']) {
      const status = ({ phase, verdict, certainty, flags }: CaseResult): string =>
        JSON.stringify([phase, verdict, certainty, flags])
      const then = accord(since ?? '2025-06-30T00:00:00Z').commitments.flatMap((c) => c.cases)
      const before = new Map(then.map((found) => [found.id, status(found)]))
      const expected = filtered(accord(asOf), (found) => before.get(found.id) !== status(found))
      const options = since === null ? [] : ['--since', since]
      expect(await listed('--cases', 'changed', ...options)).toEqual(expected)
    }
  })

  test('text says where no case is listed', async () => {
    const { printed } = await run([...FILES, '--as-of', asOf, '--cases', 'open'])
    expect(printed).toContain('funds-2024: unknown (total; 1 unknown)\n  no case is open')
  })

  for (const [options, message] of [
    [['--cases', 'some'], /Allowed choices are open, changed, all/],
    [['--since', '2025-06-01'], /--since says what --cases changed compares with/],
    [['--cases', 'changed', '--since', '2026-01-01'], /is not before --as-of/],
    [['--cases', 'changed', '--since', 'May'], /--since May: write a day/],
    [['--cases', 'open', '--format', 'summary'], /summary is about all cases/],
    [['--cases', 'changed', '--format', 'markdown'], /markdown is about all cases/],
  ] as const)
    test(`${options.join(' ')} is refused`, async () => {
      expect((await run([...FILES, '--as-of', asOf, ...options])).problem).toMatch(message)
    })
})

test('of a kind of which there are many, the reference and the engine print the same few', async () => {
  const commitment = (id: string, more: string): string =>
    `id: ${id}, kind: act, when: {event: attack}, within: 24h, counts: {event: talk, same: [ref]}${more}`
  const rules = rulebookText([commitment('a', ''), commitment('b', ', excused_by: {event: talk, same: [ref]}')])
  const events = Array.from({ length: 160 }, (_, n) => {
    const day = `2024-03-${String(1 + (n % 25)).padStart(2, '0')}`
    return told(`t${n}`, n % 40 === 3 ? 'attack' : 'talk', `${day}T10:00Z`, { ref: n % 7 === 0 ? 'r3' : `r${n}` })
  })
  const [rulesFile, eventsFile] = [join(folder, 'many.yaml'), join(folder, 'many.ndjson')]
  writeFileSync(rulesFile, rules)
  writeFileSync(eventsFile, events.map((event) => JSON.stringify(event)).join('\n'))
  for (const asOf of ['2024-03-12T12:00:00Z', '2024-03-24T00:00:00Z', '2024-06-01T00:00:00Z']) {
    const whole = evaluate(compiled(rules), known(events), { asOf: parseInstant(asOf) })
    const omitted = whole.commitments.flatMap((c) => c.cases.map((found) => found.evidence_omitted))
    if (asOf > '2024-06') expect(Math.min(...omitted)).toBeGreaterThan(20)
    const options = ['--rules', rulesFile, '--events', eventsFile, '--as-of', asOf, '--format', 'json']
    expect((await run(options)).printed).toBe(`${JSON.stringify(whole, null, 2)}\n`)
  }
})

test('every problem of a long file is counted, the first are shown, and earlier lines are read again', async () => {
  const line = (n: number, text: string): string =>
    JSON.stringify(told(`e${n}`, 'attack', '2024-03-01T10:00Z', { ref: `ключ ${n}`, text }))
  const first = Array.from({ length: 3_000 }, (_, n) => line(n, 'вчора'))
  const file = join(folder, 'conflicts.ndjson')
  const others = [line(2_900, 'сьогодні'), first[1_500], '{', ...Array.from({ length: 60 }, (_, n) => line(n, 'ні'))]
  writeFileSync(file, `\ufeff${[...first, ...others].join('\r\n')}`)
  const { problem, complaints } = await run(['--rules', `${ACCORD}/rulebook.yaml`, '--events', file])
  expect(problem).toBe('62 problems: nothing was evaluated')
  expect(complaints).toContain('id e2900, revision 1 stands on line 2901 with other content')
  expect(complaints).toContain('… and 12 more')
})

describe('all at a glance', () => {
  const parts = 'sources: [{id: news, title: "The *Daily*", is: [s], covers: [talk]}]'
  const first = rulebookText(
    [
      'id: talks, kind: act, when: {event: attack}, within: 24h, counts: {event: talk}, reported_by: [news], clause: {ref: "Art. 1 <b>"}',
      'id: talks-by-june, kind: act, by_date: 2024-06-30, counts: {event: talk}, reading_of: talks, note: Read generously',
      'id: quiet, kind: prohibit, what: {event: attack}',
    ],
    { parts },
  )
  const second = rulebookText('id: effort, kind: endeavour, signs_of_effort: {event: talk}, judged_by: a person')
    .replace('id: ag', 'id: other')
    .replace('title: A test agreement', 'title: "Another: one"')
  const events = ['02-01', '03-01'].map((day, i) => told(`attack-${i}`, 'attack', `2024-${day}T10:00Z`))
  const write = (name: string, text: string): string => {
    const file = join(folder, name)
    writeFileSync(file, text)
    return file
  }
  const files = (...rules: string[]): string[] => {
    const all = [...events, told('talk-1', 'talk', '2024-02-01T20:00Z')]
    const reports = write('few.ndjson', all.map((event) => JSON.stringify(event)).join('\n'))
    return ['--rules', ...rules.map((text, i) => write(`few-${i}.yaml`, text)), '--events', reports]
  }

  test('summary is one table: agreements, their commitments, other readings beneath theirs', async () => {
    const { printed } = await run([...files(first, second), '--as-of', '2024-05-01', '--format', 'summary'])
    expect(printed).toBe(`As of 2024-05-01T23:59:59.999Z

  ag                 breached
    talks            unknown    1 met, 1 unknown
      talks-by-june  fulfilled  1 met
    quiet            breached   1 breached
  other              on_track
    effort           on_track   1 open

2 agreements, 3 commitments
  1 breached, 1 unknown, 1 on_track
`)
  })

  test('summary knows what was known', async () => {
    const options = ['--as-of', '2024-05-01', '--known-at', '2024-04-01', '--format', 'summary']
    const { printed } = await run([...files(second), ...options])
    expect(printed).toMatch(/knowing what was recorded by 2024-04-01T23:59:59.999Z\n\n {2}other/)
    expect(printed).toContain('1 agreement, 1 commitment\n  1 on_track')
  })

  test('markdown says what was promised, how it is read, what is on record and what would settle it', async () => {
    const { printed } = await run([...files(first, second), '--as-of', '2024-05-01', '--format', 'markdown'])
    expect(printed).toContain('How things stood at the end of 2024-05-01 (UTC).')
    expect(printed).toContain('| [A test agreement](#a-test-agreement) |  | breached | 0 | 1 | 1 | 0 | 0 |')
    expect(printed).toContain('| [Another: one](#another-one) |  | on track | 0 | 0 | 0 | 1 | 0 |')
    expect(printed).toContain('in force from 2024-01-01 for 2 years')
    expect(printed).toContain('**unknown** (1 met, 1 unknown) · an act · Japan · `talks`')
    expect(printed).toContain('> In substance: Art. 1 \\<b\\>')
    expect(printed).toContain('\n- attack-1, unknown: ')
    expect(printed).toContain('**What would settle it.** A report that leaves no doubt, or word that everything is')
    expect(printed).toContain('from: The \\*Daily\\* (`news`).')
    expect(printed).toContain(
      '\n- A promise · **fulfilled** (1 met) · `talks-by-june`\n  - *How it is read.* Read generously\n',
    )
  })

  test('markdown tells what waits for a person', async () => {
    const { printed } = await run([...files(second), '--as-of', '2026-05-01T12:00:00Z', '--format', 'markdown'])
    expect(printed).toContain('How things stood at 2026-05-01T12:00:00.000Z.')
    expect(printed).toContain('**What would settle it.** A judgement by a person.')
  })
})
