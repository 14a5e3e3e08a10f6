import { expect, test } from 'vitest'
import { type Instant, parseInstant } from '../../rules/index.ts'
import { actionToken, readActionToken } from './action-token.ts'

const AT = parseInstant('2026-03-02T12:00:00Z')
const [SECRET, OLDER] = ['a'.repeat(32), 'b'.repeat(32)]
const DELIVERY = '0123456789abcdef0123456789abcdef'
const DAY = 24 * 3_600_000

const later = (days: number) => (AT + days * DAY) as Instant

test('a link does what it says, for its delivery, until its time is over', () => {
  const token = actionToken('acknowledge', DELIVERY, AT, SECRET)
  expect(readActionToken(token, later(14), [SECRET])).toEqual({ action: 'acknowledge', delivery: DELIVERY })
  expect(readActionToken(token, later(15), [SECRET])).toBe('expired')
})

test('an older secret is still taken while it is being changed, a forgotten one is not', () => {
  const token = actionToken('unsubscribe', DELIVERY, AT, OLDER)
  expect(readActionToken(token, later(300), [SECRET, OLDER])).toMatchObject({ action: 'unsubscribe' })
  expect(readActionToken(token, AT, [SECRET])).toBeNull()
})

test.each([
  ['another action', (token: string) => token.replace('acknowledge', 'unsubscribe')],
  ['another delivery', (token: string) => token.replace('0123', '1123')],
  ['a later end', (token: string) => token.replace(/\.([0-9a-z]+)\./, '.zzzzzzzz.')],
  ['another signature', (token: string) => `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`],
  ['no signature', (token: string) => token.slice(0, -44)],
  ['something else', () => '../../etc/passwd'],
])('a link with %s is none of ours', (_what, change) => {
  expect(readActionToken(change(actionToken('acknowledge', DELIVERY, AT, SECRET)), AT, [SECRET])).toBeNull()
})
