import type { Instant, KnownEvent } from '../../rules/index.ts'
import { Awaited } from '../awaited.ts'
import { Random } from '../random.ts'
import { DAY, HOUR, happened, line, type Telling } from '../told.ts'
import { type Answerer, agreement, type Counts, END, START, type Workload } from '../workload.ts'
import { incidentOf } from './response.ts'

/** A hundred commitments of mixed kinds: eight for each of twelve regions, and four for the thirteenth. */
const REGIONS = Array.from({ length: 13 }, (_, n) => `r${n + 1}`)
const LAST_HAS = 4
const DAYS = 274
/** Trucks in an average delivery. */
const TRUCKS = 10
const REPLY = 24 * HOUR
const VISIT = 6 * HOUR
const REQUEST = 24 * HOUR
const ANSWER = 48 * HOUR
const LAPSE = 12 * HOUR

export const hundred: Workload = {
  name: 'hundred',
  about: '100 commitments of mixed kinds, about two touched by an event',
  target: 500_000,
  rulebook: (count) => {
    const commitments = REGIONS.flatMap((region, n) => commitmentsOf(region, n, count).map(({ text }) => text))
    return `${agreement('{JPN: Japan, UKR: Ukraine}', 'UTC')}commitments:\n${commitments.join('')}`
  },
  *lines(count, seed) {
    for (const telling of regionalEvents(count, seed)) yield line(telling)
  },
  loop: (count) => new RegionsLoop(count),
}

/** What a commitment listens to: events of these types in its region, and perhaps of one cargo only. */
export interface Listener {
  readonly id: string
  readonly types: readonly string[]
  readonly fields: Readonly<Record<string, string>>
}

/** The filter of the hundred commitments, for those who evaluate nothing else. */
export function listeners(): readonly Listener[] {
  return REGIONS.flatMap((region, n) => commitmentsOf(region, n, 0).map(({ listener }) => listener))
}

function commitmentsOf(
  region: string,
  n: number,
  count: number,
): readonly { readonly listener: Listener; readonly text: string }[] {
  const of = (event: string, more = ''): string => `{event: ${event}, where: {region: ${region}}${more}}`
  const same = ', same: [incident]'
  const hears = (name: string, types: readonly string[], text: string, fields = {}) => {
    const id = `${name}-${region}`
    return {
      listener: { id, types, fields: { region, ...fields } },
      text: `  - {id: ${id}, title: A promise, by: JPN, ${text}}\n`,
    }
  }
  const all = [
    hears('reply', ['alarm', 'reply'], `kind: act, when: ${of('alarm')}, within: 24h, counts: ${of('reply', same)}`),
    hears('visit', ['alarm', 'visit'], `kind: act, when: ${of('alarm')}, within: 6h, counts: ${of('visit')}`),
    hears(
      'trucks',
      ['delivery'],
      `kind: total, every: month, from: 2024-01-01, until: 2024-09-30, target: {at_least: ${trucksOwed(n, count)}, unit: trucks},
     counts: {event: delivery, where: {region: ${region}}, quantity: trucks}`,
    ),
    hears('no-arms', ['delivery'], `kind: prohibit, what: {event: delivery, where: {region: ${region}, cargo: arms}}`, {
      cargo: 'arms',
    }),
    hears(
      'power',
      ['outage', 'restored'],
      `kind: maintain, lapse_allowed: 12h,
     state: {starts: ${of('restored')}, ends: ${of('outage')}, initially: true}`,
    ),
    hears(
      'peace',
      ['visit', 'delivery', 'reply', 'answer', 'accord'],
      `kind: endeavour, stalled_after: 30d, outcome: ${of('accord')},
     signs_of_effort: [${['visit', 'delivery', 'reply', 'answer'].map((type) => of(type)).join(', ')}]`,
    ),
    hears(
      'ask',
      ['alarm', 'request'],
      `kind: power, when: ${of('alarm')}, available_for: 24h, exercised_by: ${of('request', same)}`,
    ),
    hears(
      'answer',
      ['answer'],
      `kind: act, when: {exercised: ask-${region}}, within: 48h, counts: ${of('answer', same)}`,
    ),
  ]
  return n === REGIONS.length - 1 ? all.slice(0, LAST_HAS) : all
}

