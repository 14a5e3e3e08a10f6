import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EXAMPLES, exampleFiles } from './example-reports.ts'

// `npm run docs:examples`: the reports in docs/examples, from the agreements that ship.

const folder = join('docs', 'examples')
mkdirSync(folder, { recursive: true })
for (const example of EXAMPLES)
  for (const { name, content } of await exampleFiles(example)) writeFileSync(join(folder, name), content)
