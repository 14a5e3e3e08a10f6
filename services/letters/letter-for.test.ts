import { describe, expect, test } from 'vitest'
import { instant, parseInstant } from '../../rules/index.ts'
import type { Content, Delivery, Subscription, ToldAlert } from '../alerts/index.ts'
import { renderHtml, renderText } from '../mail/render.ts'
import { checkLetters } from './check-letters.ts'
import type { LetterContext } from './context.ts'
import type { Letter } from './letter.ts'
import { letterFor } from './letter-for.ts'
import { sampleAlert } from './sample-alerts.ts'
import { SAMPLE_CONTEXT, samples } from './samples.ts'

function deliveryOf(alerts: readonly ToldAlert[], subscription: Partial<Subscription> = {}): Delivery {
  const [sample] = samples()
  if (!sample) throw new Error('there are no samples')
  const content: Content = { purpose: 'alert', alerts }
  return { ...sample.delivery, content, subscription: { ...sample.delivery.subscription, ...subscription } }
}

function letter(alerts: readonly ToldAlert[], context: Partial<LetterContext> = {}): Letter {
  return letterFor(deliveryOf(alerts), { ...SAMPLE_CONTEXT, ...context })
}

const BREACH = sampleAlert('breached')
const SUBJECT =
  '[Servanda] Once called for, talks are held within 24 hours · Accord on Support and Cooperation between Arcadia and Ruritania'

describe('the subject', () => {
  test.each(['opened', 'due_soon', 'overdue', 'breached', 'unknown', 'met', 'met_late', 'corrected', 'final'] as const)(
    'is the same for one commitment, whatever happened: %s',
    (kind) => expect(letter([sampleAlert(kind)]).subject).toBe(SUBJECT),
  )

  test('names the agreement alone when it is about several commitments, a source or the end', () => {
    const agreement = '[Servanda] Accord on Support and Cooperation between Arcadia and Ruritania'
    expect(letter([BREACH, sampleAlert('partly_met')]).subject).toBe(agreement)
    expect(letter([sampleAlert('source_stale')]).subject).toBe(agreement)
    expect(letter([sampleAlert('agreement_ending')]).subject).toBe(agreement)
  })
})

describe('a correction', () => {
  test('quotes the old verdict and names the message it replaces', () => {
    expect(letter([sampleAlert('corrected')]).sections[0]?.changed.slice(0, 2)).toEqual([
      'This replaces the message “Breached: Once called for, talks are held within 24 hours” of Monday 2 March 2026, 14:00:05 Europe/Kyiv (12:00:05 UTC), which said “breached”.',
      'In the light of what is known now it is “met”.',
    ])
  })

  test('quotes what the reader was told, not what the case said in between', () => {
    const corrected = sampleAlert('corrected')
    if (!corrected.replaces) throw new Error('it replaces nothing')
    const intent = { ...corrected.replaces.intent, verdict: 'unknown' as const }
    const told = { ...corrected, replaces: { ...corrected.replaces, intent } }
    expect(letter([told]).headline).toMatch(/^Correction: met, not unknown: /)
  })
})

test('several alerts: the most urgent first, ten in full and the others in a line each', () => {
  const many = Array.from({ length: 12 }, (_, n) => ({ ...BREACH, intent: { ...BREACH.intent, number: n + 1 } }))
  const { headline, intro, sections, more } = letter([sampleAlert('opened'), ...many])
  expect(headline).toBe('13 alerts: Accord on Support and Cooperation between Arcadia and Ruritania')
  expect(intro).toEqual(['In short: 12 breached and 1 new case.'])
  expect(sections.map(({ kind }) => kind)).toEqual(Array.from({ length: 10 }, () => 'breached'))
  expect(more?.lines.map(({ text }) => text.split(':')[0])).toEqual(['Breached', 'Breached', 'New case'])
})

