import { expect, test } from 'vitest'
import { callerIds } from './request-ids.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'

test.each([
  { why: 'an id of a proxy', headers: { 'x-request-id': 'f9f0-ab_1.2:3' }, ids: { callerId: 'f9f0-ab_1.2:3' } },
  { why: 'a trace', headers: { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` }, ids: { traceId: TRACE } },
  { why: 'a line of its own', headers: { 'x-request-id': 'a\nlevel' }, ids: {} },
  { why: 'a long one', headers: { 'x-request-id': 'a'.repeat(65) }, ids: {} },
  { why: 'two of them', headers: { 'x-request-id': 'a, b' }, ids: {} },
  { why: 'no trace', headers: { traceparent: '00-xyz' }, ids: {} },
  { why: 'nothing', headers: {}, ids: {} },
])('$why is kept for the log or left out', ({ headers, ids }) => {
  expect(callerIds(headers)).toEqual(ids)
})
