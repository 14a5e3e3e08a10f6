import { formatInstant, type Instant, parseInstant, type TimeValue } from '../../rules/index.ts'
import type { Delivery, Intent, IntentBody, ToldAlert } from '../alerts/index.ts'

const DAY_MS = 24 * 3_600_000

/** Alertmanager drops what nobody repeats; a verdict of ours stands until another takes its place, for this long at most. */
const FIRES_FOR_MS = 365 * DAY_MS

/** How long there is a word of a source that is silent: nobody is told when it is heard again. */
const SILENCE_FIRES_FOR_MS = 7 * DAY_MS

/** How long a test can be seen. */
const TEST_FIRES_FOR_MS = 5 * 60_000

/** Verdicts that call for nobody: the alert about the case is over. */
const SETTLED = new Set(['met', 'met_late', 'repaired', 'excused', 'exercised', 'lapsed', 'void'])

/**
 * A delivery as `POST /api/v2/alerts` takes it. One alert a case, whatever is told of it: its labels stay as they are, so
 * that a correction resolves what it corrects. Pure.
 * @see Alertmanager's API v2
 */
export function alertmanagerAlerts({ content, createdAt }: Delivery, publicUrl: string): readonly unknown[] {
  if (content.purpose === 'test') return [testAlert(createdAt, publicUrl)]
  if (!('alerts' in content)) return []
  const latest = new Map(content.alerts.map((alert) => [alert.intent.about, alert]))
  return [...latest.values()].map((alert) => alertOf(alert, createdAt, publicUrl))
}

function alertOf({ intent, replaces }: ToldAlert, at: Instant, publicUrl: string): unknown {
  const { about, agreement, commitment, kind, verdict, body, occurredAt } = intent
  // It may have become another since, and would make another alert.
  const severity = replaces?.intent.severity ?? intent.severity
  const summary = body.about === 'case' ? body.commitment.title : body.agreement.title
  const ends = endOf(intent, at)
  return {
    labels: { alertname: 'servanda', agreement, ...(commitment !== null && { commitment }), about, severity },
    annotations: {
      summary,
      kind,
      ...(verdict !== null && { verdict }),
      ...(body.about === 'case' && { description: body.after.explanation }),
    },
    startsAt: formatInstant(Math.min(occurredAt, ends) as Instant),
    endsAt: formatInstant(ends),
    generatorURL: `${publicUrl}/v1/status/${encodeURIComponent(agreement)}`,
  }
}

/** Until when an alert fires that is sent at `at`; not after that where it is over. */
function endOf({ kind, verdict, body }: Intent, at: Instant): Instant {
  const isOver = verdict !== null && (SETTLED.has(verdict) || (verdict === 'open' && kind === 'corrected'))
  if (isOver) return at
  const known = knownEnd(body, verdict === 'open')
  return known !== null && known > at ? known : plus(at, body.about === 'source' ? SILENCE_FIRES_FOR_MS : FIRES_FOR_MS)
}

/** When what an alert warns of has come or not: the end of an open case, or of an agreement. */
function knownEnd(body: IntentBody, isOpen: boolean): Instant | null {
  if (body.about === 'agreement') return body.endsAt
  if (body.about !== 'case' || !isOpen || body.after.close === null) return null
  return lastOf(body.after.close)
}

function lastOf(time: TimeValue): Instant {
  return parseInstant(typeof time === 'string' ? time : time.to)
}

function testAlert(at: Instant, publicUrl: string): unknown {
  return {
    labels: { alertname: 'servanda_test' },
    annotations: { summary: 'This is a test: alerts of Servanda arrive here.' },
    startsAt: formatInstant(at),
    endsAt: formatInstant(plus(at, TEST_FIRES_FOR_MS)),
    generatorURL: `${publicUrl}/v1/status`,
  }
}

function plus(at: Instant, ms: number): Instant {
  return (at + ms) as Instant
}
