import { type CaseResult, type Instant, parseInstant } from '../../rules/index.ts'
import type { AgreementFacts, AlertKind, CommitmentFacts, Intent, IntentBody, ToldAlert } from '../alerts/index.ts'

/** The clock of the examples: two minutes after the deadline of the talks. */
export const SAMPLE_NOW = at('2026-03-02T12:02:00Z')

/** An alert of each kind, about countries that there are not. */
export function sampleAlert(kind: AlertKind): ToldAlert {
  return ALERTS[kind]()
}

const ACCORD: AgreementFacts = {
  id: 'accord',
  title: 'Accord on Support and Cooperation between Arcadia and Ruritania',
  legalForce: 'political',
  zone: 'Europe/Kyiv',
  visibility: 'public',
  parties: { ARC: 'Arcadia', RUR: 'Ruritania' },
}

const TALKS: CommitmentFacts = {
  id: 'talks-in-24h',
  title: 'Once called for, talks are held within 24 hours',
  kind: 'act',
  by: ['ARC', 'RUR'],
  to: [],
  tags: ['talks'],
  note: 'Talks at any level and in any form count. The hours run from the call, not from the attack.',
  clause: {
    ref: 'III.5',
    quote: 'either country may call for bilateral talks to be held within 24 hours',
    title: 'Text of the accord',
    url: 'https://accord.example/text#III.5',
    published: '2024-06-13',
  },
}

const FUNDS: CommitmentFacts = {
  ...TALKS,
  id: 'funds-2025',
  title: 'Financial support of 4.5 billion dollars in 2025',
  kind: 'total',
  by: ['ARC'],
  to: ['RUR'],
  tags: ['funds'],
  note: null,
  clause: {
    ...TALKS.clause,
    ref: 'II.1',
    quote: '4.5 billion dollars in the course of 2025',
  } as CommitmentFacts['clause'],
}

const EQUIPMENT: CommitmentFacts = {
  ...TALKS,
  id: 'non-lethal-only',
  title: 'Only non-lethal equipment is sent',
  kind: 'prohibit',
  by: ['ARC'],
  to: ['RUR'],
  tags: ['equipment'],
  note: null,
  clause: null,
}

const REFORM: CommitmentFacts = {
  ...TALKS,
  id: 'reform-of-courts',
  title: 'Ruritania strives for a reform of its courts',
  kind: 'endeavour',
  by: ['RUR'],
  tags: ['reform'],
  note: null,
  clause: null,
}

const CALL = { source: 'https://mfa.ruritania.example/', id: 'call-2026-03-01', revision: 1 }
const READOUT = { source: 'https://mfa.arcadia.example/', id: 'readout-2026-03-02', revision: 2 }

const TALKS_OPEN: CaseResult = {
  id: 'accord/talks-in-24h@https://mfa.ruritania.example/#call-2026-03-01',
  phase: 'running',
  verdict: 'open',
  certainty: 'provisional',
  flags: [],
  opened: '2026-03-01T12:00:00.000Z',
  due: '2026-03-02T12:00:00.000Z',
  close: '2026-03-02T12:00:00.000Z',
  next_check: '2026-03-02T12:00:00.001Z',
  value: null,
  explanation: 'Owed by 2026-03-02 14:00 (Europe/Kyiv); nothing that counts has been reported so far.',
  evidence: [{ event: CALL, role: 'trigger', reason: 'opened this case' }],
  evidence_omitted: 0,
}

/** Another call, a day later. */
const TALKS_CALLED: CaseResult = {
  ...TALKS_OPEN,
  id: 'accord/talks-in-24h@https://mfa.ruritania.example/#call-2026-03-02',
  opened: '2026-03-02T11:45:00.000Z',
  due: '2026-03-03T11:45:00.000Z',
  close: '2026-03-03T11:45:00.000Z',
  next_check: '2026-03-03T11:45:00.001Z',
  explanation: 'Owed by 2026-03-03 13:45 (Europe/Kyiv); nothing that counts has been reported so far.',
  evidence: [{ event: { ...CALL, id: 'call-2026-03-02' }, role: 'trigger', reason: 'opened this case' }],
}

const TALKS_BREACHED: CaseResult = {
  ...TALKS_OPEN,
  phase: 'closed',
  verdict: 'breached',
  next_check: '2026-03-16T12:00:00.000Z',
  explanation:
    'Nothing that counts is on record between 2026-03-01 14:00 (Europe/Kyiv) and 2026-03-02 14:00 (Europe/Kyiv).',
}

const TALKS_MET: CaseResult = {
  ...TALKS_OPEN,
  phase: 'closed',
  verdict: 'met',
  next_check: '2026-03-16T12:00:00.000Z',
  explanation:
    'Performed in time: readout-2026-03-02 (https://mfa.arcadia.example/) of 2026-03-02 11:30 (Europe/Kyiv), due by 2026-03-02 14:00 (Europe/Kyiv).',
  evidence: [...TALKS_OPEN.evidence, { event: READOUT, role: 'performed', reason: 'performed in time' }],
  evidence_omitted: 3,
}

