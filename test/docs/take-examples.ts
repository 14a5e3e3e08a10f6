import { mkdirSync, writeFileSync } from 'node:fs'
import { EXAMPLES, exampleFiles, examplePath, SUMS } from './example-reports.ts'

// `npm run docs:examples`: the reports in docs/examples, from the agreements that ship.

mkdirSync(examplePath(''), { recursive: true })
const sums: string[] = []
for (const example of EXAMPLES)
  for (const { name, content, isKept, sum } of await exampleFiles(example)) {
    sums.push(`${sum}  ${name}\n`)
    if (isKept) writeFileSync(examplePath(name), content)
  }
writeFileSync(examplePath(SUMS), sums.join(''))
