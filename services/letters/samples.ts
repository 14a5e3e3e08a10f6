import { parseInstant } from '../../rules/index.ts'
import {
  ALERT_KINDS,
  type AlertKind,
  type Content,
  type Delivery,
  type ReportNews,
  type Subscription,
  type ToldAlert,
} from '../alerts/index.ts'
import type { LetterContext } from './context.ts'
import { SAMPLE_NOW, sampleAlert, sampleViolation } from './sample-alerts.ts'

/** A delivery as an example of its kind or purpose. */
export interface Sample {
  readonly name: string
  readonly delivery: Delivery
}

/** A delivery of every kind and of every purpose: what the check at start, the golden files and the pictures show. */
export function samples(): readonly Sample[] {
  return [...alertSamples(), ...purposeSamples()]
}

/** An alert to show in a test message where none is on record. */
export function exampleAlert(): ToldAlert {
  return sampleAlert('breached')
}

export const SAMPLE_SUBSCRIPTION: Subscription = {
  id: 'policy-desk',
  name: 'Policy desk',
  channel: 'mail',
  address: 'desk@ministry.example',
  person: null,
  zone: 'Europe/Kyiv',
  locale: 'en-GB',
  filter: {
    agreements: ['accord'],
    parties: null,
    commitments: null,
    tags: null,
    kinds: null,
    minimumSeverity: 'info',
  },
  rhythm: { every: 'alert' },
  quiet: { from: '22:00', to: '07:00' },
  escalation: [
    { afterMinutes: 120, tell: 'head-of-unit' },
    { afterMinutes: 24 * 60, tell: 'minister-office' },
  ],
  secrets: [],
  isPublic: false,
  state: 'active',
  stateWhy: null,
  stateSince: parseInstant('2026-01-05T08:00:00Z'),
  createdAt: parseInstant('2026-01-05T08:00:00Z'),
}