const TALKS_UNKNOWN: CaseResult = {
  ...TALKS_OPEN,
  phase: 'closed',
  verdict: 'unknown',
  flags: ['imprecise'],
  next_check: '2026-03-16T12:00:00.000Z',
  explanation:
    'It cannot be said: readout-2026-03-02 (https://mfa.arcadia.example/) may have come in time, but its time is not exact enough; its exact time or a confirmation would settle it.',
  evidence: [
    ...TALKS_OPEN.evidence,
    { event: READOUT, role: 'performed', reason: 'possible only: its time is not exact enough' },
  ],
}

const FUNDS_OPEN: CaseResult = {
  ...TALKS_OPEN,
  id: 'accord/funds-2025@2025',
  flags: ['at_risk'],
  opened: '2024-12-31T22:00:00.000Z',
  due: '2026-12-31T21:59:59.999Z',
  close: '2026-12-31T21:59:59.999Z',
  next_check: '2026-10-19T12:00:00.000Z',
  value: { min: '275000000', max: '412000000.5', unit: 'USD', target: '4500000000', expected: '750000000' },
  explanation:
    'So far 275,000,000 USD for certain, and up to 412,000,000.5 USD with what is only possible, against the target of 4,500,000,000 USD for 2025: 2 flows counted.',
  evidence: [
    {
      event: { source: 'https://budget.example/', id: 'tranche-1', revision: 1 },
      role: 'counted',
      reason: 'counted as 275000000 USD',
    },
    {
      event: { source: 'https://press.example/', id: 'tranche-2', revision: 1 },
      role: 'counted',
      reason: 'possible only: not told for certain by the sources that decide here',
    },
  ],
}

const FUNDS_PARTLY: CaseResult = {
  ...FUNDS_OPEN,
  phase: 'closed',
  verdict: 'partly_met',
  flags: [],
  due: '2026-03-01T21:59:59.999Z',
  close: '2026-03-01T21:59:59.999Z',
  value: { min: '2310000000.25', max: '2310000000.25', unit: 'USD', target: '4500000000', expected: null },
  explanation: 'Given in part: 2,310,000,000.25 USD against the target of 4,500,000,000 USD for 2025; 2 flows counted.',
  next_check: '2026-08-28T22:00:00.000Z',
}

const EQUIPMENT_BREACHED: CaseResult = {
  ...TALKS_OPEN,
  id: 'accord/non-lethal-only@term',
  verdict: 'breached',
  opened: '2024-06-12T21:00:00.000Z',
  due: '2034-06-12T20:59:59.999Z',
  close: '2034-06-12T20:59:59.999Z',
  next_check: null,
  explanation: 'Violated 2 times, first by shipment-7 (https://customs.example/).',
  evidence: ['shipment-7', 'shipment-9'].map((id) => ({
    event: { source: 'https://customs.example/', id, revision: 1 },
    role: 'violated',
    reason: 'violated the prohibition',
  })),
}

const EQUIPMENT_UNCLEAR: CaseResult = {
  ...EQUIPMENT_BREACHED,
  verdict: 'needs_judgement',
  explanation: 'A person has to judge whether shipment-7 (https://customs.example/) violates it (1 unclear event).',
  evidence: [
    {
      event: { source: 'https://customs.example/', id: 'shipment-7', revision: 1 },
      role: 'counted',
      reason: 'needs a judgement',
    },
  ],
}

const REFORM_STALLED: CaseResult = {
  ...TALKS_OPEN,
  id: 'accord/reform-of-courts@term',
  flags: ['stalled'],
  opened: '2024-06-12T21:00:00.000Z',
  due: '2034-06-12T20:59:59.999Z',
  close: '2034-06-12T20:59:59.999Z',
  next_check: null,
  explanation: 'No sign of effort since 2025-08-30.',
  evidence: [
    {
      event: { source: 'https://courts.example/', id: 'draft-law', revision: 1 },
      role: 'counted',
      reason: 'a sign of effort',
    },
  ],
}

const TALKS_BREACH_TOLD = intentOf('breached', 11, TALKS, TALKS_OPEN, TALKS_BREACHED)
const TOLD_BEFORE: ToldAlert['replaces'] = { intent: TALKS_BREACH_TOLD, sentAt: at('2026-03-02T12:00:05Z') }

