import { expect, test } from 'vitest'
import { type AlertFilter, asksFor, isWithin } from './filter.ts'

const ALL: AlertFilter = {
  agreements: null,
  parties: null,
  commitments: null,
  tags: null,
  kinds: null,
  minimumSeverity: 'info',
}

const TALKS = { agreement: 'accord', commitment: 'talks', parties: ['JPN', 'UKR'], tags: ['security'] }

test.each([
  [{}, true, 'nothing is asked'],
  [{ agreements: ['accord', 'treaty'] }, true, 'one of the agreements'],
  [{ agreements: ['treaty'] }, false, 'another agreement'],
  [{ parties: ['UKR'] }, true, 'one of its parties'],
  [{ parties: ['DEU'] }, false, 'no party of it'],
  [{ commitments: ['accord/talks'] }, true, 'the commitment'],
  [{ commitments: ['talks'] }, false, 'a commitment without its agreement'],
  [{ tags: ['money', 'security'] }, true, 'one of the tags'],
  [{ tags: ['money'] }, false, 'another tag'],
  [{ agreements: ['accord'], tags: ['money'] }, false, 'one part that is not met'],
] as [Partial<AlertFilter>, boolean, string][])('%j takes what is about talks: %s (%s)', (asked, isSo) => {
  expect(isWithin(TALKS, { ...ALL, ...asked })).toBe(isSo)
})

test.each([
  [{ kinds: ['breached'] }, { kind: 'breached', verdict: 'breached', severity: 'info' }, true],
  [{ kinds: ['breached'] }, { kind: 'met', verdict: 'met', severity: 'info' }, false],
  [{ kinds: ['breached'] }, { kind: 'corrected', verdict: 'breached', severity: 'info' }, true],
  [{ kinds: ['breached'] }, { kind: 'corrected', verdict: 'met', severity: 'info' }, false],
  [{}, { kind: 'corrected', verdict: 'void', severity: 'info' }, false],
  [{ minimumSeverity: 'warning' }, { kind: 'breached', verdict: 'breached', severity: 'info' }, false],
  [{ minimumSeverity: 'warning' }, { kind: 'breached', verdict: 'breached', severity: 'critical' }, true],
  [{ kinds: ['source_stale'] }, { kind: 'source_stale', verdict: null, severity: 'warning' }, true],
] as const)('%j asks for %j: %s', (asked, alert, isSo) => {
  expect(asksFor(alert, { ...ALL, ...asked })).toBe(isSo)
})
