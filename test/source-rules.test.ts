import { expect, test } from 'vitest'
import { problemsIn } from './source-rules.ts'

test.each([
  { file: 'services/a/b.ts', text: 'sql`select now()`', found: 1 },
  { file: 'services/a/b.ts', text: "const statement = 'insert into servanda.x values (NOW( ))'", found: 1 },
  { file: 'services/a/b.ts', text: `sql\`update servanda.x\n set at = \${at}, seen = current_timestamp\``, found: 1 },
  { file: 'services/a/b.ts', text: 'const column = `at timestamptz default clock_timestamp()`', found: 1 },
  { file: 'services/a/b.ts', text: `sql\`select \${now()}, \${clock.now()}\``, found: 0 },
  { file: 'services/a/b.ts', text: '// SQL never calls now()\nconst at = clock.now()', found: 0 },
  { file: 'services/a/b.test.ts', text: 'const at = clock.now()', found: 0 },
  { file: 'rules/a.ts', text: 'const at = new Date()', found: 1 },
  { file: 'workers/a.ts', text: 'const at = Date.now()', found: 1 },
  { file: 'bin/a.ts', text: 'const at = Temporal.Now.instant()', found: 1 },
  { file: 'bin/a.ts', text: 'const zone = Temporal.Now.timeZoneId()', found: 0 },
  { file: 'config/clock.ts', text: 'const at = Temporal.Now.instant()', found: 0 },
  { file: 'test/a.ts', text: 'const at = Date.now()', found: 0 },
  { file: 'services/a/b.ts', text: 'const url = process.env.DATABASE_URL', found: 1 },
  { file: 'bin/a.ts', text: 'readSettings(process.env)', found: 0 },
  { file: 'services/a/b.ts', text: 'await store.db.transaction().execute(work)', found: 1 },
  { file: 'services/a/b.ts', text: 'await store.transaction(work)', found: 0 },
])('$file with $text has $found problems', ({ file, text, found }) => {
  expect(new Set(problemsIn(file, text)).size).toBe(found)
})
