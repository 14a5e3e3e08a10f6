import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { EXAMPLES, exampleFiles, examplePath, SUMS } from './example-reports.ts'

// The reports in docs/examples are what the agreements that ship come to: `npm run docs:examples` makes them anew.

test.each(EXAMPLES)(
  'the report $name comes out as it is shown, byte for byte in every form',
  async (example) => {
    const sums = readFileSync(examplePath(SUMS), 'utf8').split('\n')
    for (const { name, content, isKept, sum } of await exampleFiles(example)) {
      const isSame = !isKept || content.equals(readFileSync(examplePath(name)))
      expect(isSame, `${name} is another one: run npm run docs:examples, and look at what changed`).toBe(true)
      expect(sums).toContain(`${sum}  ${name}`)
    }
  },
  60_000,
)
