import { expect, test } from 'vitest'
import { compiled, known, rulebookText, told } from '../testing/worlds.ts'
import { isMatch } from './match.ts'

/** The match of a prohibition with this `where` (YAML). */
function matchOf(where: string) {
  const [commitment] = compiled(rulebookText(`id: x, kind: prohibit, what: {event: go, ${where}}`)).commitments
  const found = commitment?.kind === 'prohibit' ? commitment.what[0] : undefined
  if (!found) throw new Error('no match')
  return found
}

const NOW = '2024-03-01T00:00Z'
const LONG =
  '{"specversion":"1.0","source":"s","id":"a","type":"go","time":"2024-03-01T00:00:00Z","data":{"n":12345678901234567.89}}'

/** where · data · whether it matches */
test.each<[string, object, boolean]>([
  ['where: {k: a}', { k: 'a' }, true],
  ['where: {k: a}', { k: 'A' }, false],
  ['where: {k: a}', {}, false],
  ['where: {k: a}', { k: null }, false],
  ['where: {k: null}', { k: null }, true],
  ['where: {k: null}', {}, false],
  ['where: {n: 1}', { n: 1 }, true],
  ['where: {n: 1.0}', { n: 1 }, true],
  ['where: {n: 1}', { n: '1' }, false],
  ['where: {n: "1"}', { n: 1 }, false],
  ['where: {b: true}', { b: true }, true],
  ['where: {b: true}', { b: 'true' }, false],
  ['where: {b: true}', { b: 1 }, false],
  ['where: {k: [a, b]}', { k: 'b' }, true],
  ['where: {k: [a, b]}', { k: 'c' }, false],
  ['where: {l: a}', { l: ['c', 'a'] }, true],
  ['where: {l: a}', { l: ['c'] }, false],
  ['where: {l: [a, b]}', { l: ['b', 'c', 'a'] }, true],
  ['where: {l: [a, b]}', { l: ['a', 'c'] }, false],
  ['where: {l: [a, b]}', { l: [] }, false],
  ['where: {"o.p": 1}', { o: { p: 1 } }, true],
  ['where: {"o.p": 1}', { 'o.p': 1 }, false],
  ['where: {"o.p": 1}', { o: [{ p: 1 }] }, false],
  ['where: {k: a, n: 1}', { k: 'a', n: 1 }, true],
  ['where: {k: a, n: 1}', { k: 'a', n: 2 }, false],
  ['where: {constructor: a}', {}, false],
  ['where: {k: NO}', { k: 'NO' }, true],
  ['where: {k: 2024-01-01}', { k: '2024-01-01' }, true],
  [`where: "data.n > 1"`, { n: 2 }, true],
  [`where: "data.n > 1"`, { n: 1 }, false],
  [`where: "data.n > 1"`, {}, false],
  [`where: "data.n > 1"`, { n: 'a' }, false],
  [`where: "data.k == 'a' && data.n >= 1.5"`, { k: 'a', n: 1.5 }, true],
  [`where: "event.source == 's' && event.type == 'go'"`, {}, true],
  [`where: "event.standing == 'reported' && event.revision == 1"`, {}, true],
  [`where: "has(data.k)"`, {}, false],
  [`where: "has(data.k)"`, { k: 1 }, true],
  [`where: "'a' in data.l"`, { l: ['a'] }, true],
  [`where: "data.l.exists(x, x > 2)"`, { l: [1, 3] }, true],
  [`where: "data.k.startsWith('ab')"`, { k: 'abc' }, true],
  [`where: "data.k"`, { k: 'a text' }, false],
])('%s of %j: %s', (where, data, does) => {
  const [event] = known([told('a', 'go', NOW, data)])
  expect(event && isMatch(matchOf(where), event, null)).toBe(does)
})

/** data of the trigger · data of the event · whether `same: [ref, "o.p"]` holds */
test.each<[object | null, object, boolean]>([
  [{ ref: 1, o: { p: 'a' } }, { ref: 1, o: { p: 'a' } }, true],
  [{ ref: 1, o: { p: 'a' } }, { ref: 1, o: { p: 'b' } }, false],
  [{ ref: 1 }, { ref: 1 }, false],
  [{ o: { p: 1 } }, { o: { p: 1 } }, false],
  [{ ref: [1, 2], o: { p: { q: 1 } } }, { ref: [1, 2], o: { p: { q: 1 } } }, true],
  [{ ref: [1, 2], o: { p: 1 } }, { ref: [2, 1], o: { p: 1 } }, false],
  [{ ref: null, o: { p: 1 } }, { ref: null, o: { p: 1 } }, true],
  [null, { ref: 1, o: { p: 'a' } }, false],
])('same of trigger %j and event %j: %s; absent never matches', (trigger, data, does) => {
  const [event] = known([told('a', 'go', NOW, data)])
  const [opened] = trigger === null ? [] : known([told('t', 'go', NOW, trigger)])
  expect(event && isMatch(matchOf('same: [ref, "o.p"]'), event, opened ?? null)).toBe(does)
})

test.each([
  [`where: "data.ref == trigger.data.ref"`, true],
  [`where: "data.ref == trigger.ref"`, true],
  [`where: "data.ref != trigger.data.ref"`, false],
])('%s knows the trigger', (where, does) => {
  const [event, opened] = known([told('a', 'go', NOW, { ref: 1 }), told('t', 'go', NOW, { ref: 1 })])
  expect(event && opened && isMatch(matchOf(where), event, opened)).toBe(does)
  expect(event && isMatch(matchOf(where), event, null)).toBe(false)
})

test.each<[string, string, boolean]>([
  ['12345678901234567.89', 'where: {n: 12345678901234567}', false],
  ['12345678901234567', 'where: {n: 12345678901234567}', true],
  ['12345678901234568', 'where: {n: 12345678901234567}', false],
  ['12345678901234567.89', `where: "data.n > 1.0"`, true],
])('the long number %s and %s: %s; compared digit by digit, by CEL as a double', (number, where, does) => {
  const [event] = known([LONG.replace('12345678901234567.89', number)])
  expect(event && isMatch(matchOf(where), event, null)).toBe(does)
})
