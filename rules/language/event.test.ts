import { expect, test } from 'vitest'
import { formatInstant, formatProblem, knownEvent, parseEvent, parseInstant, parseJson, readEvents } from '../index.ts'
import { order, told } from '../testing/worlds.ts'
import { parseLine } from './events-file.ts'

// LANGUAGE §2: what is an event, what is the same event, what is refused and how it is said.

const NOW = '2024-03-01T00:00Z'
const GO = told('a', 'go', NOW) as Record<string, unknown>
const without = (name: string): object => Object.fromEntries(Object.entries(GO).filter(([key]) => key !== name))
const control = (kind: string, data: object): object => told('a', `servanda.${kind}`, NOW, data)

/** what is wrong · the event · where it says so */
test.each<[string, unknown, string]>([
  ['no source', without('source'), '/source'],
  ['an empty source', { ...GO, source: '' }, '/source'],
  ['no id', without('id'), '/id'],
  ['an id that is a number', { ...GO, id: 7 }, '/id'],
  ['an id with a control character', { ...GO, id: 'a\u0007b' }, '/id'],
  ['no type', without('type'), '/type'],
  ['no specversion', without('specversion'), '/specversion'],
  ['another specversion', { ...GO, specversion: '0.3' }, '/specversion'],
  ['neither time nor occurred', without('time'), '/time'],
  ['a time without an offset', { ...GO, time: '2024-03-01T00:00:00' }, '/time'],
  ['a time without seconds', { ...GO, time: '2024-03-01T00:00Z' }, '/time'],
  ['a time that is a day', { ...GO, time: '2024-03-01' }, '/time'],
  ['a day that does not exist', { ...GO, occurred: '2024-02-30' }, '/occurred'],
  ['an interval that ends before it starts', { ...GO, occurred: '2024-03-02/2024-03-01', zone: 'UTC' }, '/occurred'],
  ['a day that its own zone skipped', { ...GO, occurred: '2011-12-30', zone: 'Pacific/Apia' }, '/occurred'],
  ['an uncertain date', { ...GO, occurred: '2024-03?' }, '/occurred'],
  ['a zone that does not exist', { ...GO, zone: 'Europe/Kyjiw' }, '/zone'],
  ['a revision of 0', { ...GO, revision: 0 }, '/revision'],
  ['a revision in quotes', { ...GO, revision: '2' }, '/revision'],
  ['half a revision', { ...GO, revision: 1.5 }, '/revision'],
  ['an unknown standing', { ...GO, standing: 'rumoured' }, '/standing'],
  ['retracted in quotes', { ...GO, retracted: 'true' }, '/retracted'],
  ['recordedtime as a day', { ...GO, recordedtime: '2024-03-01' }, '/recordedtime'],
  ['binary data', { ...GO, data_base64: 'AAAA' }, '/data_base64'],
  ['an attribute that is no attribute name', { ...GO, My_Field: 1 }, '/My_Field'],
  ['an extension that is an object', { ...GO, extra: {} }, '/extra'],
  ['a NUL in the data', { ...GO, data: { a: 'x\u0000y' } }, '/data/a'],
  ['half a character in the data', { ...GO, data: { 'a/b': ['\ud800'] } }, '/data/a~1b/0'],
  ['an unknown control event', control('ceasefire', { agreement: 'ag' }), '/type'],
  ['an imprecise control event', told('a', 'servanda.termination', '2024-03-01', { agreement: 'ag' }), '/occurred'],
  ['a control event without data', { ...(control('termination', {}) as object), data: undefined }, '/data'],
  ['a termination of nothing', control('termination', {}), '/data/agreement'],
  ['a field too many', control('termination', { agreement: 'ag', case: 'x' }), '/data/case'],
  ['a judgement of open', control('judgement', { agreement: 'ag', case: 'c', verdict: 'open' }), '/data/verdict'],
  ['a judgement of void', control('judgement', { agreement: 'ag', case: 'c', verdict: 'void' }), '/data/verdict'],
  [
    'a judgement about one event that excuses',
    control('judgement', { agreement: 'ag', case: 'c', verdict: 'excused', about: { source: 's', id: 'e' } }),
    '/data/verdict',
  ],
  [
    'a judgement about half an event',
    control('judgement', { agreement: 'ag', case: 'c', verdict: 'met', about: { id: 'e' } }),
    '/data/about',
  ],
  ['a waiver of nothing', control('waiver', { agreement: 'ag' }), '/data'],
  ['a waiver of both', control('waiver', { agreement: 'ag', case: 'c', commitment: 'x' }), '/data'],
  ['a suspension of a text', control('suspension', { agreement: 'ag', commitments: 'x' }), '/data/commitments'],
  ['a watermark without through', control('watermark', { source: 'm' }), '/data/through'],
  ['a watermark through a day', control('watermark', { source: 'm', through: '2024-03-01' }), '/data/through'],
  [
    'an indicator without a number',
    control('indicator', { series: 'gdp', period: '2024', value: 'much', unit: 'EUR' }),
    '/data/value',
  ],
  [
    'an indicator without a period',
    control('indicator', { series: 'gdp', period: 'last year', value: '1', unit: 'EUR' }),
    '/data/period',
  ],
  ['an indicator without a unit', control('indicator', { series: 'gdp', period: '2024', value: '1' }), '/data/unit'],
  ['a list', [GO], ''],
  ['a text', 'go', ''],
  ['null', null, ''],
])('refused: %s', (_, event, pointer) => {
  const parsed = parseEvent(event)
  if (parsed.ok) throw new Error('taken')
  expect(parsed.problems.map((p) => p.pointer)).toContain(pointer)
  for (const { message, mend } of parsed.problems)
    expect([message, mend]).toEqual([expect.stringMatching(/\w/), expect.stringMatching(/\w/)])
})