/** What comes in within an average month, more or less. */
function trucksOwed(n: number, count: number): number {
  return Math.max(1, Math.round(((count * SHARES.delivery) / REGIONS.length / 9) * TRUCKS * (0.94 + 0.01 * n)))
}

/** How the events divide into types; the rest is noise. A reply, a request and an answer follow an alarm. */
const SHARES = { alarm: 0.18, visit: 0.08, delivery: 0.2, outage: 0.04, accord: 0.0005 }
const LIKELY = { reply: 0.96, request: 0.7, answer: 0.9 }

function regionalEvents(count: number, seed: number): readonly Telling[] {
  const random = new Random(seed)
  const told: Telling[] = []
  const tell = (type: string, at: number, data: object): void => {
    told.push({ id: `e${told.length}`, type, at: Math.floor(at), data })
  }
  const anytime = (): number => START + random.next() * DAYS * DAY
  const region = (): string => REGIONS[random.below(REGIONS.length)] as string
  for (let n = 0; n < count * SHARES.alarm; n++) {
    const at = Math.floor(anytime())
    const data = { region: region(), incident: `i${n}` }
    tell('alarm', at, data)
    if (random.next() < LIKELY.reply) tell('reply', at + random.next() * (REPLY + HOUR), data)
    if (random.next() >= LIKELY.request) continue
    const asked = at + random.next() * (REQUEST + HOUR)
    tell('request', asked, data)
    if (random.next() < LIKELY.answer) tell('answer', asked + random.next() * (ANSWER + 2 * HOUR), data)
  }
  for (let n = 0; n < count * SHARES.visit; n++) tell('visit', byDay(anytime()), { region: region() })
  for (let n = 0; n < count * SHARES.delivery; n++) {
    const where = region()
    // Every third region never sees arms.
    const cargo = REGIONS.indexOf(where) % 3 > 0 && random.next() < 0.02 ? 'arms' : 'food'
    tell('delivery', anytime(), { region: where, trucks: 1 + random.below(2 * TRUCKS - 1), cargo })
  }
  for (const where of REGIONS) tellOfOutages(where)
  for (let n = 0; n < Math.max(3, count * SHARES.accord); n++) {
    const where = REGIONS[2 * random.below(REGIONS.length >> 1)]
    tell('accord', anytime(), { region: where })
  }
  while (told.length < count) tell('statement', anytime(), { region: region(), topic: `T${random.below(40)}` })
  return told.sort((a, b) => a.at - b.at)

  /** One after the other, each short; in every other region one lasts for two days. */
  function tellOfOutages(where: string): void {
    const many = Math.round((count * SHARES.outage) / REGIONS.length)
    const cycle = (DAYS * DAY) / Math.max(many, 1)
    let restored = 0
    for (let n = 0; n < many; n++) {
      const at = START + (n + 0.5 * random.next()) * cycle
      if (at < restored) continue
      const isLong = REGIONS.indexOf(where) % 2 === 0 && n === many >> 1
      restored = at + (isLong ? 2 * DAY : Math.min(0.4 * cycle, LAPSE))
      tell('outage', at, { region: where })
      tell('restored', restored, { region: where })
    }
  }
}

/** The same day between 3 and 20 hours (UTC): visitors sleep, and so not everybody is visited within six hours. */
function byDay(at: number): number {
  const day = Math.floor(at / DAY) * DAY
  return day + 3 * HOUR + ((at - day) * 17) / 24
}

/** Everything that is watched in one region, by hand. */
class Region {
  readonly replies = new Awaited(REPLY)
  /** Alarms since the last visit; those before `overdue` are known to be late. */
  alarms: number[] = []
  overdue = 0
  visited = 0
  visitedLate = 0
  readonly trucks = new Float64Array(MONTHS.length)
  month = 0
  arms = 0
  outSince: number | null = null
  tooLong = 0
  accords = 0
  readonly requests = new Awaited(REQUEST)
  readonly answers = new Awaited(ANSWER)
}

