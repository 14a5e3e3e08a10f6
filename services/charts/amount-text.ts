/** Which way an amount that is not round is rounded. */
export type Rounding = 'floor' | 'ceil' | 'halfExpand'

const LARGE = 1e18
const TINY = 1e-6

/** A decimal text short enough to be read at a glance: `4.5B`, `4,5 Mrd.`. */
export function compactAmount(
  amount: string | number,
  locale: string,
  { digits = 4, rounding = 'halfExpand' }: { readonly digits?: number; readonly rounding?: Rounding } = {},
): string {
  const size = Math.abs(Number(amount))
  // The words for thousands of thousands end somewhere.
  const notation = size >= LARGE || (size > 0 && size < TINY) ? 'scientific' : 'compact'
  const format = new Intl.NumberFormat(locale, { notation, maximumSignificantDigits: digits, roundingMode: rounding })
  return format.format(amount as Intl.StringNumericLiteral)
}
