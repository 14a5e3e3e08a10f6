import { describe, expect, test } from 'vitest'
import {
  compileRulebook,
  evaluate,
  FLAGS,
  formatProblem,
  INDICATORS,
  type Include,
  PHASES,
  parseInstant,
  ROLES,
  type Rulebook,
  readEvents,
  refusedEvents,
  rulebookSchema,
  runScenarios,
  STANDINGS,
  sharedSchema,
  VERDICTS,
} from '../../rules/index.ts'
import { CONTROL_KINDS } from '../../rules/language/control-event.ts'
import { type Example, examplesIn, framed, page } from './examples.ts'

// docs/language.md: every example in it is run, and everything there is to know has its place in it.

const text = page('language.md')
const examples = examplesIn(text)
const frame = the('yaml', 'frame').text
const shared: Include = (name) =>
  name === 'common' ? { file: 'shared/common.yaml', text: the('yaml', 'shared').text } : null

describe('rulebooks', () => {
  test.each(titled('yaml', ''))('%s: no problem, and its scenarios show what it says', (_, example) => {
    expect(mismatches(compiled(example))).toEqual([])
  })

  test.each(titled('yaml', 'wrong'))('%s: the message that is printed', (_, example) => {
    const result = compileRulebook(framed(example.text, frame), 'rulebook.yaml', shared)
    const said = result.ok ? 'no problem' : result.problems.map(formatProblem).join('\n\n')
    expect(`${said}\n`).toBe(next(example, 'text', '').text)
  })
})

describe('events', () => {
  test.each(titled('json', 'events'))('%s: every line is read', (_, example) => {
    const { problems, events } = readEvents(example.text, 'events.ndjson')
    expect(problems.map(formatProblem)).toEqual([])
    expect(events.length).toBeGreaterThan(0)
  })

  test.each(titled('json', 'refused'))('%s: the message that is printed', (_, example) => {
    const { problems, events } = readEvents(example.text, 'events.ndjson')
    const refused = refusedEvents(compiled(the('yaml', 'frame')), events).map(({ message }) => message)
    expect(`${[...problems.map(formatProblem), ...refused].join('\n\n')}\n`).toBe(next(example, 'text', '').text)
  })
})

test('the output is what the rulebook and the events before it give', () => {
  const output = the('json', 'output')
  const before = examples.slice(0, examples.indexOf(output))
  const rulebook = compiled(last(before, 'yaml', ''))
  const { events } = readEvents(last(before, 'json', 'events').text, 'events.ndjson')
  const said = JSON.parse(output.text, exceptWording)
  const found = JSON.stringify(evaluate(rulebook, events, { asOf: parseInstant(said.as_of) }))
  expect(said).toEqual(JSON.parse(found, exceptWording))
})

/** Explanations and reasons may be worded anew; what they stand beside may not change. */
function exceptWording(key: string, value: unknown): unknown {
  return key === 'explanation' || key === 'reason' ? typeof value : value
}

describe('completeness', () => {
  const used = examples.filter((e) => e.language === 'yaml' && e.role !== 'wrong').map((e) => e.text)
  const inExamples = used.join('\n')
  const spoken = [...text.replace(/^```[^`]*^```$/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span)

  test.each(keysOf([rulebookSchema(), sharedSchema()]))('the key %s is explained, and used in an example', (key) => {
    expect(
      spoken.some((span) => new RegExp(`(^|[\\s{])${key}(:|$)`).test(span)),
      'in the text',
    ).toBe(true)
    expect(new RegExp(`(^|[\\s{,])${key}:`).test(inExamples), 'in an example').toBe(true)
  })

  test.each([...PHASES, ...VERDICTS, ...FLAGS, ...INDICATORS, ...ROLES, ...STANDINGS])('%s is explained', (word) => {
    expect(spoken).toContain(word)
  })

  test.each([...VERDICTS])('the verdict %s is shown in an example', (verdict) => {
    expect(new RegExp(`verdict: ${verdict}\\b`).test(inExamples)).toBe(true)
  })

  test.each([...FLAGS])('the flag %s is shown in an example', (flag) => {
    expect(new RegExp(`flags: \\[[^\\]]*\\b${flag}\\b`).test(inExamples)).toBe(true)
  })

  test.each([...CONTROL_KINDS])('servanda.%s is explained and shown', (kind) => {
    expect(spoken).toContain(`servanda.${kind}`)
    expect(inExamples.includes(`event: servanda.${kind}`)).toBe(true)
  })

  test('every heading that a link names is there', () => {
    const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => slug(title))
    const links = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, to]) => to)
    expect(links.filter((to) => !headings.includes(to ?? ''))).toEqual([])
  })
})

function compiled(example: Example): Rulebook {
  const result = compileRulebook(framed(example.text, frame), 'rulebook.yaml', shared)
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join('\n\n'))
  return result.rulebook
}

function mismatches(rulebook: Rulebook): readonly string[] {
  return runScenarios(rulebook).mismatches.map(
    (m) =>
      `${m.line} ${m.scenario}, ${m.asOf}: ${m.field} ${JSON.stringify(m.expected)}, found ${JSON.stringify(m.found)}: ${m.explanation}`,
  )
}

function titled(language: string, role: string): [string, Example][] {
  return examples
    .filter((e) => e.language === language && e.role === role)
    .map((e) => [`line ${e.line}, ${e.under}`, e])
}

function the(language: string, role: string): Example {
  return last(examples, language, role)
}

function last(among: readonly Example[], language: string, role: string): Example {
  const found = among.filter((e) => e.language === language && e.role === role).at(-1)
  if (!found) throw new Error(`there is no block ${language} ${role}`)
  return found
}

/** The block right after `example`, which has to be of this kind. */
function next(example: Example, language: string, role: string): Example {
  const found = examples[examples.indexOf(example) + 1]
  if (found?.language !== language || found.role !== role)
    throw new Error(`the block on line ${example.line} is not followed by what is said of it`)
  return found
}

/** Every key that the schema knows, wherever it stands. */
function keysOf(schema: unknown, found = new Set<string>()): readonly string[] {
  if (Array.isArray(schema)) for (const part of schema) keysOf(part, found)
  else if (typeof schema === 'object' && schema !== null) {
    for (const [name, part] of Object.entries(schema)) {
      if (name === 'properties') for (const key of Object.keys(part)) found.add(key)
      keysOf(part, found)
    }
  }
  return [...found].sort()
}

/** The anchor of a heading, as GitHub and most readers of Markdown make it. */
function slug(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')
}
