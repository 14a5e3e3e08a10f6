import { Type } from 'typebox'
import { formatInstant } from '../../rules/index.ts'
import { type Acknowledgement, ALERT_KINDS, type Intent } from '../alerts/index.ts'
import { caseLink } from '../cases/index.ts'
import { Moment, orNull, SeverityShape, VerdictShape } from './shapes.ts'

/** An alert as it is answered wherever one is named. */
export const ALERT_FIELDS = {
  number: Type.Integer(),
  kind: Type.Enum([...ALERT_KINDS]),
  rung: orNull(Type.String({ description: 'Which reminder' })),
  about: Type.String({ description: 'The case, or what else it is about' }),
  agreement: Type.String(),
  commitment: orNull(Type.String()),
  title: Type.String(),
  severity: SeverityShape,
  verdict: orNull(VerdictShape),
  before: orNull(VerdictShape),
  is_news: Type.Boolean({ description: 'False: history, of which only those hear who were told otherwise' }),
  replaces: orNull(Type.Integer({ description: 'The alert that it corrects or carries on' })),
  occurred_at: Moment,
  recorded_at: Moment,
  links: Type.Object({ case: orNull(Type.String()) }),
}

export const AcknowledgementShape = Type.Object({
  by: Type.String({ description: 'A key, a person or a subscription, by id' }),
  note: orNull(Type.String()),
  at: Moment,
})

export function alertBody(intent: Intent, base: string) {
  const { body, about, agreement } = intent
  return {
    number: intent.number,
    kind: intent.kind,
    rung: intent.rung === '' ? null : intent.rung,
    about,
    agreement,
    commitment: intent.commitment,
    title: body.about === 'case' ? body.commitment.title : body.agreement.title,
    severity: intent.severity,
    verdict: intent.verdict,
    before: body.about === 'case' ? (body.before?.verdict ?? null) : null,
    is_news: intent.isNews,
    replaces: intent.replaces,
    occurred_at: formatInstant(intent.occurredAt),
    recorded_at: formatInstant(intent.recordedAt),
    links: { case: body.about === 'case' ? caseLink(base, agreement, about) : null },
  }
}

export function acknowledgementBody(found: Acknowledgement | null) {
  return found && { by: found.by, note: found.note, at: formatInstant(found.at) }
}
