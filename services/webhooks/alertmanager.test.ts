import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { expect, test } from 'vitest'
import { formatInstant, type Instant, parseInstant } from '../../rules/index.ts'
import type { Delivery, Intent, ToldAlert } from '../alerts/index.ts'
import { samples } from '../letters/index.ts'
import { alertmanagerAlerts } from './alertmanager.ts'

/** A label's name, as Prometheus has it. */
const Named = Type.Record(Type.String({ pattern: '^[a-zA-Z_][a-zA-Z0-9_]*$' }), Type.String({ minLength: 1 }))
const Moment = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$' })

/** `postableAlerts` of Alertmanager's API v2; annotations may be empty there, and say nothing then. */
const Postable = Type.Array(
  Type.Object(
    { labels: Named, annotations: Named, startsAt: Moment, endsAt: Moment, generatorURL: Type.String() },
    { additionalProperties: false },
  ),
)

const AT = parseInstant('2026-03-02T12:02:00Z')

function postedFor(delivery: Delivery): Static<typeof Postable> {
  const posted = alertmanagerAlerts(delivery, 'https://servanda.example')
  expect([...Value.Errors(Postable, posted)]).toEqual([])
  return posted as Static<typeof Postable>
}

function sample(name: string): Delivery {
  const found = samples().find((one) => one.name === name)
  if (!found) throw new Error(`no sample is called ${name}`)
  return found.delivery
}

/** The first alert of a sample, with changes to its intent. */
function told(name: string, changes: Partial<Intent> = {}): ToldAlert {
  const { content } = sample(name)
  if (!('alerts' in content)) throw new Error(`${name} tells of no alert`)
  const [alert] = content.alerts
  return { ...(alert as ToldAlert), intent: { ...(alert as ToldAlert).intent, ...changes } }
}

function posted(...alerts: readonly ToldAlert[]) {
  return postedFor({ ...sample('breached'), createdAt: AT, content: { purpose: 'alert', alerts } })
}

test.each(samples())('$name is what Alertmanager takes', ({ delivery }) => {
  for (const { startsAt, endsAt } of postedFor(delivery)) {
    expect(parseInstant(startsAt)).toBeLessThanOrEqual(parseInstant(endsAt))
  }
})

test('a correction has the labels of what it corrects, so that it is the same alert, and ends it', () => {
  const [breach] = posted(told('breached'))
  const [correction] = posted(told('corrected'))
  expect(correction?.labels).toEqual(breach?.labels)
  expect(parseInstant(breach?.endsAt ?? '')).toBeGreaterThan(AT)
  expect(parseInstant(correction?.endsAt ?? '')).toBeLessThanOrEqual(AT)
})

test('a correction has these labels too where the commitment is less grave since', () => {
  const [breach] = posted(told('breached'))
  const [correction] = posted(told('corrected', { severity: 'info' }))
  expect(correction?.labels).toEqual(breach?.labels)
})

test('no two alerts share their labels', () => {
  const all = posted(told('breached'), told('partly_met'), told('source_stale'), told('agreement_ending'))
  expect(new Set(all.map(({ labels }) => JSON.stringify(labels))).size).toBe(4)
})

test('of two alerts about one case the later stands', () => {
  const all = posted(told('breached'), told('corrected'))
  expect(all.map(({ annotations }) => annotations.verdict)).toEqual(['met'])
})

test.each<[string, string, Partial<Intent>, Instant]>([
  ['a breach stands for a year, or until it is corrected', 'breached', {}, parseInstant('2027-03-02T12:02:00Z')],
  ['a breach that is corrected to met is over', 'corrected', { verdict: 'met' }, AT],
  ['a breach that is taken back is over', 'corrected', { verdict: 'open' }, AT],
  [
    'a breach that is corrected to unknown is not',
    'corrected',
    { verdict: 'unknown' },
    parseInstant('2027-03-02T12:02:00Z'),
  ],
  ['what is met late is over', 'met_late', {}, AT],
  ['what was made good is over', 'repaired', {}, AT],
  ['what is due soon ends when it is due', 'due_soon', {}, parseInstant('2026-03-03T11:45:00Z')],
  [
    'an agreement that ends soon is a matter until it ends',
    'agreement_ending',
    {},
    parseInstant('2026-06-12T20:59:59.999Z'),
  ],
  ['a source that is silent is a matter for a week', 'source_stale', {}, parseInstant('2026-03-09T12:02:00Z')],
])('%s', (_, name, changes, ends) => {
  expect(posted(told(name, changes))[0]?.endsAt).toBe(formatInstant(ends))
})

test('a test is an alert of its own, which nobody has to resolve', () => {
  const [shown, ...others] = postedFor({ ...sample('test-alone'), createdAt: AT })
  expect(others).toEqual([])
  expect(shown).toMatchObject({ labels: { alertname: 'servanda_test' }, endsAt: '2026-03-02T12:07:00.000Z' })
})

test.each(['confirmation', 'notice-gone', 'report'])('a %s is no alert', (name) => {
  expect(postedFor(sample(name))).toEqual([])
})
