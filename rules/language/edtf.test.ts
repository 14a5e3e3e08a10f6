import { expect, test } from 'vitest'
import { formatInstant } from '../engine/instant.ts'
import { edtfSpan, isMoment, needsZone, normaliseEdtf, parseEdtf } from './edtf.ts'

/** What a text covers in Kyiv, its normal form, whether it is a moment and whether it needs a zone. */
test.each([
  ['2024', '2023-12-31T22:00:00.000Z 2024-12-31T21:59:59.999Z', '2024', false, true],
  ['2024-02', '2024-01-31T22:00:00.000Z 2024-02-29T21:59:59.999Z', '2024-02', false, true],
  ['2023-02', '2023-01-31T22:00:00.000Z 2023-02-28T21:59:59.999Z', '2023-02', false, true],
  ['2024-03-31', '2024-03-30T22:00:00.000Z 2024-03-31T20:59:59.999Z', '2024-03-31', false, true],
  ['2024-12-25T05:30', '2024-12-25T03:30:00.000Z 2024-12-25T03:30:00.000Z', '2024-12-25T05:30:00.000', true, true],
  [
    '2024-12-25T05:30:01.2345',
    '2024-12-25T03:30:01.234Z 2024-12-25T03:30:01.234Z',
    '2024-12-25T05:30:01.234',
    true,
    true,
  ],
  [
    '2024-12-25T05:30+02:00',
    '2024-12-25T03:30:00.000Z 2024-12-25T03:30:00.000Z',
    '2024-12-25T03:30:00.000Z',
    true,
    false,
  ],
  ['2024-12-25T05:30Z', '2024-12-25T05:30:00.000Z 2024-12-25T05:30:00.000Z', '2024-12-25T05:30:00.000Z', true, false],
  [
    '2024-12-25T05:30:00+05:45',
    '2024-12-24T23:45:00.000Z 2024-12-24T23:45:00.000Z',
    '2024-12-24T23:45:00.000Z',
    true,
    false,
  ],
  ['2024-03-31T03:30', '2024-03-31T01:30:00.000Z 2024-03-31T01:30:00.000Z', '2024-03-31T03:30:00.000', true, true],
  ['2024-10-27T03:30', '2024-10-27T00:30:00.000Z 2024-10-27T00:30:00.000Z', '2024-10-27T03:30:00.000', true, true],
  ['2024-07-09/2024-07-10', '2024-07-08T21:00:00.000Z 2024-07-10T20:59:59.999Z', '2024-07-09/2024-07-10', false, true],
  [
    '2024-06/2024-07-10T12:00Z',
    '2024-05-31T21:00:00.000Z 2024-07-10T12:00:00.000Z',
    '2024-06/2024-07-10T12:00:00.000Z',
    false,
    true,
  ],
  [
    '2024-07-09T00:00Z/2024-07-10T00:00Z',
    '2024-07-09T00:00:00.000Z 2024-07-10T00:00:00.000Z',
    '2024-07-09T00:00:00.000Z/2024-07-10T00:00:00.000Z',
    false,
    false,
  ],
])('%s', (text, covers, normal, moment, zoned) => {
  const edtf = parseEdtf(text)
  if (edtf === null) throw new Error('not read')
  const span = edtfSpan(edtf, 'Europe/Kyiv')
  expect(span && `${formatInstant(span.from)} ${formatInstant(span.to)}`).toBe(covers)
  expect([normaliseEdtf(edtf), isMoment(edtf), needsZone(edtf)]).toEqual([normal, moment, zoned])
})

test.each([
  '2024-13',
  '2024-00',
  '2024-02-30',
  '2023-02-29',
  '2024-04-31',
  '24',
  '20245',
  '2024-1',
  '2024-1-1',
  '2024-12-25T24:00',
  '2024-12-25T05',
  '2024-12-25T05:60',
  '2024-12-25T05:30:61',
  '2024-12-25 05:30',
  '2024-12-25T05:30+25:00',
  '2024?',
  '2024~',
  '202X',
  '2024-06-XX',
  '-2024',
  '2024/',
  '/2024',
  '../2024',
  '2024/..',
  '2024/2025/2026',
  '2024-21',
  ' 2024',
  '2024 ',
  '',
  'today',
  '2024-12-25t05:30',
  '2024-W05',
  '2024-366',
  'Y20240',
  '２０２４',
  '2024\n',
])('%j is no EDTF of level 0 and is refused', (text) => {
  expect(parseEdtf(text)).toBeNull()
})

test.each([
  ['2011-12-30', 'Pacific/Apia', 'a day that the zone skipped is empty'],
  ['2024-07-10/2024-07-09', 'UTC', 'an interval that ends before it starts'],
  ['2024-07-09T12:00/2024-07-09T11:59', 'UTC', 'the same with times'],
])('%s in %s is empty: %s', (text, zone) => {
  const edtf = parseEdtf(text)
  expect(edtf && edtfSpan(edtf, zone)).toBeNull()
})
