import { composeService } from '../bin/compose.ts'
import { openLog } from '../config/log.ts'
import { readSettings } from '../config/settings.ts'
import { type Figure, megabytes } from './figures.ts'
import type { MachineAnswers } from './machine.ts'
import { startMachine, withServers } from './machines.ts'
import type { Measured, Setting } from './setting.ts'
import { line, SECOND } from './told.ts'
import { talksRulebook } from './workloads/response.ts'

/** What a worker holds while events pass through it, a tenth of them at a time. `--events 10000000` for a million. */

/** Each event takes its whole way, one after the other. */
const SHARE = 10
const TENTHS = 10
const BATCH = 1_000
/** The last tenth, to the second: in the first the worker still loads what it keeps for ever. */
const MOST_TIMES = 1.1

type Memory = MachineAnswers['memory']

export async function measureWorkerMemory(setting: Setting): Promise<Measured> {
  const events = Math.max(TENTHS, Math.round(setting.events / SHARE))
  const found = await withServers('postgresql+redis', setting, async (shared) => {
    const settings = readSettings(shared)
    const log = openLog({ logLevel: 'error' })
    const api = await composeService(settings, { roles: { api: true, worker: false }, log })
    const worker = await startMachine(shared, { roles: { api: false, worker: true }, waitMs: null })
    try {
      const text = talksRulebook({ days: 274, withinHours: 24 }).replace('2025-12-31', '2099-12-31')
      await api.loadRules({ rulebooks: [{ file: 'rulebook.yaml', text, evidence: null }], shared: [], evidence: [] })
      await worker.ask('start')
      const tenths: Memory[] = []
      const lines = linesFrom(api.now() - events * SECOND, events)
      for (let tenth = 1; tenth <= TENTHS; tenth++) {
        for (let from = 0; from < events / TENTHS; from += BATCH) {
          const batch = take(lines, Math.min(BATCH, Math.ceil(events / TENTHS - from)))
          const { status, body } = await api.ask('POST', '/v1/events', batch)
          if (status !== 202) throw new Error(`refused: ${JSON.stringify(body)}`)
          await untilNoneWaits(api.store.pool)
        }
        tenths.push(await worker.ask('memory'))
        setting.say(`worker-memory: ${tenth} of ${TENTHS} tenths, ${megabytes(tenths.at(-1)?.heap ?? 0)} of heap`)
      }
      return tenths
    } finally {
      await worker.stop()
      await api.close()
    }
  })
  return {
    name: 'worker-memory',
    figures: figuresOf(found, events),
    details: { events: setting.events, tenths: found },
  }
}

/** Attacks and the talks after them: every second an event, and each case is closed by the next. */
function* linesFrom(at: number, count: number): Generator<unknown> {
  for (let n = 0; n < count; n++) {
    const type = n % 2 === 0 ? 'attack' : 'consultation'
    yield JSON.parse(line({ id: `e${n}`, type, at: at + n * SECOND, data: { incident: `i${n >> 1}` } }))
  }
}

function take(events: Generator<unknown>, count: number): readonly unknown[] {
  return Array.from({ length: count }, () => events.next().value)
}

async function untilNoneWaits(pool: { query(text: string): Promise<{ rows: unknown[] }> }): Promise<void> {
  while ((await pool.query('select from servanda.outbox limit 1')).rows.length > 0) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

function figuresOf(tenths: readonly Memory[], events: number): readonly Figure[] {
  const [second, last] = [tenths[1], tenths.at(-1)]
  if (second === undefined || last === undefined) throw new Error('nothing was measured')
  const times = last.heap / second.heap
  const all = (of: (one: Memory) => number) => tenths.map((one) => Math.round(of(one) / 1e6)).join(' ')
  return [
    {
      name: `live heap after ${events.toLocaleString('en')} events, to that after a fifth of them`,
      value: `${times.toFixed(2)} (${megabytes(second.heap)}, then ${megabytes(last.heap)})`,
      target: `≤ ${MOST_TIMES}`,
      ok: times <= MOST_TIMES,
    },
    { name: 'live heap at each tenth, MB', value: all(({ heap }) => heap), target: '', ok: null },
    { name: 'the whole process at each tenth, MB', value: all(({ rss }) => rss), target: '', ok: null },
  ]
}