/** One file goes along, the others are there to be fetched. */
const SAMPLE_REPORT: ReportNews = {
  id: '0b1f4c52d9e84a7f9c3e6a1d2b5f8c70',
  title: 'Status report on the year 2025',
  period: 'the year 2025',
  asOf: '2025-12-31T22:00:00.000Z',
  summary: [
    'This report covers the year 2025 by the calendar of Europe/Kyiv, and looks at nine commitments in one agreement.',
    'Of five cases with a verdict, there are three met, one partly met and one unknown. Four cases are still running.',
    'Met only in part: “Financial support of 4.5 billion dollars in 2025” (Accord on Support and Cooperation between Arcadia and Ruritania).',
    'Nothing that the last report said has been corrected.',
    'One case waits for evidence; this report says what would settle it.',
  ],
  indicators: [
    { indicator: 'breached', count: 1 },
    { indicator: 'unknown', count: 1 },
    { indicator: 'on_track', count: 3 },
    { indicator: 'dormant', count: 1 },
    { indicator: 'fulfilled', count: 3 },
  ],
  files: (
    [
      ['html', 'text/html; charset=utf-8', 48_213, 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c'],
      ['pdf', 'application/pdf', 182_044, '7d865e959b2466918c9863afca942d0fb89d7c9ac0c99bafc3749504ded97730'],
      ['csv', 'text/csv; charset=utf-8', 912, 'bf07a7fbb825fc0aae7bf4a1177b2b31fcf8a3feeaf7092761e18c859ee52a9c'],
      ['json', 'application/json', 1_204_551, 'c3ab8ff13720e8ad9047dd39466b3c8974e592c2fa383d4a3960714caef0c4f2'],
    ] as const
  ).map(([form, mediaType, bytes, sha256]) => ({
    form,
    mediaType,
    bytes,
    sha256,
    isAttached: form === 'pdf',
    name: `servanda-2025.${form}`,
  })),
}

const SERVICE = 'https://servanda.example'

export const SAMPLE_CONTEXT: LetterContext = {
  publicUrl: SERVICE,
  clock: null,
  links: {
    acknowledge: `${SERVICE}/answers/acknowledge/k7Qm2`,
    silence: `${SERVICE}/answers/silence/k7Qm2`,
    unsubscribe: `${SERVICE}/answers/unsubscribe/k7Qm2`,
    confirm: `${SERVICE}/answers/confirm/k7Qm2`,
    report: `${SERVICE}/answers/report/k7Qm2`,
  },
  acknowledged: new Map(),
  titles: new Map([['accord', 'Sample accord']]),
  recipients: new Map([
    ['head-of-unit', 'Head of unit'],
    ['minister-office', 'Office of the minister'],
  ]),
}

function alertSamples(): readonly Sample[] {
  return [
    ...ALERT_KINDS.map((kind) => sampleOf(kind, { purpose: 'alert', alerts: [sampleAlert(kind)] })),
    sampleOf('breached-again', { purpose: 'alert', alerts: [sampleViolation()] }),
    sampleOf('escalated', { purpose: 'alert', alerts: [{ ...sampleAlert('breached'), because: 'escalated' }] }),
    sampleOf('several', {
      purpose: 'alert',
      alerts: (['met', 'due_soon', 'breached', 'partly_met'] as const).map(sampleAlert),
    }),
    sampleOf('many', { purpose: 'alert', alerts: ALERT_KINDS.filter((kind) => kind !== 'final').map(sampleAlert) }),
  ]
}

function purposeSamples(): readonly Sample[] {
  const alerts = OF_A_DAY.map(sampleAlert)
  const daily: Partial<Subscription> = { rhythm: { every: 'day', hour: 8 }, quiet: null, escalation: [] }
  const weekly: Partial<Subscription> = { ...daily, rhythm: { every: 'week', weekday: 1, hour: 8 } }
  const few: Partial<Subscription> = {
    ...weekly,
    locale: 'en-US',
    zone: 'America/New_York',
    filter: {
      ...SAMPLE_SUBSCRIPTION.filter,
      parties: ['ARC'],
      kinds: ['breached', 'unknown'],
      minimumSeverity: 'warning',
    },
    state: 'unconfirmed',
  }
  const subscription = {
    id: SAMPLE_SUBSCRIPTION.id,
    name: SAMPLE_SUBSCRIPTION.name,
    address: SAMPLE_SUBSCRIPTION.address,
  }
  return [
    sampleOf('digest-day', { purpose: 'digest', rhythm: 'day', alerts }, daily),
    sampleOf('digest-week', { purpose: 'digest', rhythm: 'week', alerts: alerts.slice(0, 4) }, weekly),
    sampleOf('digest-kept', { purpose: 'digest', rhythm: 'alert', alerts: alerts.slice(2, 5) }),
    sampleOf('confirmation', { purpose: 'confirmation' }, few),
    sampleOf('test', { purpose: 'test', alerts: [exampleAlert()] }),
    sampleOf('test-alone', { purpose: 'test', alerts: [] }),
    sampleOf('notice-bounced', {
      purpose: 'notice',
      notice: { about: 'bounced', subscription, answer: '550 5.1.1 No such user here' },
    }),
    sampleOf('notice-gone', {
      purpose: 'notice',
      notice: {
        about: 'gone',
        subscription: { ...subscription, address: 'https://hooks.example/1' },
        answer: 'HTTP 410 Gone',
      },
    }),
    sampleOf('report', { purpose: 'report', report: SAMPLE_REPORT }),
  ]
}

/** Two alerts about one case, twice, and others. */
const OF_A_DAY = [
  'opened',
  'due_soon',
  'at_risk',
  'partly_met',
  'stalled',
  'needs_judgement',
  'breached',
  'corrected',
  'source_stale',
  'agreement_ending',
] as const satisfies readonly AlertKind[]

function sampleOf(name: string, content: Content, subscription: Partial<Subscription> = {}): Sample {
  return {
    name,
    delivery: {
      id: `sample-${name}`,
      subscription: { ...SAMPLE_SUBSCRIPTION, ...subscription },
      receiver: 'ministry.example',
      content,
      messageId: `<sample-${name}@servanda.example>`,
      thread: [],
      attempts: 1,
      createdAt: SAMPLE_NOW,
    },
  }
}
