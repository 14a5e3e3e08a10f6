import { spawnSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { packageRoot } from '../config/root.ts'
import { removeFolder, temporaryFolder } from './servers/process.ts'

/** A small project that breaks every rule once, and two files that break none. */
const BROKEN: Readonly<Record<string, string>> = {
  'rules/index.ts': `export const rules = 1`,
  'rules/clock.ts': `import { config } from '../config/a.ts'\nexport const x = config`,
  'rules/file.ts': `import { readFileSync } from 'node:fs'\nexport const x = readFileSync`,
  'rules/deep.ts': `export const deep = 1`,
  'config/a.ts': `export const config = 1`,
  'config/b.ts': `import { rules } from '../rules/index.ts'\nexport const x = rules`,
  'services/store/index.ts': `export const store = 1`,
  'services/queue/index.ts': `import { Queue } from 'bullmq'\nexport const queue = Queue`,
  'services/one/index.ts': `import { inner } from '../two/inner.ts'\nexport const one = inner`,
  'services/one/rules.ts': `import { deep } from '../../rules/deep.ts'\nexport const x = deep`,
  'services/one/queue.ts': `import { Queue } from 'bullmq'\nexport const x = Queue`,
  'services/one/up.ts': `import { work } from '../../workers/work.ts'\nexport const x = work`,
  'services/one/web.ts': `import { fastify } from 'fastify'\nexport const x = fastify`,
  'services/one/circle.ts': `import { other } from './other.ts'\nexport const circle = other`,
  'services/one/other.ts': `import { circle } from './circle.ts'\nexport const other = () => circle`,
  'services/one/gone.ts': `import { gone } from './nowhere.ts'\nexport const x = gone`,
  'services/two/index.ts': `export const two = 1`,
  'services/three/index.ts': `import type { Four } from '../four/index.ts'\nexport const three = (four: Four) => four`,
  'services/four/index.ts': `import { three } from '../three/index.ts'\nexport type Four = 4\nexport const four = three`,
  'services/two/app.ts': `import { part } from './part.ts'\nexport type App = 1\nexport const app = part`,
  'services/two/part.ts': `import type { App } from './app.ts'\nexport const part = (app: App) => app`,
  'services/two/inner.ts': `export const inner = 1`,
  'workers/work.ts': `import { inner } from '../services/two/inner.ts'\nexport const work = inner`,
  'workers/fine.ts': `import { two } from '../services/two/index.ts'\nimport { rules } from '../rules/index.ts'\nexport const x = [two, rules]`,
  'bin/servanda.ts': `import { serve } from './commands/start.ts'\nexport const x = serve`,
  'bin/commands/start.ts': `export const serve = () => import('../../services/queue/index.ts')`,
  'bin/commands/check.ts': `import { between } from '../between.ts'\nexport const x = between`,
  'bin/between.ts': `import { store } from '../services/store/index.ts'\nexport const between = store`,
  'bin/tests.ts': `import { helper } from '../test/helper.ts'\nexport const x = helper`,
  'test/helper.ts': `export const helper = 1`,
}

function boundariesOf(sources: Readonly<Record<string, string>>): {
  readonly output: string
  readonly status: number | null
} {
  const root = temporaryFolder('boundaries')
  onTestFinished(() => removeFolder(root))
  for (const [file, text] of Object.entries({ ...sources, 'package.json': '{"type":"module"}' })) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), text)
  }
  symlinkSync(join(packageRoot(), 'node_modules'), join(root, 'node_modules'))
  const script = join(packageRoot(), 'test/boundaries.ts')
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--import', 'tsx', script, root], {
    cwd: packageRoot(),
    encoding: 'utf8',
  })
  return { output: stdout + stderr, status }
}

test('every arrow that must not be drawn is found, and none that may', () => {
  const { output, status } = boundariesOf(BROKEN)
  expect(status).toBe(1)
  const found = output.split('\n').filter((line) => line.includes(': ') || line.includes('loads'))
  const breakers = new Set(found.map((line) => line.split(/[ :]/)[0]))
  expect([...breakers].filter((file) => file?.endsWith('.ts')).sort()).toEqual([
    'bin/commands/check.ts',
    'bin/tests.ts',
    'config/b.ts',
    'rules/clock.ts',
    'rules/file.ts',
    'services/four/index.ts',
    'services/one/circle.ts',
    'services/one/gone.ts',
    'services/one/index.ts',
    'services/one/queue.ts',
    'services/one/rules.ts',
    'services/one/up.ts',
    'services/one/web.ts',
    'workers/work.ts',
  ])
  expect(output).toContain(
    'bin/commands/check.ts must start at once, but loads bin/between.ts → services/store/index.ts',
  )
})

test('seeing nothing is a failure', () => {
  const { output, status } = boundariesOf({ 'rules/index.ts': 'export const rules = 1' })
  expect(status).toBe(1)
  expect(output).toMatch(/only 1 source files/)
})
