import type { Instant } from '../../rules/index.ts'
import type { ChannelName } from './channel.ts'
import type { AlertFilter } from './filter.ts'

/**
 * Whether a subscription takes alerts, and if not, why: nobody has confirmed the address yet, its owner ended it, mail
 * came back from it, the receiver said that it is gone (HTTP 410), an admin paused it, or a person was forgotten.
 */
export const SUBSCRIPTION_STATES = [
  'active',
  'unconfirmed',
  'unsubscribed',
  'bounced',
  'gone',
  'paused',
  'forgotten',
] as const
export type SubscriptionState = (typeof SUBSCRIPTION_STATES)[number]

/** When somebody is told: at once, or of everything together at an hour of their own day. */
export type Rhythm =
  | { readonly every: 'alert' }
  | { readonly every: 'day'; readonly hour: number }
  /** `weekday` by ISO 8601: 1 is Monday. */
  | { readonly every: 'week'; readonly weekday: number; readonly hour: number }

/** Hours of the local day in which nobody is disturbed, as `HH:MM`; they may run over midnight. */
export interface QuietHours {
  readonly from: string
  readonly to: string
}

/** Who else is told of an alert that nobody has acknowledged by then. */
export interface EscalationStep {
  readonly afterMinutes: number
  /** The id of a subscription. */
  readonly tell: string
}

/** A secret that signs what is sent to a receiver; the older one until then, while it is being changed. */
export interface SigningSecret {
  readonly secret: string
  readonly until: Instant | null
}

/** Somebody, or a channel, who wants to be told, and of what. */
export interface Subscription {
  readonly id: string
  readonly name: string
  readonly channel: ChannelName
  /** A mail address, or the URL of a receiver. */
  readonly address: string
  /** The id of the person it belongs to. */
  readonly person: string | null
  /** An IANA zone: the one in which it is told the time, and that its hours are in. */
  readonly zone: string
  /** A BCP 47 tag: how dates and numbers are written. */
  readonly locale: string
  readonly filter: AlertFilter
  readonly rhythm: Rhythm
  readonly quiet: QuietHours | null
  readonly escalation: readonly EscalationStep[]
  /** What signs deliveries to it, the newest first; empty where nothing is signed. */
  readonly secrets: readonly SigningSecret[]
  /** Whether anybody may have made it: it hears of what is public alone, and decides for nobody else. */
  readonly isPublic: boolean
  readonly state: SubscriptionState
  /** Why it is in this state, and since when. */
  readonly stateWhy: string | null
  readonly stateSince: Instant
  readonly createdAt: Instant
}
