import type { Place, Report } from '../report.ts'

const AGREEMENT = {
  agreement: 'north-south-2024',
  agreement_title: 'Agreement on support between Northland and Southland',
}
const AID = {
  ...AGREEMENT,
  commitment: 'aid-2024',
  commitment_title: 'At least 100 million euros of aid in 2024',
  case: 'north-south-2024/aid-2024@2024',
}
const TALKS = { ...AGREEMENT, commitment: 'talks-in-24h', commitment_title: 'Talks within 24 hours of an attack' }
const SPRING = { ...TALKS, case: 'north-south-2024/talks-in-24h@attack-2024-03-30' }
const AUTUMN = { ...TALKS, case: 'north-south-2024/talks-in-24h@attack-2024-11-17' }
const LEDGER_HASH = '5f2a9c0d7e6b4183a1c5d9e8f7061524334251607f8e9d5c1a3814b6e7d0c9a2'
const RULEBOOK = {
  agreement: AGREEMENT.agreement,
  version: 3,
  hash: '0c4d1f7a9be2683550e1d2c3b4a5968778695a4b3c2d1e0f55386e2b9a7f1d4c',
  file: 'rules/agreements/north-south-2024/rulebook.yaml',
  set_aside: [17],
}
const TRACKER = 'https://tracker.example.org/'
const MINISTRY = 'https://ministry.example.org/'
const JANUARY_2025 = { from: '2024-12-31T22:00:00.000Z', to: '2025-01-31T21:59:59.999Z' }
const FEBRUARY = { from: '2024-01-31T22:00:00.000Z', to: '2024-02-29T21:59:59.999Z' }

