import { expect, test } from 'vitest'
import { parseInstant } from '../../rules/index.ts'
import type { WorkOnRecord } from './on-record.ts'
import { signsOf, stuckSigns } from './signs.ts'

const NOON = parseInstant('2026-03-01T12:00:00Z')
const at = (time: string) => parseInstant(`2026-03-01T${time}:00Z`)

/** Stuck since these times of the day. */
interface Since {
  readonly evaluation?: string
  readonly deadlines?: string
  readonly due?: string
  readonly tried?: string
  readonly sent?: string
}

function workSince({ evaluation, deadlines, due, tried, sent }: Since): WorkOnRecord {
  const since = (time?: string) => (time === undefined ? null : at(time))
  const deliveries = { dueSince: since(due), triedSince: since(tried), lastSentAt: since(sent) }
  return {
    evaluation: { stuckSince: since(evaluation) },
    deadlines: { stuckSince: since(deadlines) },
    deliveries,
  } as unknown as WorkOnRecord
}

test.each<{ why: string; since: Since; rate?: number; stuck: readonly string[] }>([
  { why: 'nothing waits', since: {}, stuck: [] },
  { why: 'what waits has come further lately', since: { evaluation: '11:55', deadlines: '11:56' }, stuck: [] },
  { why: 'an agreement lies', since: { evaluation: '11:54' }, stuck: ['evaluation'] },
  { why: 'a deadline lies', since: { deadlines: '11:54' }, stuck: ['deadlines'] },
  { why: 'a mail is due and nobody tries', since: { due: '11:54' }, stuck: ['delivery'] },
  { why: 'a mail was put off for a while', since: { tried: '11:01' }, stuck: [] },
  { why: 'mails are tried in vain', since: { tried: '10:59', sent: '10:00' }, stuck: ['mail'] },
  { why: 'one is put off while others go', since: { tried: '09:00', sent: '11:30' }, stuck: [] },
  {
    why: 'everything lies',
    since: { evaluation: '10:00', deadlines: '10:00', due: '10:00', tried: '10:00' },
    stuck: ['evaluation', 'deadlines', 'delivery', 'mail'],
  },
  { why: 'an hour of a fast clock is a minute', since: { evaluation: '11:00' }, rate: 60, stuck: [] },
])('where $why, $stuck do not go on', ({ since, rate = 1, stuck }) => {
  expect(stuckSigns(signsOf(workSince(since)), NOON, rate).map(({ name }) => name)).toEqual(stuck)
})
