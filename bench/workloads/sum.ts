import { type Instant, type KnownEvent, parseInstant } from '../../rules/index.ts'
import { Random } from '../random.ts'
import { happened, line, type Telling } from '../told.ts'
import { type Answerer, agreement, type Counts, START, type Workload } from '../workload.ts'

const DONORS = Array.from({ length: 50 }, (_, n) => `D${String(n + 1).padStart(2, '0')}`)
const YEARS = [2024, 2025]
const LAST = parseInstant('2025-12-31T12:00:00Z')
/** Euros of an average payment; one in a hundred is a refund. */
const AVERAGE = 5_000
const REFUNDS = 0.01

export const sum: Workload = {
  name: 'sum',
  about: 'payments of 50 donors against 50 yearly and monthly totals',
  target: 800_000,
  rulebook: (count) => {
    const parties = DONORS.map((donor) => `${donor}: Donor ${donor}`).join(', ')
    const commitments = DONORS.map((donor, n) => {
      const { every, target } = pledgeOf(n, count)
      return `  - {id: ${donor.toLowerCase()}, title: Money of ${donor}, kind: total, by: ${donor}, every: ${every}, from: 2024-01-01,
     target: {at_least: ${target}, unit: EUR},
     counts: {event: aid, where: {donor: ${donor}}, amount: amount, currency: currency}}
`
    })
    return `${agreement(`{${parties}}`, 'UTC')}commitments:\n${commitments.join('')}`
  },
  *lines(count, seed) {
    const random = new Random(seed)
    for (let n = 0; n < count; n++) {
      const at = START + Math.floor(((LAST - START) * (n + random.next())) / count)
      yield line(payment(n, at, random))
    }
  },
  loop: (count) => new SumLoop(count),
}

function payment(n: number, at: number, random: Random): Telling {
  const donor = DONORS[random.below(DONORS.length)]
  const sign = random.next() < REFUNDS ? '-' : ''
  const amount = `${sign}${random.between(0.02 * AVERAGE, 1.98 * AVERAGE).toFixed(2)}`
  return { id: `p${n}`, type: 'aid', at, data: { donor, amount, currency: 'EUR' } }
}

/** What donor number `n` promised: about what comes in, so that some keep it and some do not. */
function pledgeOf(n: number, count: number): { readonly every: 'year' | 'month'; readonly target: number } {
  const every = n % 2 === 0 ? 'year' : 'month'
  const periods = YEARS.length * (every === 'year' ? 1 : 12)
  const expected = (count / DONORS.length / periods) * AVERAGE * (1 - 2 * REFUNDS)
  return { every, target: Math.round(expected * (0.9 + (0.2 * n) / DONORS.length)) }
}

/** What one donor pays: cents in each of its periods. */
interface Account {
  readonly target: number
  /** When each period begins, and at last when the last one ends. */
  readonly bounds: readonly number[]
  readonly sums: Float64Array
  period: number
}

class SumLoop implements Answerer {
  private readonly accounts = new Map<string, Account>()
  private now = 0

  constructor(count: number) {
    for (const [n, donor] of DONORS.entries()) {
      const { every, target } = pledgeOf(n, count)
      const bounds = boundsOf(every)
      this.accounts.set(donor, { target: target * 100, bounds, sums: new Float64Array(bounds.length - 1), period: 0 })
    }
  }

  take(events: readonly KnownEvent[]): void {
    for (const event of events) {
      if (event.type !== 'aid') continue
      const { donor, amount } = event.data as { readonly donor: string; readonly amount: string }
      const account = this.accounts.get(donor)
      if (account === undefined) continue
      const at = happened(event)
      while (at >= (account.bounds[account.period + 1] ?? Number.POSITIVE_INFINITY)) account.period++
      account.sums[account.period] = (account.sums[account.period] ?? 0) + Math.round(Number(amount) * 100)
    }
  }

  advance(asOf: Instant): number {
    this.now = asOf
    return 0
  }

  counts(): Counts {
    const found: Record<string, Record<string, number>> = {}
    for (const [donor, { target, bounds, sums }] of this.accounts) {
      const record = { met: 0, breached: 0, open: 0 }
      for (const [n, cents] of sums.entries()) {
        if ((bounds[n] ?? 0) > this.now) continue
        if (cents >= target) record.met++
        else if ((bounds[n + 1] ?? 0) <= this.now) record.breached++
        else record.open++
      }
      found[donor.toLowerCase()] = record
    }
    return found
  }
}

function boundsOf(every: 'year' | 'month'): readonly number[] {
  const months = every === 'year' ? ['01'] : Array.from({ length: 12 }, (_, n) => String(n + 1).padStart(2, '0'))
  const starts = YEARS.flatMap((year) => months.map((month) => parseInstant(`${year}-${month}-01T00:00:00Z`)))
  return [...starts, parseInstant('2026-01-01T00:00:00Z')]
}
