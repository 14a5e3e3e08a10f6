import { expect, test } from 'vitest'
import { compileRulebook } from '../index.ts'
import { DUTY, rulebookText } from '../testing/worlds.ts'

// LANGUAGE's readers meet files that were written to hurt: each is refused with a problem, in bounded time.

const SOUND = rulebookText(`${DUTY}, within: 1d`)
const LAUGHS = [
  'a: &a [x,x,x,x,x,x,x,x,x]',
  ...'bcdefghi'.split('').map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`),
].join('\n')
const many = (n: number, line: (i: number) => string): string => Array.from({ length: n }, (_, i) => line(i)).join('\n')

test.each<[string, string]>([
  ['a billion laughs', LAUGHS],
  ['an alias to itself', 'a: &a [*a]'],
  ['20,000 keys', many(20_000, (i) => `key${i}: ${i}`)],
  ['20,000 equal keys', many(20_000, () => 'key: 1')],
  ['20,000 keys in a commitment', `${SOUND}${many(20_000, (i) => `    key${i}: ${i}`)}\n`],
  ['20,000 commitments of nothing', `servanda: 1\ncommitments:\n${many(20_000, () => '  - {}')}`],
  ['100,000 brackets', '['.repeat(100_000)],
  ['100,000 braces', '{a: '.repeat(100_000)],
  ['brackets over many lines', '[\n'.repeat(50_000)],
  ['deep dashes', '- '.repeat(50_000)],
  ['deep indentation', many(2_000, (i) => `${' '.repeat(i)}a:`)],
  ['deep question marks', '? '.repeat(50_000)],
  ['10 MB of text', `a: ${'x'.repeat(10_000_000)}`],
  ['10 MB of lines', many(2_000_000, () => 'a: b')],
  ['1.9 MB in one scalar', `${SOUND}# ${'x'.repeat(1_900_000)}\nunknown: 1\n`],
  ['a tag of a foreign class', 'a: !!js/function "function(){}"'],
  ['a tag of its own', 'servanda: !mine 1'],
  ['a binary', 'a: !!binary AAAA'],
  ['a merge key', 'a: {x: 1}\nb:\n  <<: {y: 1}\n'],
  ['__proto__ at the top', '__proto__: {polluted: true}\nconstructor: {prototype: {polluted: true}}'],
  ['__proto__ in a commitment', SOUND.replace('within: 1d', '__proto__: {polluted: true}, within: 1d')],
  ['__proto__ as a party', SOUND.replace('by: JPN', 'by: __proto__')],
  ['a complex key', '? {a: 1}\n: b'],
  ['a directive', '%TAG ! tag:evil,2024:\n---\na: !x 1'],
  ['two documents', `${SOUND}---\n${SOUND}`],
  ['a NUL', 'servanda: 1\u0000'],
  ['only control characters', '\u0001\u0002\u0003'],
  ['half a character', 'servanda: "\ud800"'],
  ['a long line of escapes', `a: "${'\\u0041'.repeat(200_000)}`],
  ['a huge number', `servanda: ${'9'.repeat(100_000)}`],
  ['a duration of many digits', SOUND.replace('1d', `${'9'.repeat(50)}d`)],
])('%s is refused in bounded time', (_, text) => {
  const started = performance.now()
  const result = compileRulebook(text, 'hostile.yaml')
  expect(performance.now() - started).toBeLessThan(5000)
  expect(result).toMatchObject({
    ok: false,
    problems: expect.arrayContaining([expect.objectContaining({ file: 'hostile.yaml' })]),
  })
  if (!result.ok)
    for (const { message, excerpt } of result.problems)
      expect([message.length < 500, excerpt.length < 500]).toEqual([true, true])
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
})

test('terminal escapes in a file never reach a message', () => {
  const result = compileRulebook(
    SOUND.replace('kind: act', 'kind: "\\e[31mact"').replace('title: A promise', 'titel: "\\e]0;x"'),
    'r.yaml',
  )
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  expect(result.ok || result.problems.some(({ message, mend }) => /[\u0000-\u0008\u001b]/.test(message + mend))).toBe(
    false,
  )
})
