import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { cruise, type ICruiseResult, type IDependency, type IModule } from 'dependency-cruiser'
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options'
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config'
import { packageRoot } from '../config/root.ts'
import { sourceProblems } from './source-rules.ts'

// `npm run boundaries`: the arrows of `.dependency-cruiser.cjs`, what the light commands load, and what no source may
// say, in this project or in the folder that is given. It fails too when a file on the disk was not seen, since a check that sees nothing finds nothing.

const FOLDERS = ['bin', 'config', 'rules', 'services', 'workers', 'test', 'bench']
const FEWEST_MODULES = 40

/** What has to answer at once: these commands, and the entry that every command passes through. */
const LIGHT_COMMANDS = /^bin\/commands\/(check|test|evaluate|explain|schema)\.ts$/
const ENTRY = 'bin/servanda.ts'
const HEAVY =
  /^services\/(store|queue|http)\/|^node_modules\/(fastify|@fastify|bullmq|ioredis|pg|kysely|@electric-sql)\//

process.chdir(process.argv[2] ?? packageRoot())
const files = sourceFiles()
const { modules, summary } = await cruiseFiles()
const problems = [
  ...unseen(),
  ...summary.violations.map(({ rule, from, to, comment }) => `${from} → ${to}: ${comment ?? rule.name}`),
  ...heavyLoads(),
  ...sourceProblems(files),
]
for (const problem of problems) console.error(problem)
console.log(`${files.length} files, ${modules.length} modules seen, ${problems.length} problems`)
process.exitCode = problems.length === 0 ? 0 : 1

function sourceFiles(): string[] {
  return FOLDERS.filter((folder) => existsSync(folder)).flatMap((folder) => {
    const found = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    return found.filter((file) => /(?<!\.d)\.ts$/.test(file)).map((file) => join(folder, file))
  })
}

async function cruiseFiles(): Promise<ICruiseResult> {
  const options = await extractDepcruiseOptions(join(packageRoot(), '.dependency-cruiser.cjs'))
  const transpiling = { tsConfig: extractTSConfig(join(packageRoot(), 'tsconfig.json')) }
  const { output } = await cruise(files, { ...options, validate: true }, undefined, transpiling)
  if (typeof output === 'string') throw new Error(output)
  return output
}

function unseen(): string[] {
  const seen = new Set(modules.filter(({ dependencies }) => dependencies !== undefined).map(({ source }) => source))
  const missing = files.filter((file) => !seen.has(file)).map((file) => `${file}: not seen by dependency-cruiser`)
  if (files.length < FEWEST_MODULES) missing.push(`only ${files.length} source files: is this the right folder?`)
  // Seeing files but not their imports is how it fails when it cannot read TypeScript.
  const arrows = modules.reduce((count, { dependencies }) => count + dependencies.length, 0)
  if (arrows < files.length) missing.push(`only ${arrows} imports in ${files.length} files: is TypeScript understood?`)
  return missing
}

/** The entry may import heavy modules only when a command runs (`await import`), a light command never. */
function heavyLoads(): string[] {
  const light = modules.filter(({ source }) => LIGHT_COMMANDS.test(source))
  return [
    ...light.flatMap(({ source }) => pathToHeavy(source, () => true)),
    ...(files.includes(ENTRY) ? pathToHeavy(ENTRY, ({ dynamic }) => !dynamic) : []),
  ]
}

/** A chain of imports from `start` to something heavy, as a problem; types are not loaded and do not count. */
function pathToHeavy(start: string, follows: (dependency: IDependency) => boolean): string[] {
  const bySource = new Map<string, IModule>(modules.map((module) => [module.source, module]))
  const queue: string[][] = [[start]]
  const visited = new Set([start])
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const last = path.at(-1) ?? start
    if (HEAVY.test(last)) return [`${start} must start at once, but loads ${path.slice(1).join(' → ')}`]
    for (const dependency of bySource.get(last)?.dependencies ?? []) {
      const { resolved, dependencyTypes } = dependency
      if (visited.has(resolved) || dependencyTypes.includes('type-only') || !follows(dependency)) continue
      visited.add(resolved)
      queue.push([...path, resolved])
    }
  }
  return []
}
