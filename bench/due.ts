import type { Service } from '../bin/compose.ts'
import { formatInstant, type Instant } from '../rules/index.ts'
import type { Figure } from './figures.ts'
import { HeldClock, type Where, withService } from './service.ts'
import type { Measured, Setting } from './setting.ts'
import { HOUR, line } from './told.ts'
import { START } from './workload.ts'
import { talksRulebook } from './workloads/response.ts'

/** How late a deadline is recorded that passes with no news, while 100,000 cases are open, and when 10,000 pass at once. */

const OPEN = 100_000
const PER_SECOND = 20
const WATCHED_SECONDS = 60
const AT_ONCE = 10_000
/** When the first deadline passes after the clock is let go, and those that pass at once. */
const FIRST_MS = 3_000
const TOGETHER_MS = FIRST_MS + (WATCHED_SECONDS + 5) * 1_000

const TARGETS: Readonly<Record<Where, { readonly p99: number; readonly together: number }>> = {
  postgresql: { p99: 1_000, together: 15_000 },
  embedded: { p99: 2_000, together: 60_000 },
}
const MOST_LIVEZ_MS = 200

export async function measureDeadlines(setting: Setting): Promise<Measured> {
  const figures: Figure[] = []
  const details: Record<string, object> = {}
  for (const where of ['postgresql', 'embedded'] as const) {
    const found = await deadlinesOn(where, setting)
    details[where] = found
    const { p99, together } = TARGETS[where]
    figures.push(
      figure(`${where}: lateness, p99 of ${found.watched}`, found.p99, p99),
      figure(`${where}: ${AT_ONCE.toLocaleString('en')} at once, all recorded`, found.together, together),
      figure(`${where}: slowest answer of /livez meanwhile`, found.livez, MOST_LIVEZ_MS),
    )
  }
  return { name: 'deadlines', figures, details }
}

function figure(name: string, ms: number, target: number): Figure {
  return { name, value: `${ms.toFixed(0)} ms`, target: `≤ ${target.toLocaleString('en')} ms`, ok: ms <= target }
}

interface Lateness {
  readonly watched: number
  readonly median: number
  readonly p99: number
  readonly together: number
  readonly livez: number
}

async function deadlinesOn(where: Where, setting: Setting): Promise<Lateness> {
  const from = START + 100 * 24 * HOUR
  const clock = new HeldClock(from)
  return withService(
    setting,
    { where, clock, rulebook: talksRulebook({ days: 274, withinHours: 24 }), evidence: attacks(from) },
    async (service) => {
      const url = await service.start()
      setting.say(`${where}: ${WATCHED_SECONDS} seconds of deadlines`)
      clock.letGo()
      const livez = watchLivez(`${url}/livez`)
      const together = from + TOGETHER_MS
      await untilRecorded(service, together, AT_ONCE)
      const spread = await latenesses(service, from, together - 1)
      const all = await latenesses(service, together, together)
      return {
        watched: spread.length,
        median: spread[spread.length >> 1] ?? Number.NaN,
        p99: spread[Math.floor(spread.length * 0.99)] ?? Number.NaN,
        together: all.at(-1) ?? Number.NaN,
        livez: await livez.stop(),
      }
    },
  )
}

/** Attacks whose deadlines pass at the rate asked for, and as many at one instant. */
function* attacks(from: number): Iterable<string> {
  const attack = (id: string, due: number): string =>
    line({ id, type: 'attack', at: due - 24 * HOUR, data: { incident: id } })
  for (let n = 0; n < OPEN - AT_ONCE; n++) {
    const due = from + FIRST_MS + (n * 1_000) / PER_SECOND
    yield attack(`spread-${n}`, due < from + TOGETHER_MS ? due : due + 10 * 60_000)
  }
  for (let n = 0; n < AT_ONCE; n++) yield attack(`together-${n}`, from + TOGETHER_MS)
}

/** How late each case was recorded as breached that was due from `from` to `to`: milliseconds, in order. */
async function latenesses({ store }: Service, from: number, to: number): Promise<readonly number[]> {
  const { rows } = await store.pool.query<{ late: number }>(
    `select extract(epoch from t.recorded_at - c.due_at)::float8 * 1000 as late
     from servanda.transitions t join servanda.cases c on c.id = t.case_id
     where t.after->>'verdict' = 'breached' and c.due_at between $1 and $2 order by late`,
    [formatInstant(from as Instant), formatInstant(to as Instant)],
  )
  return rows.map(({ late }) => late)
}

async function untilRecorded(service: Service, at: number, count: number): Promise<void> {
  for (;;) {
    const { rows } = await service.store.pool.query<{ found: number }>(
      `select count(*)::int as found from servanda.cases where verdict = 'breached' and due_at = $1`,
      [formatInstant(at as Instant)],
    )
    if ((rows[0]?.found ?? 0) >= count) return
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

/** Asks again and again; tells the longest it had to wait. */
function watchLivez(url: string): { stop(): Promise<number> } {
  let longest = 0
  let isOver = false
  const asking = (async () => {
    while (!isOver) {
      const asked = performance.now()
      await (await fetch(url)).text()
      longest = Math.max(longest, performance.now() - asked)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })()
  return {
    async stop() {
      isOver = true
      await asking
      return longest
    },
  }
}
