/** What there is to tell, decided from cases before and after; who is to be told, how and when; and what was told. */
export { type Acknowledgement, acknowledge, acknowledgementsOf } from './acknowledgements.ts'
export { actionToken, type LinkAction, readActionToken } from './action-token.ts'
export { type AlertOnRecord, type AlertsAsked, alertPages } from './alert-pages.ts'
export {
  type Alert,
  type AlertContext,
  type AlertPolicy,
  type Announced,
  alertsFor,
  decidedAt,
  hasNewViolation,
  type Reminder,
} from './alerts-for.ts'
export { CHANNELS, type ChannelName, receiverOf } from './channel.ts'
export type { Content, Delivery, Notice, ReportFile, ReportNews, ToldAlert, ToldBecause } from './delivery.ts'
export { expandIntents } from './expand.ts'
export { type AlertFilter, isWithin, SEVERITIES, type Severity, type Topic } from './filter.ts'
export { gatherDue, nextTold } from './gather.ts'
export {
  type AlertHold,
  alertHold,
  endHold,
  holdAlerts,
  type Resumed,
  type ToldUntil,
  type WaitingMails,
  waitingMails,
} from './hold.ts'
export {
  type AgreementFacts,
  agreementFacts,
  announcedCases,
  announcedIn,
  type CaseNews,
  type Clause,
  type CommitmentFacts,
  type EndingNews,
  type Intent,
  type IntentBody,
  intentsByNumber,
  type NewIntent,
  recordIntents,
  type SourceNews,
} from './intents.ts'
export { ALERT_KINDS, type AlertKind, KIND_OF_VERDICT } from './kind.ts'
export { alertMute, endMute, endMuteInTime, type Mute, muteAlerts } from './mute.ts'
export { type Reach, reachOf, type Unreached, unreachedCommitments } from './reached.ts'
export {
  createSilence,
  endSilence,
  isMeant,
  type Silence,
  type SilenceOrder,
  type SilencePlace,
  silenceById,
  silencePages,
} from './silences.ts'
export {
  type EscalationStep,
  type QuietHours,
  type Rhythm,
  type SigningSecret,
  SUBSCRIPTION_STATES,
  type Subscription,
  type SubscriptionState,
} from './subscription.ts'
export {
  addressKey,
  changeState,
  confirmationsTo,
  DEFAULT_ID,
  EVERYTHING,
  ensureDefaultSubscription,
  forgetSubscriber,
  listSubscriptions,
  saveSubscription,
  subscriptionById,
  subscriptionsById,
} from './subscriptions.ts'
