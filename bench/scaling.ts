import { performJob } from './child.ts'
import { median, rate } from './figures.ts'
import type { Scaling, Who } from './round.ts'
import { fileOf, type Measured, type Setting } from './setting.ts'
import type { Workload } from './workload.ts'

const FEW = 10_000
const MOST_TIMES = 1.3

/** What an event costs among many, as a multiple of what it costs among 10,000; the loop's own beside it. */
export function measureScaling(workload: Workload, setting: Setting): Measured {
  const small = fileOf(workload, FEW, setting)
  const file = fileOf(workload, setting.events, setting)
  const job = (who: Who, size: 'small' | 'large'): Scaling => {
    setting.say(`scaling: ${who}, ${size}`)
    return performJob({ what: 'scaling', workload: workload.name, file, small, who, size })
  }
  const perEvent = ({ events, ms }: Scaling): number => (ms / events) * 1_000
  const round = (who: Who) => ({ few: perEvent(job(who, 'small')), many: perEvent(job(who, 'large')) })
  const rounds = Array.from({ length: setting.rounds }, () => ({ loop: round('loop'), engine: round('engine') }))
  const middle = (who: Who, of: (costs: { few: number; many: number }) => number): number =>
    median(rounds.map((r) => of(r[who])))
  const times = middle('engine', ({ few, many }) => many / few)
  const micros = (who: Who): string =>
    `${middle(who, (c) => c.few).toFixed(3)} µs among ${rate(FEW)}, ${middle(who, (c) => c.many).toFixed(3)} µs among ${rate(setting.events)}`
  return {
    name: 'scaling',
    figures: [
      {
        name: 'cost per event, many to few',
        value: times.toFixed(2),
        target: `≤ ${MOST_TIMES}`,
        ok: times <= MOST_TIMES,
      },
      { name: 'cost per event', value: micros('engine'), target: '', ok: null },
      {
        name: 'of the loop',
        value: `${middle('loop', ({ few, many }) => many / few).toFixed(2)}: ${micros('loop')}`,
        target: '',
        ok: null,
      },
    ],
    details: { events: setting.events, microseconds: rounds },
  }
}
