import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { page } from './examples.ts'
import { run } from './run-evaluate.ts'

// docs/agreements.md: what `npm run docs:agreements` writes, so that no change of a rulebook or its evidence goes unseen.

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
const [, words = ''] = /servanda -- evaluate (.+) > docs\/agreements\.md$/.exec(scripts['docs:agreements'] ?? '') ?? []

test('the page is what the rulebooks and the evidence give: `npm run docs:agreements` writes it anew', async () => {
  expect(words).toMatch(/--as-of \d{4}-\d{2}-\d{2} /)
  expect(page('agreements.md')).toBe((await run(words.split(' '))).printed)
})

test('every line of the summary fits a terminal', async () => {
  const { printed } = await run(words.replace('markdown', 'summary').split(' '))
  expect(printed.split('\n').filter((line) => line.length > 80)).toEqual([])
})