test.each<[string, object]>([
  ['a retraction needs only source, id, revision', { source: 's', id: 'a', revision: 2, retracted: true }],
  ['a retraction without a revision', { source: 's', id: 'a', retracted: true }],
  ['an extension attribute', { ...GO, traceparent: 'x', flag: true }],
  ['no data', without('data')],
  ['data that is a text', { ...GO, data: 'a text' }],
  ['a skipped day whose zone is not its own', { ...GO, occurred: '2011-12-30' }],
  [
    'a judgement with why and by',
    order('j', 'judgement', NOW, { case: 'c', verdict: 'met', why: 'seen', by: 'panel' }),
  ],
  ['a watermark with types', control('watermark', { source: 'm', through: '2024-03-01T00:00:00Z', types: ['go'] })],
])('taken: %s', (_, event) => {
  expect(parseEvent(event)).toMatchObject({ ok: true })
})

test('every problem of an event is listed at once', () => {
  const parsed = parseEvent({ ...GO, source: '', time: 'soon', revision: 0, zone: 'Nowhere' })
  expect(parsed.ok || parsed.problems.map((p) => p.pointer).sort()).toEqual(['/revision', '/source', '/time', '/zone'])
})

const line = (event: object): string => JSON.stringify(event)
const LONG =
  '{"specversion":"1.0","source":"s","id":"a","type":"go","time":"2024-03-01T00:00:00Z","data":{"q":12345678901234567.89}}'

/** Two tellings of one revision: the same, or a conflict. */
test.each<[string, boolean, string, string]>([
  ['the very same', true, line(GO), line(GO)],
  ['keys in another order', true, line(GO), line(Object.fromEntries(Object.entries(GO).reverse()))],
  ['another recordedtime', true, line(GO), line({ ...GO, recordedtime: '2024-04-01T00:00:00Z' })],
  ['the same instant with another offset', true, line(GO), line({ ...GO, time: '2024-03-01T02:00:00+02:00' })],
  ['finer digits that are cut off', true, line(GO), line({ ...GO, time: '2024-03-01T00:00:00.0009Z' })],
  ['defaults written out', true, line(GO), line({ ...GO, revision: 1, standing: 'reported', retracted: false })],
  ['a decimal with more zeros', true, line({ ...GO, data: { q: '1.50' } }), line({ ...GO, data: { q: '1.5' } })],
  ['a number with more zeros', true, line(GO).replace('{}', '{"q":1.50}'), line(GO).replace('{}', '{"q":1.5}')],
  ['a long number with more zeros', true, LONG, LONG.replace('.89', '.890')],
  [
    'an instant in the data with another offset',
    true,
    line({ ...GO, data: { at: '2024-03-01T00:00:00Z' } }),
    line({ ...GO, data: { at: '2024-03-01T01:00:00+01:00' } }),
  ],
  ['1 ms later', false, line(GO), line({ ...GO, time: '2024-03-01T00:00:00.001Z' })],
  ['another type', false, line(GO), line({ ...GO, type: 'gone' })],
  ['another standing', false, line(GO), line({ ...GO, standing: 'confirmed' })],
  ['another subject', false, line(GO), line({ ...GO, subject: 'x' })],
  ['another field', false, line(GO), line({ ...GO, data: { k: 1 } })],
  ['a number and a text', false, line({ ...GO, data: { q: 1 } }), line({ ...GO, data: { q: '1' } })],
  ['the last digit of a long number', false, LONG, LONG.replace('.89', '.88')],
  ['time and occurred', false, line(GO), line({ ...without('time'), occurred: '2024-03-01' })],
])('the same (source, id, revision) with %s is the same: %s', (_, same, first, second) => {
  const { events, problems } = readEvents(`${first}\n${second}\n`, 'e.ndjson')
  expect([events.length, problems.length]).toEqual([1, same ? 0 : 1])
})

