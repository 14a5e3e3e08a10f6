import { type Amount, decimal, plus } from '../../language/decimal.ts'

/** An amount as it is cheapest to add: whole hundredths where a number holds them exactly, else a decimal. */
export type Addend = number | Amount

/** A sum that stays exact: hundredths in a whole number as long as that is safe, everything else in a decimal. */
export class ExactSum {
  private hundredths = 0
  private rest: Amount | null = null

  /** @param sign -1 takes out what was put in before */
  add(amount: Addend, sign: 1 | -1 = 1): void {
    if (typeof amount !== 'number') {
      this.rest = plus(this.rest ?? decimal(0), sign < 0 ? amount.negated() : amount)
      return
    }
    const sum = this.hundredths + sign * amount
    if (Number.isSafeInteger(sum)) {
      this.hundredths = sum
      return
    }
    this.rest = plus(this.rest ?? decimal(0), decimal(this.hundredths).dividedBy(100))
    this.hundredths = sign * amount
  }

  /** Whether it is at least `amount`, which is `hundredths` where it can be written so. */
  reaches(amount: Amount, hundredths: number | null): boolean {
    if (this.rest === null && hundredths !== null) return this.hundredths >= hundredths
    return this.value.greaterThanOrEqualTo(amount)
  }

  get value(): Amount {
    const whole = decimal(this.hundredths).dividedBy(100)
    return this.rest === null ? whole : plus(whole, this.rest)
  }
}

const PLAIN = /^-?\d{1,12}(?:\.\d{1,2})?$/
const MOST = 1e12

/** `value` (a decimal text or a JSON number) in hundredths, or null when it has more digits or is none. */
export function inHundredths(value: unknown): number | null {
  if (typeof value === 'number') {
    const hundredths = Math.round(value * 100)
    return Math.abs(value) < MOST && hundredths / 100 === value ? hundredths : null
  }
  if (typeof value !== 'string' || !PLAIN.test(value)) return null
  const point = value.indexOf('.')
  if (point < 0) return Number(value) * 100
  const decimals = value.slice(point + 1)
  return Number(value.slice(0, point) + (decimals.length === 1 ? `${decimals}0` : decimals))
}