/** A small report in which everything occurs that a form has to show. */
export const sampleReport: Report = {
  schema: 'servanda.report/1',
  title: 'Status report on the year 2024',
  locale: 'en-GB',
  period: {
    name: '2024',
    words: 'the year 2024',
    zone: 'Europe/Kyiv',
    from: '2023-12-31T22:00:00.000Z',
    until: '2024-12-31T22:00:00.000Z',
  },
  as_of: '2024-12-31T21:59:59.999Z',
  basis: {
    ledger: `1204:${LEDGER_HASH}`,
    known_at: '2025-01-05T10:00:00.000Z',
    events_digest: null,
    rulebooks: [RULEBOOK],
    previous: {
      report: '2023',
      as_of: '2023-12-31T21:59:59.999Z',
      ledger: '310:9d5c1a3814b6e7d0c9a25f2a9c0d7e6b4183a1c5d9e8f7061524334251607f8e',
      known_at: null,
      rulebooks: [{ ...RULEBOOK, version: 2 }],
    },
  },
  scope: { agreements: null, parties: ['NOR'] },
  summary: [
    'This report covers the year 2024 by the calendar of Europe/Kyiv, and looks at two commitments in one agreement.',
    'Of three cases with a verdict, there is one met, one breached and one unknown. One case is still running.',
    'Breached: “Talks within 24 hours of an attack” (Agreement on support between Northland and Southland).',
    'Corrected since the last report: “Talks within 24 hours of an attack” was met and is breached.',
    'One case waits for evidence; this report says what would settle it.',
    'The next deadline is on Tuesday 31 December 2024: “At least 100 million euros of aid in 2024” (Agreement on support between Northland and Southland).',
  ],
  counts: {
    agreements: 1,
    commitments: 2,
    indicators: { breached: 1, due_soon: 1 },
    record: { met: 1, breached: 1, unknown: 1, lapsed: 1, open: 1 },
  },
  agreements: [
    {
      id: AGREEMENT.agreement,
      title: AGREEMENT.agreement_title,
      legal_force: 'political',
      parties: ['Northland', 'Southland'],
      indicator: 'breached',
      note: 'Part III, on industry, states aims without a measure.',
      commitments: [
        {
          id: AID.commitment,
          title: AID.commitment_title,
          kind: 'total',
          by: ['Northland'],
          to: ['Southland'],
          indicator: 'due_soon',
          record: { open: 1 },
          readings: [
            {
              id: 'aid-2024-strict',
              title: 'Strict reading: the money has arrived',
              indicator: 'at_risk',
              record: { open: 1 },
            },
          ],
        },
        {
          id: TALKS.commitment,
          title: TALKS.commitment_title,
          kind: 'act',
          by: ['Northland', 'Southland'],
          to: ['Southland', 'Northland'],
          indicator: 'breached',
          record: { met: 1, breached: 1, unknown: 1, lapsed: 1 },
          readings: [],
        },
      ],
    },
  ],
  changes: [
    {
      ...SPRING,
      kind: 'correction',
      before: { verdict: 'met', certainty: 'provisional', indicator: 'fulfilled' },
      after: { verdict: 'breached', certainty: 'final', indicator: 'breached' },
      due: '2024-03-31T01:30:00.000Z',
      why: 'No talks by 2024-03-31 04:30 (Europe/Kyiv): the read-out that counted was withdrawn by its source.',
    },
    {
      ...AUTUMN,
      kind: 'news',
      before: null,
      after: { verdict: 'unknown', certainty: 'provisional', indicator: 'unknown' },
      due: { from: '2024-11-17T22:00:00.000Z', to: '2024-11-18T21:59:59.999Z' },
      why: 'It cannot be said yet: “Read-outs of talks” is not known to be complete up to the end of 2024-11-18 (Europe/Kyiv).',
    },
    {
      ...AID,
      kind: 'opened',
      before: null,
      after: { verdict: 'open', certainty: 'provisional', indicator: 'due_soon' },
      due: '2024-12-31T21:59:59.999Z',
      why: 'Between 62000000 and 104500000 EUR are on record of the 100000000 EUR that are promised.',
    },
  ],
  clocks: [
    {
      ...AID,
      kind: 'total',
      by: ['Northland'],
      indicator: 'due_soon',
      flags: ['contested', 'due_soon'],
      opened: '2023-12-31T22:00:00.000Z',
      due: '2024-12-31T21:59:59.999Z',
      is_suspended: false,
    },
  ],
  totals: [
    {
      ...AID,
      verdict: 'open',
      certainty: 'provisional',
      indicator: 'due_soon',
      by: ['Northland'],
      due: '2024-12-31T21:59:59.999Z',
      value: { min: '62000000', max: '104500000.5', unit: 'EUR', target: '100000000', expected: '99726775.95' },
      growth: {
        bound: 'at_least',
        unit: 'EUR',
        target: '100000000',
        from: '2023-12-31T22:00:00.000Z',
        to: '2024-12-31T21:59:59.999Z',
        as_of: '2024-12-31T21:59:59.999Z',
        points: [
          { at: '2023-12-31T22:00:00.000Z', min: '0', max: '0' },
          { at: '2024-02-29T21:59:59.999Z', min: '20000000', max: '20000000' },
          { at: '2024-06-14T09:00:00.000Z', min: '20000000', max: '62500000.5' },
          { at: '2024-09-30T20:59:59.999Z', min: '62000000', max: '104500000.5' },
          { at: '2024-12-31T21:59:59.999Z', min: '62000000', max: '104500000.5' },
        ],
        pace: [
          { at: '2023-12-31T22:00:00.000Z', value: '0' },
          { at: '2024-12-31T21:59:59.999Z', value: '100000000' },
        ],
      },
      flows: [
        {
          event: { source: TRACKER, id: 'aid-2024-02', revision: 1 },
          when: FEBRUARY,
          is_counted: true,
          reason: 'counted as 20000000 EUR',
        },
        {
          event: { source: MINISTRY, id: 'grant-2024-06-14', revision: 2 },
          when: '2024-06-14T09:00:00.000Z',
          is_counted: true,
          reason: 'possible only: not told for certain by the sources that decide here',
        },
        {
          event: { source: TRACKER, id: 'aid-2025-01', revision: 1 },
          when: JANUARY_2025,
          is_counted: false,
          reason: 'after the time that counts',
        },
      ],
      flows_omitted: 0,
    },
  ],
  questions: [
    {
      ...AUTUMN,
      verdict: 'unknown',
      certainty: 'provisional',
      indicator: 'unknown',
      awaits: 'evidence',
      due: { from: '2024-11-17T22:00:00.000Z', to: '2024-11-18T21:59:59.999Z' },
      why: 'It cannot be said yet: “Read-outs of talks” is not known to be complete up to the end of 2024-11-18 (Europe/Kyiv).',
      settled_by: [
        'Word from the sources that are waited for that they are complete up to the end of Monday 18 November 2024: then silence counts.',
        'A judgement by a person.',
      ],
    },
  ],
  evidence: [
    {
      source: TRACKER,
      source_title: 'Support Tracker',
      source_url: 'https://tracker.example.org/data',
      id: 'aid-2024-02',
      revision: 1,
      type: 'aid',
      when: FEBRUARY,
      uses: [{ case: AID.case, role: 'counted', reason: 'counted as 20000000 EUR' }],
    },
    {
      source: 'urn:example:attacks',
      source_title: null,
      source_url: null,
      id: 'attack-2024-03-30',
      revision: 1,
      type: 'attack',
      when: '2024-03-30T01:30:00.000Z',
      uses: [{ case: SPRING.case, role: 'trigger', reason: 'opened the case' }],
    },
    {
      source: MINISTRY,
      source_title: 'What the ministry reports',
      source_url: null,
      id: 'grant-2024-06-14',
      revision: 2,
      type: 'payment',
      when: null,
      uses: [
        {
          case: AID.case,
          role: 'counted',
          reason: 'possible only: not told for certain by the sources that decide here',
        },
      ],
    },
  ],
  evidence_omitted: 4,
  method: {
    version: '0.1.0',
    readings: [
      {
        agreement: AGREEMENT.agreement,
        commitment: AID.commitment,
        title: AID.commitment_title,
        note: 'The text says “allocate”, so allocations count as they stand.',
      },
    ],
  },
}

/** So many cases of one commitment that are alike. */
export function repeatedCases<T extends Place>(one: T | undefined, count: number): readonly T[] {
  if (one === undefined) throw new TypeError('the sample has none')
  return Array.from({ length: count }, (_, n) => ({ ...one, case: `${one.case}-${n}` }))
}
