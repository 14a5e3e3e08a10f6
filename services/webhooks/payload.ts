import { formatInstant } from '../../rules/index.ts'
import type { Delivery, Intent, ReportNews, ToldAlert } from '../alerts/index.ts'

/** What a webhook gets: plain data, by the names that the API has for it. */
export function webhookPayload({ id, createdAt, content, subscription }: Delivery): unknown {
  const base = { type: `servanda.${content.purpose}`, timestamp: formatInstant(createdAt) }
  const about = { delivery: id, subscription: subscription.id }
  switch (content.purpose) {
    case 'notice': {
      const { about: what, subscription: lost, answer } = content.notice
      return {
        ...base,
        data: { ...about, notice: { about: what, subscription: { id: lost.id, name: lost.name }, answer } },
      }
    }
    case 'confirmation':
      return { ...base, data: about }
    case 'report':
      return { ...base, data: { ...about, report: reportBody(content.report) } }
    default:
      return { ...base, data: { ...about, alerts: content.alerts.map(alertBody) } }
  }
}

/** Whether a file goes along with mails says nothing to a program, which fetches what it wants. */
function reportBody({ id, title, period, asOf, summary, indicators, files }: ReportNews) {
  return {
    id,
    title,
    period,
    as_of: asOf,
    summary,
    indicators,
    files: files.map(({ form, name, mediaType, sha256, bytes }) => ({
      form,
      name,
      media_type: mediaType,
      sha256,
      bytes,
    })),
  }
}

function alertBody({ intent, because, replaces }: ToldAlert) {
  const { body } = intent
  return {
    ...alertFacts(intent),
    because,
    replaces: replaces && { number: replaces.intent.number, verdict: replaces.intent.verdict },
    agreement: { id: body.agreement.id, title: body.agreement.title, legal_force: body.agreement.legalForce },
    ...(body.about === 'case' && {
      commitment: {
        id: body.commitment.id,
        title: body.commitment.title,
        by: body.commitment.by,
        to: body.commitment.to,
      },
      before: body.before && {
        verdict: body.before.verdict,
        phase: body.before.phase,
        certainty: body.before.certainty,
      },
      case: body.after,
    }),
    ...(body.about === 'source' && {
      source: {
        id: body.source.id,
        title: body.source.title,
        heard_at: body.source.heardAt && formatInstant(body.source.heardAt),
        expected_by: formatInstant(body.source.expectedBy),
      },
    }),
    ...(body.about === 'agreement' && { ends_at: formatInstant(body.endsAt) }),
  }
}

function alertFacts({ number, about, kind, rung, severity, verdict, occurredAt, recordedAt }: Intent) {
  return {
    number,
    about,
    kind,
    rung: rung === '' ? null : rung,
    severity,
    verdict,
    occurred_at: formatInstant(occurredAt),
    recorded_at: formatInstant(recordedAt),
  }
}
