import type { Series } from '../../rules/index.ts'

/** What a chart says, but for numbers and times. */
export const WORDS = {
  exact: 'On record',
  certain: 'On record for certain',
  possible: 'May count besides',
  unbounded: 'May count besides, no end known',
  pace: 'Promised pace',
  asOf: (date: string) => `As of ${date}`,
  since: (from: string) => `Since ${from}`,
  fromTo: (from: string, to: string) => `From ${from} to ${to}`,
  exactly: (amount: string, unit: string) => `${amount} ${unit}`,
  between: (low: string, high: string, unit: string) => `${low} to ${high} ${unit}`,
  orMore: (amount: string, unit: string) => `${amount} ${unit} or more`,
  orLess: (amount: string, unit: string) => `${amount} ${unit} or less`,
  anything: (unit: string) => `Unknown amount of ${unit}`,
} as const

/** What a chart says of the target, by the side on which the value has to be. */
export const TARGET_WORDS = {
  at_least: {
    line: (amount: string) => `Promised: ${amount}`,
    sentence: (amount: string, unit: string) => `Promised: at least ${amount} ${unit}`,
    unknown: 'The promised amount is not known yet',
  },
  at_most: {
    line: (amount: string) => `Limit: ${amount}`,
    sentence: (amount: string, unit: string) => `Limit: at most ${amount} ${unit}`,
    unknown: 'The limit is not known yet',
  },
} as const satisfies Record<Series['bound'], object>
