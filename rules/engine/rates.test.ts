import { expect, test } from 'vitest'
import { published, type Row, seen, titled, told } from '../testing/worlds.ts'

// LANGUAGE §3 `convert` and §5, Totals: rates and rounding.

const SUM =
  'id: x, kind: total, during: {calendar_year: 2024}, counts: {event: aid, amount: amount, currency: currency}, target: {at_least: 1000, unit: USD}'
const aid = (id: string, when: string, amount: string, currency = 'EUR'): object =>
  told(id, 'aid', when, { amount, currency })
const fx = (id: string, day: string, pair: string, value: string, more: object = {}, series = 'fx'): object =>
  published(id, `${day}T16:00Z`, `${series}.${pair}`, day, value, pair.slice(4), more)
const LATER = '2024-12-01T00:00Z'
const at = (value: string, is = 'running open due_soon'): Row['at'] => ({
  [LATER]: { 'x@2024': { is, value: `${value} USD of 1000` } },
})

const rows: readonly Row[] = [
  {
    says: 'a fixing of the pair is used directly, rounded half-even to cents',
    rules: SUM,
    given: [fx('r', '2024-03-01', 'EUR.USD', '1.0835'), aid('a', '2024-03-01T10:00Z', '10.01')],
    at: at('10.85..10.85'),
  },
  {
    says: 'half a cent goes to the even one below',
    rules: SUM,
    given: [fx('r', '2024-03-01', 'EUR.USD', '1.0005'), aid('a', '2024-03-01T10:00Z', '10')],
    at: at('10..10'),
  },
  {
    says: 'half a cent goes to the even one above',
    rules: SUM,
    given: [fx('r', '2024-03-01', 'EUR.USD', '1.0015'), aid('a', '2024-03-01T10:00Z', '10')],
    at: at('10.02..10.02'),
  },
  {
    says: 'each flow is rounded, then summed',
    rules: SUM,
    given: [
      fx('r', '2024-03-01', 'EUR.USD', '1.005'),
      aid('a', '2024-03-01T10:00Z', '1'),
      aid('b', '2024-03-01T11:00Z', '1'),
      aid('c', '2024-03-01T12:00Z', '1'),
    ],
    at: at('3..3'),
  },
  {
    says: 'what is not converted is not rounded',
    rules: SUM,
    given: [aid('a', '2024-03-01T10:00Z', '0.005', 'USD')],
    at: at('0.005..0.005'),
  },
  {
    says: 'a fixing of the other direction is inverted',
    rules: SUM,
    given: [fx('r', '2024-03-01', 'USD.JPY', '150'), aid('a', '2024-03-01T10:00Z', '1000', 'JPY')],
    at: at('6.67..6.67'),
  },
  {
    says: 'direct comes before inverted',
    rules: SUM,
    given: [
      fx('r', '2024-03-01', 'USD.JPY', '150'),
      fx('q', '2024-03-01', 'JPY.USD', '0.01'),
      aid('a', '2024-03-01T10:00Z', '1000', 'JPY'),
    ],
    at: at('10..10'),
  },
  {
    says: 'via goes through a third currency, leg by leg',
    rules: `${SUM}, convert: {via: EUR}`,
    given: [
      fx('r', '2024-03-01', 'EUR.USD', '1.0835'),
      fx('g', '2024-03-01', 'EUR.GBP', '0.85'),
      aid('a', '2024-03-01T10:00Z', '100', 'GBP'),
    ],
    at: at('127.47..127.47'),
  },
  {
    says: 'without via a third currency is not tried',
    rules: SUM,
    given: [
      fx('r', '2024-03-01', 'EUR.USD', '1.0835'),
      fx('g', '2024-03-01', 'EUR.GBP', '0.85'),
      aid('a', '2024-03-01T10:00Z', '100', 'GBP'),
    ],
    at: at('0..null'),
  },
  {
    says: 'the last fixing before the day is used, a later one is not',
    rules: SUM,
    given: [
      fx('r', '2024-03-01', 'EUR.USD', '1.1'),
      fx('q', '2024-03-04', 'EUR.USD', '1.2'),
      aid('a', '2024-03-03T10:00Z', '10'),
    ],
    at: at('11..11'),
  },
  {
    says: 'a fixing 7 days old still counts',
    rules: SUM,
    given: [fx('r', '2024-03-01', 'EUR.USD', '1.1'), aid('a', '2024-03-08T23:59:59.999Z', '10')],
    at: at('11..11'),
  },
  {
    says: 'a fixing 8 days old is missing',
    rules: SUM,
    given: [fx('r', '2024-03-01', 'EUR.USD', '1.1'), aid('a', '2024-03-09T00:00Z', '10')],
    at: at('0..null'),
  },
  {
    says: 'a refund with a missing rate makes min unbounded',
    rules: SUM,
    given: [aid('a', '2024-03-09T00:00Z', '-10')],
    at: at('null..0'),
  },
  {
    says: 'max_age sets how old a fixing may be',
    rules: `${SUM}, convert: {max_age: 1d}`,
    given: [
      fx('r', '2024-03-01', 'EUR.USD', '1.1'),
      aid('a', '2024-03-02T10:00Z', '10'),
      aid('b', '2024-03-03T10:00Z', '10'),
    ],
    at: at('11..null'),
  },
  {
    says: 'several days take the lowest and the highest fixing',
    rules: SUM,
    given: [
      fx('r', '2024-03-01', 'EUR.USD', '1.0835'),
      fx('q', '2024-03-04', 'EUR.USD', '1.1'),
      aid('a', '2024-03-02/2024-03-04', '100'),
    ],
    at: at('108.35..110'),
  },
  {
    says: "the day is the flow's day in the agreement's zone",
    zone: 'Europe/Kyiv',
    rules: SUM,
    given: [
      fx('r', '2024-03-01', 'EUR.USD', '1.1'),
      fx('q', '2024-03-02', 'EUR.USD', '1.2'),
      aid('a', '2024-03-01T22:30Z', '10'),
    ],
    at: at('12..12'),
  },
  {
    says: 'period_average is the mean of the fixings dated in the period',
    rules: `${SUM}, convert: {rate: period_average}`,
    given: [
      fx('p', '2023-12-31', 'EUR.USD', '9'),
      fx('q', '2024-03-01', 'EUR.USD', '1.1'),
      fx('r', '2024-04-01', 'EUR.USD', '1.2'),
      fx('s', '2024-05-01', 'EUR.USD', '1.3'),
      aid('a', '2024-02-01T00:00Z', '10'),
    ],
    at: at('12..12'),
  },
  {
    says: 'fixed rates are read as they stand; a currency without one is a missing rate',
    rules: `${SUM}, convert: {rate: {EUR: "1.08"}}`,
    given: [aid('a', '2024-02-01T00:00Z', '10'), aid('b', '2024-02-01T00:00Z', '10', 'GBP')],
    at: at('10.8..null'),
  },
  {
    says: 'another series of fixings',
    rules: `${SUM}, convert: {series: bank}`,
    given: [
      fx('r', '2024-03-01', 'EUR.USD', '1.1', {}, 'bank'),
      fx('q', '2024-03-01', 'EUR.USD', '9'),
      aid('a', '2024-03-01T10:00Z', '10'),
    ],
    at: at('11..11'),
  },
  {
    says: 'the fixing published last wins',
    rules: SUM,
    given: [
      fx('r', '2024-03-01', 'EUR.USD', '1.1'),
      published('q', '2024-05-01T00:00Z', 'fx.EUR.USD', '2024-03-01', '1.2', 'USD'),
      aid('a', '2024-03-01T10:00Z', '10'),
    ],
    at: at('12..12'),
  },
  {
    says: 'equal publications of a fixing with different values are contested',
    rules: SUM,
    given: [
      fx('r', '2024-03-01', 'EUR.USD', '1.1'),
      fx('q', '2024-03-01', 'EUR.USD', '1.2', { source: 'z' }),
      aid('a', '2024-03-01T10:00Z', '100'),
    ],
    at: at('110..120', 'running open contested due_soon'),
  },
  {
    says: 'a fixing counts from its publication',
    rules: SUM,
    given: [fx('r', '2024-03-01', 'EUR.USD', '1.1'), aid('a', '2024-03-01T10:00Z', '10')],
    at: {
      '2024-03-01T15:59Z': { 'x@2024': { value: '0..null USD of 1000' } },
      '2024-03-01T16:00Z': { 'x@2024': { value: '11..11 USD of 1000' } },
    },
  },
  {
    says: 'a retracted fixing is missing again',
    rules: SUM,
    given: [
      fx('r', '2024-03-01', 'EUR.USD', '1.1'),
      { source: 's', id: 'r', revision: 2, retracted: true },
      aid('a', '2024-03-01T10:00Z', '10'),
    ],
    at: at('0..null'),
  },
  {
    says: 'a range is converted at both ends',
    rules: SUM,
    given: [
      fx('r', '2024-03-01', 'EUR.USD', '1.1'),
      told('a', 'aid', '2024-03-01T10:00Z', { amount: { min: '10', max: '20' }, currency: 'EUR' }),
    ],
    at: at('11..22'),
  },
  {
    says: 'a total met in another currency',
    rules: SUM,
    given: [fx('r', '2024-03-01', 'EUR.USD', '1.1'), aid('a', '2024-03-01T10:00Z', '909.10')],
    at: at('1000.01..1000.01', 'closed met'),
  },
  {
    says: 'where there is a rate of the pair via is not tried',
    rules: `${SUM}, convert: {via: GBP}`,
    given: [
      fx('r', '2024-03-01', 'EUR.USD', '1.1'),
      fx('q', '2024-03-01', 'EUR.GBP', '0.5'),
      fx('p', '2024-03-01', 'GBP.USD', '2'),
      aid('a', '2024-03-01T10:00Z', '10'),
    ],
    at: { [LATER]: { 'x@2024': { is: 'running open due_soon', value: '11..11 USD of 1000' } } },
  },
  {
    says: 'via with one leg missing is missing, whichever it is',
    rules: `${SUM}, convert: {via: GBP}`,
    given: [
      fx('q', '2024-03-01', 'EUR.GBP', '0.5'),
      fx('p', '2024-04-01', 'GBP.USD', '2'),
      aid('a', '2024-03-01T10:00Z', '10'),
      aid('b', '2024-04-01T10:00Z', '10'),
    ],
    at: { [LATER]: { 'x@2024': { is: 'running open due_soon', value: '0..null USD of 1000' } } },
  },
  {
    says: 'via is contested when either leg is',
    rules: `${SUM}, convert: {via: GBP}`,
    given: [
      fx('q', '2024-03-01', 'EUR.GBP', '0.5'),
      fx('o', '2024-03-01', 'EUR.GBP', '0.6'),
      fx('p', '2024-03-01', 'GBP.USD', '2'),
      aid('a', '2024-03-01T10:00Z', '10'),
    ],
    at: { '2024-04-01T00:00Z': { 'x@2024': { is: 'running open contested', value: '10..12 USD of 1000' } } },
  },
  {
    says: 'via is contested when its second leg is',
    rules: `${SUM}, convert: {via: GBP}`,
    given: [
      fx('q', '2024-03-01', 'EUR.GBP', '0.5'),
      fx('o', '2024-03-01', 'GBP.USD', '1.9'),
      fx('p', '2024-03-01', 'GBP.USD', '2'),
      aid('a', '2024-03-01T10:00Z', '10'),
    ],
    at: { '2024-04-01T00:00Z': { 'x@2024': { is: 'running open contested', value: '9.5..10 USD of 1000' } } },
  },
  {
    says: 'of several days each needs a fixing recent enough, up to the next one',
    rules: `${SUM}, convert: {max_age: 2d}`,
    given: [
      fx('q', '2024-03-01', 'EUR.USD', '1.1'),
      fx('r', '2024-03-04', 'EUR.USD', '1.2'),
      fx('s', '2024-03-08', 'EUR.USD', '1.3'),
      aid('a', '2024-03-02/2024-03-05', '10'),
      aid('b', '2024-03-05/2024-03-08', '10'),
      aid('c', '2024-03-08/2024-03-11', '10'),
    ],
    at: {
      '2024-04-01T00:00Z': {
        'x@2024': {
          is: 'running open',
          value: '11..null USD of 1000',
          reasons: [
            'a counted: counted as 11 to 12 USD: 10 EUR at 1.1 to 1.2',
            'b counted: counted as 10 EUR, but there is no exchange rate for its day',
            'c counted: counted as 10 EUR, but there is no exchange rate for its day',
          ],
        },
      },
    },
  },
  {
    says: 'one contested fixing among those of several days leaves the flow contested',
    rules: SUM,
    given: [
      fx('q', '2024-03-01', 'EUR.USD', '1.1'),
      fx('r', '2024-03-02', 'EUR.USD', '1.2'),
      fx('s', '2024-03-02', 'EUR.USD', '1.3'),
      aid('a', '2024-03-01/2024-03-03', '10'),
    ],
    at: { '2024-04-01T00:00Z': { 'x@2024': { is: 'running open contested', value: '11..13 USD of 1000' } } },
  },
  {
    says: 'period_average takes the fixings of the first and the last day and none beside the period; none is a missing rate',
    rules: `${SUM}, convert: {rate: period_average}`,
    given: [
      fx('o', '2023-12-31', 'EUR.USD', '9'),
      fx('p', '2024-01-01', 'EUR.USD', '1'),
      fx('q', '2024-12-31', 'EUR.USD', '2'),
      fx('r', '2025-01-01', 'EUR.USD', '9'),
      fx('s', '2025-01-01', 'GBP.USD', '9'),
      aid('a', '2024-03-01T10:00Z', '10'),
      aid('b', '2024-03-02T10:00Z', '10', 'GBP'),
    ],
    at: {
      '2025-02-01T00:00Z': {
        'x@2024': {
          is: 'closed unknown final',
          value: '15..null USD of 1000',
          reasons: [
            'a counted: counted as 15 USD: 10 EUR at 1.5',
            'b counted: counted as 10 GBP, but there is no exchange rate for its day',
          ],
        },
      },
    },
  },
  {
    says: 'period_average is contested when one fixing is',
    rules: `${SUM}, convert: {rate: period_average}`,
    given: [
      fx('p', '2024-02-01', 'EUR.USD', '1'),
      fx('q', '2024-02-02', 'EUR.USD', '2'),
      fx('r', '2024-02-02', 'EUR.USD', '2.2'),
      aid('a', '2024-03-01T10:00Z', '10'),
    ],
    at: { '2024-04-01T00:00Z': { 'x@2024': { is: 'running open contested', value: '15..16 USD of 1000' } } },
  },
  {
    says: 'without an end there is no period to take the average of',
    force: '{from: 2024-01-01}',
    rules: `${SUM.replace('{calendar_year: 2024}', 'term')}, convert: {rate: period_average}`,
    given: [fx('p', '2024-02-01', 'EUR.USD', '1'), aid('a', '2024-03-01T10:00Z', '10')],
    at: { '2024-04-01T00:00Z': { 'x@term': { is: 'running open', value: '0..null USD of 1000' } } },
  },
  {
    says: 'an amount without a currency is told as it stands',
    rules: SUM,
    given: [fx('p', '2024-03-01', 'EUR.USD', '1'), told('a', 'aid', '2024-03-01T10:00Z', { amount: '10' })],
    at: {
      '2024-04-01T00:00Z': {
        'x@2024': {
          is: 'running open',
          value: '0..null USD of 1000',
          reasons: ['a counted: counted as 10, but there is no exchange rate for its day'],
        },
      },
    },
  },
]

test.each(titled(rows))('%s', (_, row) => {
  expect(seen(row)).toEqual(row.at)
})