test('a conflict names both lines', () => {
  const { problems } = readEvents(
    `${line(GO)}\n\r\n${line({ ...GO, id: 'b' })}\r\n${line({ ...GO, type: 'gone' })}`,
    'e.ndjson',
  )
  expect(problems.map(formatProblem).join('\n')).toMatch(
    /^e\.ndjson:4:1: .*source s, id a, revision 1 stands on line 1 with other content/,
  )
})

test('every bad line of a file is reported with its number, the good ones are read', () => {
  const { events, problems } = readEvents(`{"a":\n${line(GO)}\nnot json\n${line({ ...GO, id: '' })}\n`, 'e.ndjson')
  expect(events.map(({ id }) => id)).toEqual(['a'])
  expect(problems.map((p) => p.line)).toEqual([1, 3, 4])
})

test('blank lines and CRLF are allowed, a file may be empty', () => {
  expect(readEvents(`\r\n\n${line(GO)}\r\n  \n`, 'e.ndjson')).toMatchObject({ problems: [], events: [{ id: 'a' }] })
  expect(readEvents('', 'e.ndjson')).toEqual({ events: [], problems: [] })
})

test('the earliest recordedtime wins', () => {
  const { events } = readEvents(
    ['2024-04-02', '2024-04-01', '2024-04-03']
      .map((day) => line({ ...GO, recordedtime: `${day}T00:00:00Z` }))
      .join('\n'),
    'e.ndjson',
  )
  expect(events.map(({ recordedAt }) => recordedAt && formatInstant(recordedAt))).toEqual(['2024-04-01T00:00:00.000Z'])
})

test('content gives the event back and keeps its digits', () => {
  const parsed = parseLine(LONG)
  if (!parsed.ok) throw new Error('refused')
  const { content, digest } = parsed.event
  expect(content).toContain('12345678901234567.89')
  const again = parseEvent(parseJson(content))
  expect(again).toEqual(parsed)
  expect(again).toMatchObject({ event: { content, digest } })
})

test('content holds what was told, defaults, and instants in UTC; a digest is of what it means', () => {
  const parsed = parseEvent({
    ...GO,
    time: '2024-03-01T02:00:00+02:00',
    recordedtime: '2024-04-01T00:00:00Z',
    zone: null,
    traceparent: 'x',
    datacontenttype: 'application/json',
    data: { q: '1.50' },
  })
  if (!parsed.ok) throw new Error('refused')
  expect(parsed.event.content).toBe(
    '{"data":{"q":"1.50"},"datacontenttype":"application/json","id":"a","revision":1,"source":"s","specversion":"1.0",' +
      '"standing":"reported","time":"2024-03-01T00:00:00.000Z","traceparent":"x","type":"go"}',
  )
  expect(parsed.event.digest).toBe('a43eecc01bf55b635d571d92128a2c7f108d96752939de9b0a10ef182acee7d3')
})

test('an event known since another instant is the same telling', () => {
  const parsed = parseEvent(GO)
  if (!parsed.ok) throw new Error('refused')
  const { event } = parsed
  const at = parseInstant('2024-05-01T00:00:00Z')
  const known = knownEvent(event, at)
  expect(known).toEqual({ ...event, recordedAt: at })
  expect([known.content, known.digest]).toEqual([event.content, event.digest])
  expect(knownEvent(known, null)).toMatchObject({ recordedAt: null, recordedTime: null })
})

test('a hostile line is refused quickly', () => {
  const started = performance.now()
  for (const row of [
    '['.repeat(1_000_000),
    `{"data":${'{"a":'.repeat(100_000)}`,
    `{"n":${'9'.repeat(1_000_000)}}`,
    `{"id":"${'a'.repeat(1_000_000)}"}`,
  ]) {
    expect(parseLine(row)).toMatchObject({ ok: false })
  }
  expect(performance.now() - started).toBeLessThan(2000)
})
