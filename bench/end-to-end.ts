import { spawn, spawnSync } from 'node:child_process'
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { devNull } from 'node:os'
import { join } from 'node:path'
import { builtFile } from './child.ts'
import { type Figure, median, megabytes } from './figures.ts'
import { peakOf } from './memory.ts'
import { fileOf, type Measured, type Setting } from './setting.ts'
import type { Workload } from './workload.ts'

const MOST_TIMES = 2.5
const MOST_BYTES = 900e6
/** After the last attack: some cases are still open. */
const AS_OF = '2024-10-01T00:00:00Z'
/** Nobody waits longer than that for a command. */
const PATIENCE_MS = 180_000

interface Ended {
  readonly ms: number
  /** Nobody waited for its end: it takes at least so long. */
  readonly isCut: boolean
  /** Bytes; null where the system does not tell. */
  readonly peak: number | null
}

/** `servanda evaluate` as users run it, by turns with a process that only parses the lines. */
export async function measureEndToEnd(workload: Workload, setting: Setting): Promise<Measured> {
  const events = fileOf(workload, setting.events, setting)
  const rules = join(setting.folder, `${workload.name}.yaml`)
  writeFileSync(rules, workload.rulebook(setting.events))
  const evaluate = ['evaluate', '--rules', rules, '--events', events, '--as-of', AS_OF, '--format', 'json']
  const commands = casesOptions().map((cases) => [builtFile('bin/servanda.ts'), ...evaluate, ...cases])
  const rounds: { readonly reading: Ended; readonly evaluating: readonly Ended[] }[] = []
  for (let round = 0; round < setting.rounds; round++) {
    setting.say('end-to-end: JSON.parse alone')
    const reading = await ended([builtFile('bench/read-only.ts'), events])
    const evaluating: Ended[] = []
    for (const command of commands) {
      setting.say(`end-to-end: servanda evaluate ${nameOf(command)}`)
      evaluating.push(await ended(command))
    }
    rounds.push({ reading, evaluating })
  }
  const figures = commands.flatMap((command, n) =>
    figuresOf(
      nameOf(command),
      rounds.map(({ reading, evaluating }) => ({ reading, evaluating: evaluating[n] as Ended })),
    ),
  )
  const reading = rounds.map((r) => r.reading)
  const alone = `${seconds(reading)}, peak ${peakText(reading)}`
  return {
    name: 'end-to-end',
    figures: [...figures, { name: 'JSON.parse alone', value: alone, target: '', ok: null }],
    details: { events: setting.events, asOf: AS_OF, commands: commands.map(nameOf), rounds },
  }
}

/** How `--cases` is said; once without it where the command does not know it. */
function casesOptions(): readonly (readonly string[])[] {
  const help = spawnSync(process.execPath, [builtFile('bin/servanda.ts'), 'evaluate', '--help'], { encoding: 'utf8' })
  return help.stdout.includes('--cases') ? ['open', 'changed', 'all'].map((which) => ['--cases', which]) : [[]]
}

function nameOf(command: readonly string[]): string {
  const at = command.indexOf('--cases')
  return at < 0 ? '(all cases)' : command.slice(at).join(' ')
}

/** Runs Node with `args`; what it prints is thrown away. */
function ended(args: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const nowhere = openSync(devNull, 'w')
    const started = performance.now()
    const child = spawn(process.execPath, args, { stdio: ['ignore', nowhere, 'inherit'], timeout: PATIENCE_MS })
    closeSync(nowhere)
    let peak: number | null = null
    // The system keeps the high-water mark, so that looking now and then misses only what came just before the end.
    const looking = setInterval(() => {
      if (child.pid !== undefined) peak = peakOf(child.pid) ?? peak
    }, 5)
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      clearInterval(looking)
      if (code === 0 || signal === 'SIGTERM')
        resolve({ ms: performance.now() - started, isCut: signal === 'SIGTERM', peak })
      else reject(new Error(`ended with ${signal ?? code}`))
    })
  })
}

function figuresOf(name: string, rounds: readonly { readonly reading: Ended; readonly evaluating: Ended }[]): Figure[] {
  const times = median(rounds.map(({ reading, evaluating }) => evaluating.ms / reading.ms))
  const evaluating = rounds.map((r) => r.evaluating)
  const peaks = evaluating.map(({ peak }) => peak)
  const isCut = evaluating.some((run) => run.isCut)
  return [
    {
      name: `${name}: times JSON.parse`,
      value: isCut ? `not done after ${PATIENCE_MS / 1_000} s` : `${times.toFixed(2)} (${seconds(evaluating)})`,
      target: `≤ ${MOST_TIMES}`,
      ok: !isCut && times <= MOST_TIMES,
    },
    {
      name: `${name}: peak memory`,
      value: peakText(evaluating),
      target: `≤ ${megabytes(MOST_BYTES)}`,
      ok: peaks.includes(null) ? null : Math.max(...peaks.map((peak) => peak ?? 0)) <= MOST_BYTES,
    },
  ]
}

function seconds(runs: readonly Ended[]): string {
  return `${(median(runs.map(({ ms }) => ms)) / 1_000).toFixed(2)} s`
}

function peakText(runs: readonly Ended[]): string {
  const known = runs.flatMap(({ peak }) => (peak === null ? [] : [peak]))
  return known.length === 0 ? 'not told here' : megabytes(Math.max(...known))
}
