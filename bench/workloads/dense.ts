import { talksAfterAttacks } from './response.ts'

/** The same events within 12 days, and 176 hours for the talks: with a quarter of a million attacks 80,000 are open at once. */
export const dense = talksAfterAttacks({
  name: 'dense',
  about: 'the same within 12 days, 80,000 cases open at once',
  target: 700_000,
  spread: { days: 12, withinHours: 176 },
})