const ALERTS = {
  opened: () => told(intentOf('opened', 1, TALKS, null, TALKS_CALLED, '2026-03-02T11:45:00Z')),
  due_soon: () => {
    const soon: CaseResult = { ...TALKS_CALLED, flags: ['due_soon'] }
    return told({ ...intentOf('due_soon', 2, TALKS, TALKS_CALLED, soon, '2026-03-02T12:00:00Z'), rung: '1d' })
  },
  at_risk: () => told(intentOf('at_risk', 3, FUNDS, { ...FUNDS_OPEN, flags: [] }, FUNDS_OPEN)),
  overdue: () => {
    const late: CaseResult = {
      ...TALKS_OPEN,
      flags: ['overdue'],
      close: '2026-03-03T12:00:00.000Z',
      next_check: '2026-03-03T12:00:00.001Z',
    }
    const overdue = {
      ...late,
      explanation:
        'Overdue: it was due on 2026-03-02 14:00 (Europe/Kyiv), and the tolerance ends on 2026-03-03 14:00 (Europe/Kyiv).',
    }
    return told(intentOf('overdue', 4, TALKS, TALKS_OPEN, overdue))
  },
  stalled: () => told(intentOf('stalled', 5, REFORM, { ...REFORM_STALLED, flags: [] }, REFORM_STALLED)),
  breached: () => told(TALKS_BREACH_TOLD),
  partly_met: () => told(intentOf('partly_met', 6, FUNDS, FUNDS_OPEN, FUNDS_PARTLY, '2026-03-01T21:59:59.999Z')),
  unknown: () => told(intentOf('unknown', 7, TALKS, TALKS_OPEN, TALKS_UNKNOWN)),
  needs_judgement: () =>
    told(intentOf('needs_judgement', 8, EQUIPMENT, { ...EQUIPMENT_UNCLEAR, verdict: 'open' }, EQUIPMENT_UNCLEAR)),
  met: () => told(intentOf('met', 9, TALKS, TALKS_OPEN, TALKS_MET, '2026-03-02T09:30:00Z')),
  met_late: () => {
    const late: CaseResult = {
      ...TALKS_MET,
      verdict: 'met_late',
      evidence: [...TALKS_OPEN.evidence, { event: READOUT, role: 'performed', reason: 'performed after the deadline' }],
      explanation:
        'Performed, but late: readout-2026-03-02 (https://mfa.arcadia.example/) of 2026-03-02 14:01 (Europe/Kyiv), due by 2026-03-02 14:00 (Europe/Kyiv).',
    }
    return told(intentOf('met_late', 12, TALKS, TALKS_BREACHED, late, '2026-03-02T12:01:00Z'), TOLD_BEFORE)
  },
  repaired: () => {
    const repaired: CaseResult = {
      ...TALKS_BREACHED,
      verdict: 'repaired',
      explanation: 'It was not kept, and what was missed has been made good since.',
    }
    return told(intentOf('repaired', 13, TALKS, TALKS_BREACHED, repaired, '2026-03-02T12:01:00Z'), TOLD_BEFORE)
  },
  corrected: () => {
    const corrected = intentOf('corrected', 14, TALKS, TALKS_BREACHED, TALKS_MET, '2026-03-02T09:30:00Z')
    return { intent: { ...corrected, replaces: TALKS_BREACH_TOLD.number }, because: 'was_told', replaces: TOLD_BEFORE }
  },
  final: () =>
    told(intentOf('final', 15, TALKS, TALKS_BREACHED, { ...TALKS_BREACHED, certainty: 'final', next_check: null })),
  source_stale: () =>
    told({
      ...bare('source_stale', 16, 'accord/readouts', {
        about: 'source',
        agreement: ACCORD,
        source: {
          id: 'readouts',
          title: 'Official read-outs of talks',
          url: 'https://mfa.arcadia.example/news',
          heardAt: at('2026-02-20T08:15:00Z'),
          expectedBy: at('2026-02-27T08:15:00Z'),
        },
      }),
      severity: 'warning',
    }),
  agreement_ending: () =>
    told({
      ...bare('agreement_ending', 17, 'accord', {
        about: 'agreement',
        agreement: ACCORD,
        endsAt: at('2026-06-12T20:59:59.999Z'),
      }),
      severity: 'info',
    }),
} as const satisfies Record<AlertKind, () => ToldAlert>

/** Another violation of what was breached before. */
export function sampleViolation(): ToldAlert {
  const before = { ...EQUIPMENT_BREACHED, evidence: EQUIPMENT_BREACHED.evidence.slice(0, 1) }
  return told(intentOf('breached', 18, EQUIPMENT, before, EQUIPMENT_BREACHED))
}

function told(intent: Intent, replaces: ToldAlert['replaces'] = null): ToldAlert {
  return { intent: { ...intent, replaces: replaces?.intent.number ?? null }, because: 'subscribed', replaces }
}

function intentOf(
  kind: AlertKind,
  number: number,
  commitment: CommitmentFacts,
  before: CaseResult | null,
  after: CaseResult,
  occurred = '2026-03-02T12:00:00.001Z',
): Intent {
  const body = { about: 'case', agreement: ACCORD, commitment, before, after } as const
  return {
    ...bare(kind, number, after.id, body),
    commitment: commitment.id,
    verdict: after.verdict,
    occurredAt: at(occurred),
  }
}

function bare(kind: AlertKind, number: number, about: string, body: IntentBody): Intent {
  return {
    number,
    about,
    agreement: ACCORD.id,
    commitment: null,
    kind,
    rung: '',
    verdictVersion: 2,
    verdict: null,
    severity: 'critical',
    occurredAt: at('2026-03-02T12:00:00.001Z'),
    recordedAt: at('2026-03-02T12:01:00Z'),
    replaces: null,
    isNews: true,
    body,
  }
}

function at(text: string): Instant {
  return parseInstant(text)
}
