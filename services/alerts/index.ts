/** What there is to tell, decided from cases before and after; who is to be told, and what was. */
export {
  type Alert,
  type AlertContext,
  type AlertPolicy,
  type Announced,
  alertsFor,
  decidedAt,
  hasNewViolation,
  type Reminder,
  type Severity,
} from './alerts-for.ts'
export { expandIntents } from './expand.ts'
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
  announcedCases,
  announcedIn,
  type Clause,
  type Intent,
  type IntentBody,
  intentByNumber,
  recordIntents,
} from './intents.ts'
export { type AlertKind, KIND_OF_VERDICT } from './kind.ts'
export { addressKey, ensureDefaultSubscription, forgetSubscriber } from './subscriptions.ts'
