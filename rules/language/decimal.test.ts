import { expect, test } from 'vitest'
import {
  type Amount,
  convertAt,
  dividedBy,
  formatDecimal,
  greatest,
  least,
  parseDecimal,
  plus,
  times,
} from './decimal.ts'

const read = (text: string): Amount => {
  const value = parseDecimal(text)
  if (value === null) throw new Error(`not read: ${text}`)
  return value
}

test.each([
  ['4.50', '4.5'],
  ['4500000000', '4500000000'],
  ['0.25', '0.25'],
  ['-0', '0'],
  ['-0.00', '0'],
  ['+3', '3'],
  ['007', '7'],
  ['.5', '0.5'],
  ['5.', '5'],
  ['1e3', '1000'],
  ['1.50E-3', '0.0015'],
  ['12345678901234567.89', '12345678901234567.89'],
  ['0.000000000000000000000000000001', '0.000000000000000000000000000001'],
  ['-12.340', '-12.34'],
])('%s is %s', (text, shortest) => {
  expect(formatDecimal(read(text))).toBe(shortest)
})

test.each([
  '',
  '-',
  '.',
  '1,5',
  '1 000',
  '1_000',
  '0x10',
  'NaN',
  'Infinity',
  '1e',
  '1e9999',
  '1e61',
  '1e-99',
  '--1',
  '1.2.3',
  '½',
  '１',
  ' 1',
  '1 ',
  '1\n',
  '9'.repeat(80),
])('%j is no decimal', (text) => {
  expect(parseDecimal(text)).toBeNull()
})

test('sums and products of written amounts are exact', () => {
  expect(formatDecimal(plus(read('0.1'), read('0.2')))).toBe('0.3')
  expect(formatDecimal(plus(read('99999999999999999999999999999999999999'), read('0.01')))).toBe(
    '99999999999999999999999999999999999999.01',
  )
  expect(formatDecimal(times(read('1.0823'), read('12345678901234567.89')))).toBe('13361728274806172.827347')
})

test('quotients keep 34 digits, half-even', () => {
  expect(formatDecimal(dividedBy(read('1'), read('3')))).toBe(`0.${'3'.repeat(34)}`)
  expect(formatDecimal(dividedBy(read('2'), read('3')))).toBe(`0.${'6'.repeat(33)}7`)
})

test.each([
  ['10', '1.0005', '10'],
  ['10', '1.0015', '10.02'],
  ['10', '1.0025', '10.02'],
  ['-10', '1.0005', '-10'],
  ['-10', '1.0015', '-10.02'],
  ['1', '0.0049', '0'],
  ['1', '0.0051', '0.01'],
])('%s at %s is %s to cents, half-even', (amount, rate, converted) => {
  expect(formatDecimal(convertAt(read(amount), read(rate)))).toBe(converted)
})

test('least and greatest', () => {
  expect(formatDecimal(least(read('-1'), read('2')))).toBe('-1')
  expect(formatDecimal(greatest(read('-1'), read('2')))).toBe('2')
})
