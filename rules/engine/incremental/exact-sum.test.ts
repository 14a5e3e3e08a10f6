import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Amount, decimal, formatDecimal, parseDecimal, plus, ZERO } from '../../language/decimal.ts'
import { type Addend, ExactSum, inHundredths } from './exact-sum.ts'

test.each<[unknown, number | null]>([
  ['0', 0],
  ['7', 700],
  ['-7', -700],
  ['12.3', 1_230],
  ['12.34', 1_234],
  ['-0.5', -50],
  ['-0.05', -5],
  ['007.10', 710],
  ['999999999999.99', 99_999_999_999_999],
  ['1000000000000', null],
  ['12.345', null],
  ['12.', null],
  ['.5', null],
  ['+5', null],
  ['1e3', null],
  ['', null],
  ['5 EUR', null],
  [7, 700],
  [-0.5, -50],
  [12.34, 1_234],
  [0.29, 29],
  [12.345, null],
  [999_999_999_999, 99_999_999_999_900],
  [1e12, null],
  [-1e12, null],
  [Number.NaN, null],
  [null, null],
  [['7'], null],
  [{ min: '7' }, null],
])('%j is %s hundredths', (value, hundredths) => {
  expect(inHundredths(value)).toBe(hundredths)
})

/** An amount as it is told, and as {@link ExactSum} may be given it. */
const told = fc
  .oneof(
    fc.tuple(fc.integer({ min: -9_999, max: 9_999 }), fc.nat(3)),
    fc.tuple(fc.integer({ min: -999_999_999_999, max: 999_999_999_999 }), fc.nat(1)),
  )
  .map(([digits, decimals]) => decimal(digits).dividedBy(10 ** decimals))
  .map((amount) => ({ amount, text: formatDecimal(amount) }))

const addendOf = (text: string): Addend => inHundredths(text) ?? (parseDecimal(text) as Amount)

test('what is put in and taken out again adds up as decimals do', () => {
  const steps = fc.array(fc.tuple(told, fc.constantFrom(1 as const, 1 as const, -1 as const)), {
    maxLength: 20,
    size: 'max',
  })
  fc.assert(
    fc.property(steps, told, (all, goal) => {
      const sum = new ExactSum()
      let wanted = ZERO
      for (const [{ amount, text }, sign] of all) {
        sum.add(addendOf(text), sign)
        wanted = plus(wanted, amount.times(sign))
        expect(formatDecimal(sum.value)).toBe(formatDecimal(wanted))
      }
      for (const amount of [goal.amount, wanted, plus(wanted, decimal('0.001'))])
        expect(sum.reaches(amount, inHundredths(formatDecimal(amount)))).toBe(wanted.greaterThanOrEqualTo(amount))
    }),
    { numRuns: 300 },
  )
})

test('more than a number can hold is still exact', () => {
  const most = Number.MAX_SAFE_INTEGER
  const sum = new ExactSum()
  for (const addend of [most, most, most, 1, -2, decimal('0.001')]) sum.add(addend)
  expect(formatDecimal(sum.value)).toBe('270215977642229.721')
  for (const addend of [most, most, most]) sum.add(addend, -1)
  expect(formatDecimal(sum.value)).toBe('-0.009')
})

test('hundredths are compared without a decimal', () => {
  const sum = new ExactSum()
  sum.add(1_234)
  const none = null as unknown as Amount
  expect([sum.reaches(none, 1_234), sum.reaches(none, 1_235)]).toEqual([true, false])
})
