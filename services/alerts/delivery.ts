import type { Indicator, Instant } from '../../rules/index.ts'
import type { Intent } from './intents.ts'
import type { Rhythm, Subscription } from './subscription.ts'

/** Why somebody is told of an alert: they asked for it, heard what it corrects, or nobody acknowledged it before. */
export const TOLD_BECAUSE = ['subscribed', 'was_told', 'escalated'] as const
export type ToldBecause = (typeof TOLD_BECAUSE)[number]

/** An alert as part of a delivery. */
export interface ToldAlert {
  readonly intent: Intent
  readonly because: ToldBecause
  /** What this recipient was told before and this alert corrects or carries on. */
  readonly replaces: { readonly intent: Intent; readonly sentAt: Instant | null } | null
}

/** What a delivery is for. */
export type Content =
  /** What happened together, about one agreement. */
  | { readonly purpose: 'alert'; readonly alerts: readonly ToldAlert[] }
  /** What was kept for later: for its hour, for the end of the quiet hours, or of a mute. */
  | { readonly purpose: 'digest'; readonly alerts: readonly ToldAlert[]; readonly rhythm: Rhythm['every'] }
  /** Asks whoever reads it whether the subscription is theirs. */
  | { readonly purpose: 'confirmation' }
  /** Shows that what is sent arrives; about an alert that is on record, or an example. */
  | { readonly purpose: 'test'; readonly alerts: readonly ToldAlert[] }
  /** Tells whoever runs the service what it cannot mend by itself. */
  | { readonly purpose: 'notice'; readonly notice: Notice }
  /** A report that is finished, with what it says in short. */
  | { readonly purpose: 'report'; readonly report: ReportNews }

export interface Notice {
  readonly about: 'bounced' | 'gone'
  readonly subscription: { readonly id: string; readonly name: string; readonly address: string }
  /** What the other side said. */
  readonly answer: string
}

/** A finished status report, as whoever is sent it sees it at once. */
export interface ReportNews {
  readonly id: string
  readonly title: string
  /** As in `the year 2024`. */
  readonly period: string
  /** RFC 3339. */
  readonly asOf: string
  /** Sentences. */
  readonly summary: readonly string[]
  /** How many commitments show what, most urgent first. */
  readonly indicators: readonly { readonly indicator: Indicator; readonly count: number }[]
  /** Its files; those that go along with a mail are marked. */
  readonly files: readonly ReportFile[]
}

/** A form of a report, as a file. */
export interface ReportFile {
  readonly form: string
  readonly name: string
  readonly mediaType: string
  readonly sha256: string
  readonly bytes: number
  readonly isAttached: boolean
}

/** One message to one recipient, claimed for sending. */
export interface Delivery {
  readonly id: string
  readonly subscription: Subscription
  /** The domain or host it goes to. */
  readonly receiver: string
  readonly content: Content
  /** RFC 5322, the same at every attempt. */
  readonly messageId: string
  /** The earlier messages of the thread, the parent last. */
  readonly thread: readonly string[]
  /** How many attempts there were, with this one. */
  readonly attempts: number
  readonly createdAt: Instant
}
