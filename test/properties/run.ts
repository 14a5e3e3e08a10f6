import { Command, InvalidArgumentError } from 'commander'
import fc from 'fast-check'
import { formatInstant } from '../../rules/index.ts'
import { type GeneratedWorld, generatedWorld } from '../../rules/testing/engine-properties.ts'
import { PROPERTIES } from './properties.ts'

/** Tries the properties in many more worlds than a test run does; prints the smallest world in which one fails. */

const program = new Command('properties')
  .description('tries what must hold of the engine in worlds made at random')
  .argument('[name...]', `which: ${Object.keys(PROPERTIES).join(', ')}; all when left out`)
  .option('--runs <number>', 'how many worlds each', whole, 20_000)
  .option('--seed <number>', 'which worlds', whole, 1)
  .parse()
const { runs, seed } = program.opts<{ runs: number; seed: number }>()
const names = program.args.length > 0 ? program.args : Object.keys(PROPERTIES)
for (const name of names) {
  const property = PROPERTIES[name]
  if (!property) throw new InvalidArgumentError(`no property ${name}: there are ${Object.keys(PROPERTIES).join(', ')}`)
  const started = performance.now()
  const result = await fc.check(
    fc.asyncProperty(generatedWorld, fc.nat(), async (world, choice) => property.check(world, choice)),
    { numRuns: runs, seed },
  )
  const seconds = (performance.now() - started) / 1_000
  console.log(
    `${name}: ${result.failed ? 'FAILED' : 'holds'} in ${result.numRuns} worlds of seed ${seed} (${seconds.toFixed(0)} s)`,
  )
  if (!result.failed) continue
  process.exitCode = 1
  const [world, choice] = result.counterexample as [GeneratedWorld, number]
  console.log(describe(world, choice))
  console.log(result.errorInstance)
}

/** As an example is kept. */
function describe({ rules, history, looks }: GeneratedWorld, choice: number): string {
  return `${rules.text}---\n${history.lines.join('\n')}\n---\n${looks.map(formatInstant).join(' ')} choice ${choice}`
}

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('write a whole number')
  return Number(text)
}
