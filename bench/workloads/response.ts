import type { Instant, KnownEvent } from '../../rules/index.ts'
import { Awaited } from '../awaited.ts'
import { Random } from '../random.ts'
import { DAY, HOUR, happened, line, type Telling } from '../told.ts'
import { type Answerer, agreement, type Counts, START, type Workload } from '../workload.ts'

/** How attacks and the talks after them are spread. */
export interface Spread {
  /** The attacks, payments and remarks fall within so many days. */
  readonly days: number
  readonly withinHours: number
}

const NINE_MONTHS: Spread = { days: 274, withinHours: 24 }

/** How long after its deadline a late consultation comes, at most. */
const LATEST = 24 * HOUR

export const response: Workload = talksAfterAttacks({
  name: 'response',
  about: 'talks within 24 hours of each attack, matched by id, over nine months',
  target: 1_000_000,
  spread: NINE_MONTHS,
})

export function talksAfterAttacks({
  name,
  about,
  target,
  spread,
}: Pick<Workload, 'name' | 'about' | 'target'> & { readonly spread: Spread }): Workload {
  return {
    name,
    about,
    target,
    rulebook: () => talksRulebook(spread),
    *lines(count, seed) {
      for (const telling of attacksAndTalks(count, seed, spread)) yield line(telling)
    },
    loop: () => new TalksLoop(spread.withinHours * HOUR),
  }
}

export function talksRulebook({ withinHours }: Spread): string {
  return `${agreement()}commitments:
  - id: talks
    title: Talks after an attack
    kind: act
    by: JPN
    to: UKR
    when: {event: attack}
    within: ${withinHours}h
    counts: {event: consultation, same: [incident]}
`
}

/**
 * In the order in which they happen: a quarter attacks, a quarter consultations (95% of the attacks in time, 3% late, 2%
 * never; the rest is about incidents that are no attacks), a quarter payments, a quarter noise.
 */
export function attacksAndTalks(count: number, seed: number, spread: Spread): readonly Telling[] {
  const random = new Random(seed)
  const span = spread.days * DAY
  const within = spread.withinHours * HOUR
  const quarter = Math.floor(count / 4)
  const told: Telling[] = []
  let talks = 0
  const talk = (incident: string, at: number): void => {
    told.push({ id: `c${talks++}`, type: 'consultation', at, data: { incident, parties: ['JPN', 'UKR'] } })
  }
  for (let n = 0; n < quarter; n++) {
    const at = START + Math.floor((span * (n + random.next())) / quarter)
    const incident = `i${n}`
    told.push({ id: `a${n}`, type: 'attack', at, data: { incident, actor: 'RUS', target: 'UKR' } })
    const fate = random.next()
    if (fate < 0.95) talk(incident, at + Math.floor(random.next() * within))
    else if (fate < 0.98) talk(incident, at + within + 1 + Math.floor(random.next() * LATEST))
  }
  while (talks < quarter) talk(`x${talks}`, START + Math.floor(random.next() * span))
  for (let n = 0; n < quarter; n++) {
    const data = { donor: `D${random.below(50)}`, amount: random.between(100, 9_900).toFixed(2), currency: 'EUR' }
    told.push({ id: `p${n}`, type: 'aid', at: START + Math.floor(random.next() * span), data })
  }
  for (let n = 3 * quarter; n < count; n++) {
    const data = { speaker: `S${random.below(200)}`, topic: `T${random.below(40)}` }
    told.push({ id: `n${n}`, type: 'statement', at: START + Math.floor(random.next() * span), data })
  }
  return told.sort((a, b) => a.at - b.at)
}

class TalksLoop implements Answerer {
  private readonly awaited: Awaited

  constructor(within: number) {
    this.awaited = new Awaited(within)
  }

  take(events: readonly KnownEvent[]): void {
    for (const event of events) {
      if (event.type === 'attack') this.awaited.begin(incidentOf(event), happened(event))
      else if (event.type === 'consultation') this.awaited.perform(incidentOf(event), happened(event))
    }
  }

  advance(asOf: Instant): number {
    this.awaited.advance(asOf)
    return 0
  }

  counts(): Counts {
    const { inTime: met, late: met_late, missed: breached, open } = this.awaited
    return { talks: { met, met_late, breached, open } }
  }
}

/** The incident that an attack or a consultation of these workloads is about. */
export function incidentOf({ data }: KnownEvent): string {
  return (data as { readonly incident: string }).incident
}
