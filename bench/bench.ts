import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { measureAnswer } from './answer.ts'
import { measureHundred } from './beside-peers.ts'
import { build, performJob } from './child.ts'
import { measureDeadlines } from './due.ts'
import { measureEndToEnd } from './end-to-end.ts'
import { measureIngest, profileIngest } from './ingest.ts'
import { measureWorkload } from './measure.ts'
import { measureOneEvent } from './one-event.ts'
import { hotspots } from './profile.ts'
import { report } from './report.ts'
import { measureScaling } from './scaling.ts'
import { fileOf, type Measured, type Setting } from './setting.ts'
import { measureStatus } from './status.ts'
import { measureStatusReport } from './status-report.ts'
import { measureToldMany } from './told-many.ts'
import { measureWorkerMemory } from './worker-memory.ts'
import { measureWorkers } from './workers.ts'
import { hundred } from './workloads/hundred.ts'
import { response } from './workloads/response.ts'
import { WORKLOADS } from './workloads.ts'

// `npm run bench`: how fast the engine is on this machine, beside a loop written by hand and measured in the same run, and
// how fast the service is.

const MEASUREMENTS: Readonly<Record<string, (setting: Setting) => Measured | Promise<Measured>>> = {
  ...Object.fromEntries(WORKLOADS.map((w) => [w.name, (setting: Setting) => measureWorkload(w, setting)])),
  [hundred.name]: measureHundred,
  scaling: (setting) => measureScaling(response, setting),
  'end-to-end': (setting) => measureEndToEnd(response, setting),
  'one-event': measureOneEvent,
  deadlines: measureDeadlines,
  ingest: (setting) => measureIngest(response, setting),
  workers: measureWorkers,
  answer: measureAnswer,
  'worker-memory': measureWorkerMemory,
  status: measureStatus,
  alerts: measureToldMany,
  'status-report': measureStatusReport,
}

interface Options {
  readonly events: number
  readonly rounds: number
  readonly seed: number
  readonly format: 'text' | 'json'
  readonly profile: boolean
}

const names = Object.keys(MEASUREMENTS)
const program = new Command('bench')
  .description('measures the engine and the service')
  .argument('[name...]', `what to measure: ${names.join(', ')}; everything when left out`)
  .option('--events <number>', 'how many events', whole, 1_000_000)
  .option('--rounds <number>', 'how often each is measured, by turns', whole, 5)
  .option('--seed <number>', 'which events', whole, 1)
  .addOption(new Option('--format <format>', 'how to print it').choices(['text', 'json']).default('text'))
  .option('--profile', 'only tell in which functions the time is spent', false)
  .parse()

const options: Options = program.opts()
const chosen = program.args.length === 0 ? names : program.args
const unknown = chosen.filter((name) => !names.includes(name))
if (unknown.length > 0) program.error(`nothing is called ${unknown.join(', ')}; there are ${names.join(', ')}`)

const folder = mkdtempSync(join(tmpdir(), 'servanda-bench-'))
try {
  const setting: Setting = { ...options, folder, say: (text) => console.error(`… ${text}`) }
  setting.say('building')
  build()
  if (options.profile) await profile(setting)
  else await measureAll(setting)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function measureAll(setting: Setting): Promise<void> {
  const machine = `Node ${process.version}, ${availableParallelism()} cores, ${cpus()[0]?.model.trim() ?? 'unknown'}`
  const { events, rounds, seed } = options
  if (options.format === 'text')
    console.log(`${events.toLocaleString('en')} events, ${rounds} rounds, seed ${seed}; ${machine}\n`)
  const found: Measured[] = []
  for (const name of chosen) {
    const measured = await attempt(name, setting)
    found.push(measured)
    if (options.format === 'text') console.log(`${report(measured)}\n`)
  }
  if (options.format === 'json')
    console.log(JSON.stringify({ events, rounds, seed, machine, measured: found }, null, 2))
}

/** What was found, or why nothing was: the others are measured all the same. */
async function attempt(name: string, setting: Setting): Promise<Measured> {
  try {
    const measured = await MEASUREMENTS[name]?.(setting)
    if (measured !== undefined) return measured
    throw new Error('nothing measures it')
  } catch (error) {
    process.exitCode = 1
    const value = error instanceof Error ? error.message : String(error)
    return { name, figures: [{ name: 'failed', value, target: '', ok: false }], details: { failed: value } }
  }
}

async function profile(setting: Setting): Promise<void> {
  for (const workload of WORKLOADS.filter(({ name }) => chosen.includes(name))) {
    const file = fileOf(workload, setting.events, setting)
    const to = join(folder, `${workload.name}.cpuprofile`)
    setting.say(`${workload.name}: one round of the engine`)
    performJob({ what: 'run', workload: workload.name, file, who: 'engine', how: 'batches', profile: to })
    console.log([workload.name, ...hotspots(to)].join('\n'))
  }
  if (chosen.includes('ingest')) console.log((await profileIngest(response, setting)).join('\n'))
}

function whole(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('a whole number from 1')
  return Number(text)
}