describe('what happens next', () => {
  const linesOf = ({ sections }: Letter) => sections[0]?.next.lines.map(({ text }) => text) ?? []

  test('says who else is told when nobody acknowledges', () => {
    expect(linesOf(letter([BREACH])).at(-1)).toBe(
      'If nobody acknowledges this, it is passed on: to “Head of unit” after 2 hours and to “Office of the minister” after 24 hours.',
    )
  })

  test('says who has it in hand, and offers nobody to acknowledge it again', () => {
    const acknowledged = new Map([
      [11, { by: 'Olena', at: parseInstant('2026-03-02T12:01:30Z'), note: 'calling them' }],
    ])
    const known = letter([BREACH], { acknowledged })
    expect(linesOf(known).at(-1)).toBe(
      'Acknowledged by Olena on Monday 2 March 2026, 14:01:30 Europe/Kyiv (12:01:30 UTC), with the note “calling them”; nobody else is told.',
    )
    expect(known.actions.map(({ does }) => does)).toEqual(['open', 'silence'])
  })
})

test('links that there are not are not offered', () => {
  const links = { acknowledge: null, silence: null, unsubscribe: null, confirm: null, report: null }
  const { actions, answers } = letter([BREACH], { links })
  expect(actions.map(({ does }) => does)).toEqual(['open'])
  expect(answers.lines).toEqual([
    { text: 'To silence this or to unsubscribe, write to whoever runs this service.', url: null },
  ])
})

test('a letter says when its times are not real', () => {
  expect(letter([BREACH], { clock: 'simulated clock: 3600 times as fast' }).footer.at(-1)).toBe(
    'These times are not real: simulated clock: 3600 times as fast.',
  )
})

test.each([
  ['en-GB', 'Europe/Kyiv', 'Monday 2 March 2026, 14:00 Europe/Kyiv (12:00 UTC)', '2,310,000,000.25 USD'],
  [
    'en-US',
    'America/New_York',
    'Monday March 2, 2026, 07:00 AM America/New_York (12:00 PM UTC)',
    '2,310,000,000.25 USD',
  ],
  ['de-DE', 'Asia/Kolkata', 'Monday 2 March 2026, 17:30 Asia/Kolkata (12:00 UTC)', '2.310.000.000,25 USD'],
  ['uk-UA', 'Europe/Kyiv', 'Monday 2 March 2026, 14:00 Europe/Kyiv (12:00 UTC)', '2 310 000 000,25 USD'],
  ['no language', 'no zone', 'Monday 2 March 2026, 12:00 UTC', '2,310,000,000.25 USD'],
])('for %s in %s', (locale, zone, due, value) => {
  const of = (kind: 'breached' | 'partly_met') =>
    letterFor(deliveryOf([sampleAlert(kind)], { locale, zone }), SAMPLE_CONTEXT).sections[0]
  expect(of('breached')?.deadline.facts[0]).toEqual({ label: 'Due', value: due })
  expect(of('partly_met')?.about.facts).toContainEqual({ label: 'On record', value })
})

test('an imprecise deadline has two ends', () => {
  const { body } = BREACH.intent
  if (body.about !== 'case') throw new Error('it is about no case')
  const due = { from: '2026-03-02T12:00:00.000Z', to: '2026-03-03T12:00:00.000Z' }
  const told = { ...BREACH, intent: { ...BREACH.intent, body: { ...body, after: { ...body.after, due, close: due } } } }
  expect(letter([told]).sections[0]?.deadline.facts[0]?.value).toBe(
    'between Monday 2 March 2026, 14:00 Europe/Kyiv (12:00 UTC) and Tuesday 3 March 2026, 14:00 Europe/Kyiv (12:00 UTC)',
  )
})

test('the same delivery gives the same letter at every attempt', () => {
  const delivery = deliveryOf([BREACH])
  expect(letterFor({ ...delivery, attempts: 7 }, SAMPLE_CONTEXT)).toEqual(letterFor(delivery, SAMPLE_CONTEXT))
  const later = { ...delivery, createdAt: instant(delivery.createdAt + 3_600_000) }
  expect(letterFor(later, SAMPLE_CONTEXT)).not.toEqual(letterFor(delivery, SAMPLE_CONTEXT))
})

describe('the check at start', () => {
  test('writes every letter', () => {
    expect(() => checkLetters([renderText, renderHtml])).not.toThrow()
  })

  test('names the letter that cannot be written', () => {
    const render = ({ sections }: Letter) => {
      if (sections[0]?.kind === 'stalled') throw new Error('no ink')
    }
    expect(() => checkLetters([render])).toThrow('The letter “stalled” cannot be written: no ink')
  })
})