/** When each of the nine months begins, and when the last one is over. */
const MONTHS = Array.from({ length: 10 }, (_, n) => Date.UTC(2024, n, 1))

class RegionsLoop implements Answerer {
  private readonly regions = new Map<string, Region>(REGIONS.map((name) => [name, new Region()]))
  private readonly count: number
  private now = 0

  constructor(count: number) {
    this.count = count
  }

  take(events: readonly KnownEvent[]): void {
    for (const event of events) {
      const data = event.data as { readonly region: string; readonly trucks: number; readonly cargo: string }
      const region = this.regions.get(data.region)
      if (region === undefined) continue
      const at = happened(event)
      switch (event.type) {
        case 'alarm':
          region.replies.begin(incidentOf(event), at)
          region.requests.begin(incidentOf(event), at)
          region.alarms.push(at)
          break
        case 'reply':
          region.replies.perform(incidentOf(event), at)
          break
        case 'visit':
          for (const alarm of region.alarms) {
            if (at <= alarm + VISIT) region.visited++
            else region.visitedLate++
          }
          region.alarms = []
          region.overdue = 0
          break
        case 'request':
          if (region.requests.perform(incidentOf(event), at) === 'in time') region.answers.begin(incidentOf(event), at)
          break
        case 'answer':
          region.answers.perform(incidentOf(event), at)
          break
        case 'delivery':
          while (at >= (MONTHS[region.month + 1] ?? Number.POSITIVE_INFINITY)) region.month++
          region.trucks[region.month] = (region.trucks[region.month] ?? 0) + data.trucks
          if (data.cargo === 'arms') region.arms++
          break
        case 'outage':
          region.outSince ??= at
          break
        case 'restored':
          if (region.outSince !== null && at > region.outSince + LAPSE) region.tooLong++
          region.outSince = null
          break
        case 'accord':
          region.accords++
          break
      }
    }
  }

  advance(asOf: Instant): number {
    this.now = asOf
    for (const region of this.regions.values()) {
      region.replies.advance(asOf)
      region.requests.advance(asOf)
      region.answers.advance(asOf)
      while ((region.alarms[region.overdue] ?? asOf) + VISIT < asOf) region.overdue++
    }
    return 0
  }

  counts(): Counts {
    const found: Record<string, Record<string, number>> = {}
    const over = this.now >= END
    for (const [n, name] of REGIONS.entries()) {
      const region = this.regions.get(name) as Region
      const awaited = ({ inTime, late, missed, open }: Awaited) => ({
        met: inTime,
        met_late: late,
        breached: missed,
        open,
      })
      found[`reply-${name}`] = awaited(region.replies)
      found[`visit-${name}`] = {
        met: region.visited,
        met_late: region.visitedLate,
        breached: region.overdue,
        open: region.alarms.length - region.overdue,
      }
      found[`trucks-${name}`] = this.trucksOf(region, trucksOwed(n, this.count))
      found[`no-arms-${name}`] = once(region.arms > 0 ? 'breached' : over ? 'met' : 'open')
      if (n === REGIONS.length - 1) continue
      const isOut = region.outSince !== null && this.now > region.outSince + LAPSE
      found[`power-${name}`] = once(region.tooLong > 0 || isOut ? 'breached' : over ? 'met' : 'open')
      found[`peace-${name}`] = once(region.accords > 0 ? 'met' : over ? 'needs_judgement' : 'open')
      const { inTime: exercised, late, missed, open } = region.requests
      found[`ask-${name}`] = { exercised, lapsed: late + missed, open }
      found[`answer-${name}`] = awaited(region.answers)
    }
    return found
  }

  private trucksOf({ trucks }: Region, owed: number) {
    const record = { met: 0, breached: 0, open: 0 }
    for (const [n, begins] of MONTHS.slice(0, -1).entries()) {
      if (begins > this.now) break
      if ((trucks[n] ?? 0) >= owed) record.met++
      else if ((MONTHS[n + 1] ?? END) <= this.now) record.breached++
      else record.open++
    }
    return record
  }
}

function once(verdict: string): Record<string, number> {
  return { [verdict]: 1 }
}
