import { Webhook } from 'standardwebhooks'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, test } from 'vitest'
import { instant, parseInstant } from '../../rules/index.ts'
import { newWebhookSecret, signatureHeaders } from './signature.ts'

const AT = parseInstant('2026-03-02T12:00:00Z')
const PAYLOAD = '{"type":"servanda.alert","data":{"title":"Gespräche – übermorgen"}}'
/** The other side compares with its own clock. */
const SECONDS = Math.floor(Temporal.Now.instant().epochMilliseconds / 1_000)

const [fresh, old, stranger] = [newWebhookSecret(), newWebhookSecret(), newWebhookSecret()]
const rotated = (until: number) => [
  { secret: fresh, until: null },
  { secret: old, until: instant(until) },
]

describe.each([
  ['the new secret', fresh, AT + 1, true],
  ['the old one, before it ends', old, AT + 1, true],
  ['the old one, when it ends', old, AT, false],
  ['the old one, later', old, AT - 1, false],
  ['a secret of somebody else', stranger, AT + 1, false],
])('while a secret is changed, %s', (_, secret, until, isValid) => {
  test(isValid ? 'verifies a payload' : 'does not verify a payload', () => {
    const headers = signatureHeaders('d1', PAYLOAD, rotated(until), { at: AT, seconds: SECONDS })
    const verify = () => new Webhook(secret).verify(PAYLOAD, headers)
    if (isValid) expect(verify()).toEqual(JSON.parse(PAYLOAD))
    else expect(verify).toThrow('No matching signature found')
  })
})

test.each([
  ['another payload', `${PAYLOAD} `, 'd1', SECONDS],
  ['another id', PAYLOAD, 'd2', SECONDS],
  ['another time', PAYLOAD, 'd1', SECONDS - 1],
])('a signature is none of %s', (_, payload, id, seconds) => {
  const made = signatureHeaders('d1', PAYLOAD, rotated(AT + 1), { at: AT, seconds: SECONDS })
  const claimed = { ...made, 'webhook-id': id, 'webhook-timestamp': String(seconds) }
  expect(() => new Webhook(fresh).verify(payload, claimed)).toThrow('No matching signature found')
})

test('a payload of long ago is not taken again', () => {
  const headers = signatureHeaders('d1', PAYLOAD, rotated(AT + 1), { at: AT, seconds: SECONDS - 3_600 })
  expect(() => new Webhook(fresh).verify(PAYLOAD, headers)).toThrow('too old')
})

test('without a secret there is no signature', () => {
  const headers = signatureHeaders('d1', PAYLOAD, [], { at: AT, seconds: 1 })
  expect(headers).toEqual({ 'webhook-id': 'd1', 'webhook-timestamp': '1' })
})
