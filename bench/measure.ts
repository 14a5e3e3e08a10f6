import { performJob } from './child.ts'
import { againstItself, type Figure, median, megabytes, rate, type Spread, spreadOf } from './figures.ts'
import type { Protocol, Run, Who } from './round.ts'
import { fileOf, type Measured, type Setting } from './setting.ts'
import { same, summary, type Workload } from './workload.ts'

/** What was found of one workload. Rates are events a second, memory is bytes. */
interface Found {
  readonly events: number
  readonly engine: Spread
  readonly atOnce: Spread
  readonly loop: Spread
  /** How many times as long as the loop the engine takes, round by round. */
  readonly timesOfLoop: Spread
  readonly loopAgainstItself: number | null
  readonly changes: number
  readonly memory: { readonly events: number; readonly peak: number; readonly held: number; readonly loopPeak: number }
  readonly reading: { readonly parsed: number; readonly json: number }
  readonly counts: string
  readonly same: boolean
}

/** Runs the loop and the engine by turns, each time in a process of its own. */
export function measureWorkload(workload: Workload, setting: Setting): Measured {
  const file = fileOf(workload, setting.events, setting)
  const run = (who: Who, how: Protocol): Run => {
    setting.say(`${workload.name}: ${who}, ${how}`)
    return performJob({ what: 'run', workload: workload.name, file, who, how })
  }
  const rounds = Array.from({ length: setting.rounds }, () => ({
    loop: run('loop', 'batches'),
    engine: run('engine', 'batches'),
    atOnce: run('engine', 'at once'),
  }))
  const reading = performJob({ what: 'reading', workload: workload.name, file })
  const rates = (who: 'loop' | 'engine' | 'atOnce'): Spread =>
    spreadOf(rounds.map(({ [who]: { events, ms } }) => (events / ms) * 1_000))
  const [first] = rounds
  if (first === undefined) throw new Error('at least one round is needed')
  const agreed = rounds.every((r) => [r.loop, r.engine, r.atOnce].every((one) => same(one.counts, first.loop.counts)))
  const found: Found = {
    events: first.loop.events,
    engine: rates('engine'),
    atOnce: rates('atOnce'),
    loop: rates('loop'),
    timesOfLoop: spreadOf(rounds.map(({ engine, loop }) => engine.ms / loop.ms)),
    loopAgainstItself: againstItself(rounds.map(({ loop }) => loop.ms)),
    changes: first.engine.changes,
    memory: {
      events: first.engine.eventsHeld,
      peak: Math.max(...rounds.map(({ engine }) => engine.peak)),
      held: median(rounds.map(({ engine }) => engine.held)),
      loopPeak: Math.max(...rounds.map(({ loop }) => loop.peak)),
    },
    reading: { parsed: (reading.lines / reading.parseMs) * 1_000, json: (reading.lines / reading.jsonMs) * 1_000 },
    counts: agreed
      ? summary(first.loop.counts)
      : `${summary(first.engine.counts)}; the loop: ${summary(first.loop.counts)}`,
    same: agreed,
  }
  return { name: workload.name, figures: figuresOf(found, workload), details: found }
}

function figuresOf(found: Found, { target }: Workload): readonly Figure[] {
  const { engine, atOnce, loop, timesOfLoop, loopAgainstItself, memory, reading, changes, counts } = found
  const told = (name: string, value: string): Figure => ({ name, value, target: '', ok: null })
  return [
    { name: 'events/s', value: rates(engine), target: `≥ ${rate(target)}`, ok: engine.median >= target },
    told('events/s, all at once', rates(atOnce)),
    told('events/s of the loop', rates(loop)),
    told(
      'times as long as the loop',
      `${timesOfLoop.median.toFixed(1)} (${timesOfLoop.min.toFixed(1)} to ${timesOfLoop.max.toFixed(1)})`,
    ),
    told('the loop against itself', loopAgainstItself === null ? 'one round only' : loopAgainstItself.toFixed(2)),
    told('memory beside the events', `peak ${megabytes(memory.peak)}, kept ${megabytes(memory.held)}`),
    told('memory of the events; of the loop', `${megabytes(memory.events)}; peak ${megabytes(memory.loopPeak)}`),
    told('lines/s read; by JSON.parse alone', `${rate(reading.parsed)}; ${rate(reading.json)}`),
    told('changes of status', changes.toLocaleString('en')),
    { name: 'counts', value: counts, target: 'as the loop', ok: found.same },
  ]
}

function rates({ min, median: middle, max }: Spread): string {
  return `${rate(middle)} (${rate(min)} to ${rate(max)})`
}
