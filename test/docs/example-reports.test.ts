import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { EXAMPLES, exampleFiles, examplePath } from './example-reports.ts'

// The reports in docs/examples are what the agreements that ship come to: `npm run docs:examples` makes them anew.

test.each(EXAMPLES)(
  'the report $name comes out as it is shown, byte for byte',
  async (example) => {
    for (const { name, content } of await exampleFiles(example)) {
      const shown = readFileSync(examplePath(name))
      expect(content.equals(shown), `${name} is another one: run npm run docs:examples, and look at what changed`).toBe(
        true,
      )
    }
  },
  60_000,
)
