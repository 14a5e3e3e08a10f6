import type { Instant, KnownEvent } from '../../rules/index.ts'
import { Deadlines } from '../deadlines.ts'
import { Random } from '../random.ts'
import { DAY, HOUR, happened, line, type Telling } from '../told.ts'
import type { Answerer, Counts, Workload } from '../workload.ts'
import { attacksAndTalks, incidentOf, type Spread, talksRulebook } from './response.ts'

const SPREAD: Spread = { days: 274, withinHours: 24 }
/** Of all lines. */
const LATE = 0.05
const REVISED = 0.02
const RETRACTED = 0.01

export const corrections: Workload = {
  name: 'corrections',
  about: 'the same over nine months, 5% told late, 2% revised, 1% retracted',
  target: 500_000,
  rulebook: () => talksRulebook(SPREAD),
  *lines(count, seed) {
    for (const telling of corrected(count, seed)) yield line(telling)
  },
  loop: () => new CorrectedTalksLoop(SPREAD.withinHours * HOUR),
}

/** A telling with the moment at which it arrives. */
type Arriving = Telling & { readonly recorded: number }

function corrected(count: number, seed: number): readonly Arriving[] {
  const random = new Random(seed + 1)
  const revised = Math.round(count * REVISED)
  const retracted = Math.round(count * RETRACTED)
  const first = attacksAndTalks(count - revised - retracted, seed, SPREAD)
  const late = (count * LATE) / first.length
  const told: Arriving[] = first.map((telling) => ({
    ...telling,
    recorded: telling.at + (random.next() < late ? Math.floor(random.between(HOUR, 30 * DAY)) : 0),
  }))
  const latest = new Map<string, Arriving>()
  const correct = (change: (before: Arriving, recorded: number) => Arriving): void => {
    const picked = told[random.below(first.length)] as Arriving
    const before = latest.get(picked.id) ?? picked
    const after = change(before, before.recorded + Math.floor(random.between(HOUR, 20 * DAY)))
    told.push(after)
    latest.set(picked.id, after)
  }
  for (let n = 0; n < revised; n++) correct((before, recorded) => revise(before, recorded, random, first))
  for (let n = 0; n < retracted; n++) {
    correct((before, recorded) => ({ ...before, type: null, revision: (before.revision ?? 1) + 1, recorded }))
  }
  return told.sort((a, b) => a.recorded - b.recorded)
}

/** It happened at another time; half of the consultations were about another incident. */
function revise(before: Arriving, recorded: number, random: Random, first: readonly Telling[]): Arriving {
  const revision = (before.revision ?? 1) + 1
  if (before.type === 'consultation' && random.next() < 0.5) {
    const { data } = first[random.below(first.length)] as Telling
    if ('incident' in data) return { ...before, data: { ...before.data, incident: data.incident }, revision, recorded }
  }
  const at = Math.min(recorded, before.at + Math.floor(random.between(-12 * HOUR, 12 * HOUR)))
  return { ...before, at, revision, recorded }
}

/** What is known of one incident. */
interface Incident {
  attack: number | null
  /** When there were talks, in no order. */
  readonly talks: number[]
  verdict: 'none' | 'open' | 'met' | 'met_late' | 'breached'
}

class CorrectedTalksLoop implements Answerer {
  private readonly within: number
  /** What each attack and consultation last said, or that it was retracted. */
  private readonly latest = new Map<string, KnownEvent>()
  private readonly incidents = new Map<string, Incident>()
  private readonly deadlines = new Deadlines()
  private readonly totals = { none: 0, open: 0, met: 0, met_late: 0, breached: 0 }

  constructor(within: number) {
    this.within = within
  }

  take(events: readonly KnownEvent[]): void {
    for (const event of events) {
      const before = this.latest.get(event.id)
      const concerns = event.type === 'attack' || event.type === 'consultation'
      if (before === undefined ? !concerns : before.revision >= event.revision) continue
      if (before !== undefined && !before.retracted) this.forget(before)
      if (concerns) this.learn(event)
      this.latest.set(event.id, event)
    }
  }

  advance(asOf: Instant): number {
    for (let key = this.deadlines.next(asOf); key !== null; key = this.deadlines.next(asOf)) {
      const incident = this.incidents.get(key)
      // An attack that was revised has another deadline, which comes by itself.
      if (incident?.verdict === 'open' && (incident.attack ?? asOf) + this.within < asOf) this.set(incident, 'breached')
    }
    return 0
  }

  counts(): Counts {
    const { none: _, ...talks } = this.totals
    return { talks }
  }

  private learn(event: KnownEvent): void {
    const key = incidentOf(event)
    let incident = this.incidents.get(key)
    if (incident === undefined) {
      incident = { attack: null, talks: [], verdict: 'none' }
      this.incidents.set(key, incident)
      this.totals.none++
    }
    if (event.type === 'attack') incident.attack = happened(event)
    else incident.talks.push(happened(event))
    this.decide(key, incident)
  }

  private forget(event: KnownEvent): void {
    const key = incidentOf(event)
    const incident = this.incidents.get(key)
    if (incident === undefined) return
    if (event.type === 'attack') incident.attack = null
    else incident.talks.splice(incident.talks.indexOf(happened(event)), 1)
    this.decide(key, incident)
  }

  /** A missed deadline is noticed when time moves on. */
  private decide(key: string, incident: Incident): void {
    const { attack, talks } = incident
    let earliest = Number.POSITIVE_INFINITY
    if (attack !== null) for (const at of talks) if (at >= attack && at < earliest) earliest = at
    if (attack === null) this.set(incident, 'none')
    else if (earliest <= attack + this.within) this.set(incident, 'met')
    else if (earliest < Number.POSITIVE_INFINITY) this.set(incident, 'met_late')
    else {
      this.set(incident, 'open')
      this.deadlines.add(attack + this.within, key)
    }
  }

  private set(incident: Incident, verdict: Incident['verdict']): void {
    this.totals[incident.verdict]--
    this.totals[verdict]++
    incident.verdict = verdict
  }
}
