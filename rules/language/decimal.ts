import { Decimal } from 'decimal.js'

/**
 * Exact decimals. Quotients and products of rates keep 34 significant digits, half-even, as IEEE 754 decimal128 does;
 * sums are exact (no amount accepted here has more than {@link MAX_DIGITS} digits, and the wide clone adds them).
 */
export const Rate = Decimal.clone({ precision: 34, rounding: Decimal.ROUND_HALF_EVEN, toExpNeg: -9e15, toExpPos: 9e15 })
const Wide = Decimal.clone({ precision: 400, rounding: Decimal.ROUND_HALF_EVEN, toExpNeg: -9e15, toExpPos: 9e15 })

/** An exact decimal number. */
export type Amount = Decimal

/** The most digits, before and after the point together, that a written amount may have. */
const MAX_DIGITS = 60

const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$/

/** The decimal in `text` (digits, an optional point, an optional exponent), or null when it is none or unreasonably long. */
export function parseDecimal(text: string): Amount | null {
  if (text.length > MAX_DIGITS + 10 || !DECIMAL.test(text)) return null
  const value = new Wide(text)
  return value.isFinite() && value.e >= -MAX_DIGITS && value.e <= MAX_DIGITS ? value : null
}

/** The exact decimal for a whole number. */
export function decimal(value: number | string): Amount {
  return new Wide(value)
}

/** `a + b`, exact. */
export function plus(a: Amount, b: Amount): Amount {
  return Wide.add(a, b)
}

/** `a * b`, exact for written amounts. */
export function times(a: Amount, b: Amount): Amount {
  return Wide.mul(a, b)
}

/** `a / b` to 34 significant digits, half-even. */
export function dividedBy(a: Amount, b: Amount): Amount {
  return Rate.div(a, b)
}

/** `amount` at `rate`, rounded half-even to two decimals. */
export function convertAt(amount: Amount, rate: Amount): Amount {
  return new Wide(Rate.mul(amount, rate).toDecimalPlaces(2, Decimal.ROUND_HALF_EVEN))
}

/** The smaller one. */
export function least(a: Amount, b: Amount): Amount {
  return a.lessThanOrEqualTo(b) ? a : b
}

/** The larger one. */
export function greatest(a: Amount, b: Amount): Amount {
  return a.greaterThanOrEqualTo(b) ? a : b
}

/** `value` without exponent, sign of zero or trailing zeros: `4500000000`, `0.25`. */
export function formatDecimal(value: Amount): string {
  return value.isZero() ? '0' : value.toFixed()
}

/** Zero. */
export const ZERO: Amount = new Wide(0)
