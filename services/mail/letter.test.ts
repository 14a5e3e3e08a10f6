import { describe, expect, test } from 'vitest'
import { type CaseResult, parseInstant } from '../../rules/index.ts'
import type { Intent } from '../alerts/index.ts'
import { letterAbout } from './letter.ts'
import { renderHtml, renderText } from './render.ts'

const CASE: CaseResult = {
  id: 'accord/talks@attacks#a1',
  phase: 'closed',
  verdict: 'breached',
  certainty: 'provisional',
  flags: [],
  opened: '2026-03-01T12:00:00.000Z',
  due: '2026-03-02T12:00:00.000Z',
  close: '2026-03-02T12:00:00.000Z',
  next_check: '2026-03-16T12:00:00.000Z',
  value: null,
  explanation: 'No consultation was held by 2 March 2026.',
  evidence: [
    { event: { source: 'attacks', id: 'a1', revision: 1 }, role: 'trigger', reason: 'a new attack' },
    { event: { source: 'mofa', id: 'x', revision: 1 }, role: 'ignored', reason: 'too early' },
  ],
  evidence_omitted: 0,
}

const BREACH: Intent = {
  number: 1,
  caseId: CASE.id,
  agreement: 'accord',
  commitment: 'talks',
  kind: 'breached',
  rung: '',
  verdictVersion: 2,
  verdict: 'breached',
  severity: 'critical',
  occurredAt: parseInstant('2026-03-02T12:00:00Z'),
  recordedAt: parseInstant('2026-03-02T12:00:00.001Z'),
  replaces: null,
  isNews: true,
  body: {
    agreement: { id: 'accord', title: 'Accord', legalForce: 'political', zone: 'Europe/Kyiv' },
    commitment: {
      id: 'talks',
      title: 'Talks within 24 hours',
      kind: 'act',
      note: null,
      clause: {
        ref: 'III.5',
        quote: 'talks to be held within 24 hours',
        title: 'Yomiuri',
        url: 'https://paper.example/a',
        published: '2024-06-08',
      },
    },
    before: { ...CASE, phase: 'running', verdict: 'open' },
    after: CASE,
  },
}

const CONTEXT = { zone: 'Europe/Kyiv', publicUrl: 'http://127.0.0.1:8080', clock: null }

describe('a letter', () => {
  test('about a breach, as text', () => {
    expect(renderText(letterAbout(BREACH, CONTEXT))).toMatchInlineSnapshot(`
      "Breached: Talks within 24 hours

      No consultation was held by 2 March 2026.

      This has been so since 2026-03-02 14:00:00 Europe/Kyiv (2026-03-02 12:00:00 UTC).

      Agreement: Accord (legal force: political)
      Case: accord/talks@attacks#a1
      Status: breached (provisional, closed)
      Before: open (provisional, running)
      Opened: 2026-03-01 14:00:00 Europe/Kyiv (2026-03-01 12:00:00 UTC)
      Due: 2026-03-02 14:00:00 Europe/Kyiv (2026-03-02 12:00:00 UTC)
      Next date to watch: 2026-03-16 14:00:00 Europe/Kyiv (2026-03-16 12:00:00 UTC)
      Severity: critical
      Clause: “talks to be held within 24 hours” Yomiuri, III.5, 2024-06-08

      Evidence
      - trigger: a1 from attacks: a new attack

      This case: http://127.0.0.1:8080/v1/agreements/accord/cases/accord%2Ftalks%40attacks%23a1
      Status of the agreement: http://127.0.0.1:8080/v1/status/accord
      The text: https://paper.example/a

      -- 
      You get this because your subscription takes alerts of this kind.
      "
    `)
  })

  test('about a correction quotes the verdict it replaces', () => {
    const met = { ...CASE, verdict: 'met' as const, explanation: 'Talks were held on 2 March.' }
    const corrected: Intent = {
      ...BREACH,
      kind: 'corrected',
      verdict: 'met',
      body: { ...BREACH.body, before: CASE, after: met },
    }
    const letter = letterAbout(corrected, CONTEXT)
    expect(letter.headline).toBe('Correction: met, not breached: Talks within 24 hours')
    expect(letter.sentences[0]).toBe('An earlier mail said "breached". In the light of what is known now it is "met".')
  })

  test('says when its times are not real', () => {
    const letter = letterAbout(BREACH, { ...CONTEXT, clock: 'simulated clock: 3600 times as fast' })
    expect(letter.footer.at(-1)).toBe('These times are not real: simulated clock: 3600 times as fast.')
  })

  test('lets nothing from outside become markup, a header, a link or an endless line', () => {
    const evil = '<script>alert(1)</script>\r\nBcc: victim@example.org\u0000\u202e "\'&'
    const hostile: Intent = {
      ...BREACH,
      body: {
        ...BREACH.body,
        agreement: { ...BREACH.body.agreement, title: evil },
        commitment: {
          ...BREACH.body.commitment,
          title: `${evil}${'x'.repeat(10_000)}`,
          clause: { ref: evil, quote: evil, title: evil, url: 'javascript:alert(1)', published: null },
        },
        after: { ...CASE, explanation: evil },
      },
    }
    const letter = letterAbout(hostile, CONTEXT)
    const html = renderHtml(letter)
    for (const character of ['\r', '\n', '\u0000', '\u202e']) expect(letter.subject).not.toContain(character)
    expect(letter.subject.length).toBeLessThan(400)
    expect(html).not.toContain('<script>')
    expect(html).not.toContain('javascript:')
    expect(renderText(letter)).not.toMatch(/^Bcc:/m)
  })
})
