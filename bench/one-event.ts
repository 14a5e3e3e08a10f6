import type { Service } from '../bin/compose.ts'
import { median, p99, rate } from './figures.ts'
import { HeldClock, withService } from './service.ts'
import type { Measured, Setting } from './setting.ts'
import { DAY, line, MINUTE } from './told.ts'
import { START } from './workload.ts'
import { response, talksRulebook } from './workloads/response.ts'

/** What it takes until one more event is evaluated, on a short ledger and on a long one, by turns. */

const FEW = 10_000
const ASKED = 300
const MOST_TIMES = 1.3
const TALKS = talksRulebook({ days: 274, withinHours: 24 })

export async function measureOneEvent(setting: Setting): Promise<Measured> {
  const from = START + 275 * DAY
  const clock = new HeldClock(from)
  const on = <T>(count: number, work: (service: Service) => Promise<T>): Promise<T> =>
    withService(
      setting,
      { where: 'postgresql', clock, rulebook: TALKS, evidence: response.lines(count, setting.seed) },
      work,
    )
  const { few, many } = await on(FEW, (short) =>
    on(setting.events, async (long) => {
      const times = { few: [] as number[], many: [] as number[] }
      for (let n = 0; n < ASKED; n++) {
        clock.at = from + n * MINUTE
        times.few.push(await evaluationOf(short, n, clock.at))
        times.many.push(await evaluationOf(long, n, clock.at))
      }
      return times
    }),
  )
  const times = median(many) / median(few)
  const name = `evaluating one event among ${rate(setting.events)}, to one among ${rate(FEW)}`
  return {
    name: 'one-event',
    figures: [
      { name, value: times.toFixed(2), target: `≤ ${MOST_TIMES}`, ok: times <= MOST_TIMES },
      { name: 'median', value: `${median(few).toFixed(1)} and ${median(many).toFixed(1)} ms`, target: '', ok: null },
      { name: 'p99', value: `${p99(few).toFixed(1)} and ${p99(many).toFixed(1)} ms`, target: '', ok: null },
    ],
    details: { few, many },
  }
}

/** Records an attack, or the talks after the one before, and tells how long the evaluation took. */
async function evaluationOf(service: Service, n: number, at: number): Promise<number> {
  const type = n % 2 === 0 ? 'attack' : 'consultation'
  const text = line({ id: `new-${n}`, type, at, data: { incident: `new-${n >> 1}` } })
  const { status } = await service.ask('POST', '/v1/events', JSON.parse(text))
  if (status !== 202) throw new Error(`refused: ${text}`)
  const asked = performance.now()
  await service.sweep()
  return performance.now() - asked
}
