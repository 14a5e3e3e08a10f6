import type { ColumnType, GeneratedAlways } from 'kysely'
import type { InstantColumn, NullableInstantColumn } from './column-types.ts'

/** A `bigint`; every one of ours stays far below 2^53. */
type Big = number
/** A `json` column: a value when read, its text when written. */
type Json<T = unknown> = ColumnType<T, string, string>
type NullableJson<T = unknown> = ColumnType<T | null, string | null | undefined, string | null>

interface Events {
  seq: Big
  source: string
  id: string
  revision: number
  type: string | null
  retracted: boolean
  standing: string
  recorded_at: InstantColumn
  claimed_at: NullableInstantColumn
  content: string
  digest: string
  origin: 'http' | 'import'
  key_id: string | null
  previous_hash: string
  hash: string
}

/** The door a rulebook came in by. */
type RulebookOrigin = 'folder' | 'http'

interface Rulebooks {
  agreement: string
  version: number
  hash: string
  title: string
  file: string
  text: string
  included: Json
  origin: RulebookOrigin
  adopted_at: InstantColumn
}

interface Rejections {
  origin: RulebookOrigin
  file: string
  agreement: string | null
  hash: string
  problems: Json
  rejected_at: InstantColumn
}

interface Imports {
  file: string
  digest: string
  events: number
  problems: Json
  imported_at: InstantColumn
}

interface Agreements {
  id: string
  evaluated_at: NullableInstantColumn
  evaluated_seq: Big
  failure: string | null
  failed_at: NullableInstantColumn
}

interface Commitments {
  agreement: string
  id: string
  position: number
  indicator: string
  next_check: NullableInstantColumn
  record: Json
  tally: Json
}

interface Cases {
  id: string
  agreement: string
  commitment: string
  opened_at: NullableInstantColumn
  opened_to: NullableInstantColumn
  due_at: NullableInstantColumn
  indicator: string | null
  is_gone: boolean
  phase: string
  verdict: string
  certainty: string
  verdict_version: number
  next_check: NullableInstantColumn
  replaced_by: string | null
  changed_at: InstantColumn
  result: Json
  /** How often what a calendar shows of it has changed, and when that was recorded last. */
  calendar_version: number
  calendar_at: InstantColumn
}

interface Transitions {
  number: GeneratedAlways<Big>
  case_id: string
  agreement: string
  commitment: string
  verdict_version: number
  cause: 'evidence' | 'time' | 'correction' | 'import' | 'rule_change' | 'judgement'
  occurred_at: InstantColumn
  recorded_at: InstantColumn
  seq: Big
  rulebook_version: number
  before: ColumnType<unknown, string | null, string | null>
  after: Json
}

interface Outbox {
  agreement: string
  commitment: string
  seq: Big
  cause: 'evidence' | 'import' | 'rule_change'
}

interface SetAside {
  agreement: string
  seq: Big
  cause: 'evidence' | 'import'
  failure: string
  set_aside_at: InstantColumn
}

interface Intents {
  number: GeneratedAlways<Big>
  /** The case, or what else it is about. */
  about: string
  agreement: string
  commitment: string | null
  kind: string
  rung: string
  verdict_version: number
  verdict: string | null
  severity: string
  occurred_at: InstantColumn
  recorded_at: InstantColumn
  replaces: Big | null
  is_news: boolean
  body: Json
  expanded_at: NullableInstantColumn
}

/** What tells which alerts are meant; null: any. */
interface AlertFilterColumns {
  agreements: NullableJson<string[]>
  parties: NullableJson<string[]>
  commitments: NullableJson<string[]>
  tags: NullableJson<string[]>
  kinds: NullableJson<string[]>
  minimum_severity: string
}

type ChannelName = 'mail' | 'webhook' | 'slack' | 'teams' | 'alertmanager'

interface Subscriptions extends AlertFilterColumns {
  id: string
  name: string
  channel: ChannelName
  address: string
  person: string | null
  zone: string
  locale: string
  digest: 'day' | 'week' | null
  digest_weekday: number | null
  digest_hour: number | null
  quiet_from: string | null
  quiet_to: string | null
  escalation: Json
  secrets: Json
  is_public: boolean
  state: 'active' | 'unconfirmed' | 'unsubscribed' | 'bounced' | 'gone' | 'paused' | 'forgotten'
  state_why: string | null
  state_since: InstantColumn
  created_at: InstantColumn
}

/** That a subscription is told of an intent: by which delivery, or when it will be, or which silence hides it. */
interface Told {
  intent: Big
  subscription: string
  because: 'subscribed' | 'was_told' | 'escalated'
  due_at: NullableInstantColumn
  delivery: string | null
  silence: string | null
}

interface Deliveries {
  id: string
  number: GeneratedAlways<Big>
  purpose: 'alert' | 'digest' | 'confirmation' | 'test' | 'notice' | 'report'
  subscription: string
  channel: ChannelName
  /** The domain or host it goes to. */
  receiver: string
  state: 'pending' | 'sending' | 'sent' | 'uncertain' | 'failed' | 'bounced' | 'withheld'
  message_id: string
  thread: Json<string[]>
  rhythm: 'alert' | 'day' | 'week' | null
  notice: NullableJson
  report: NullableJson
  attempts: number
  next_attempt_at: NullableInstantColumn
  created_at: InstantColumn
  sent_at: NullableInstantColumn
  answer: string | null
}

interface ReportSchedules {
  id: string
  title: string | null
  every: 'day' | 'week' | 'month' | 'quarter' | 'year'
  zone: string
  hour: number
  days_after: number
  locale: string
  agreements: ColumnType<string[] | null, string | null, string | null>
  parties: ColumnType<string[] | null, string | null, string | null>
  /** Ids of subscriptions. */
  tell: Json<string[]>
  /** Forms that go along with a mail. */
  attach: Json<string[]>
  state: 'active' | 'paused'
  /** Null: never, as long as it is paused. */
  due_at: NullableInstantColumn
  /** Until when somebody who makes its report is given for it. */
  working_until: NullableInstantColumn
  failure: string | null
  created_at: InstantColumn
}

interface Reports {
  id: string
  number: GeneratedAlways<Big>
  schedule: string | null
  title: string
  period: string
  request: Json
  basis: Json
  as_of: InstantColumn
  version: string
  facts: Json
  created_by: string
  created_at: InstantColumn
}

interface ReportFiles {
  report: string
  form: 'html' | 'pdf' | 'csv' | 'markdown' | 'json'
  sha256: string
  length: Big
  encoding: 'identity' | 'gzip'
  content: Buffer
}

interface Silences extends AlertFilterColumns {
  id: string
  about: string | null
  /** Whom it spares; null: everybody. */
  subscription: string | null
  reason: string
  created_by: string
  created_at: InstantColumn
  expires_at: InstantColumn
  ended_at: NullableInstantColumn
  ended_why: string | null
}

interface Acknowledgements {
  number: GeneratedAlways<Big>
  intent: Big
  about: string
  verdict_version: number
  acknowledged_by: string
  note: string | null
  acknowledged_at: InstantColumn
}

interface Escalations {
  intent: Big
  subscription: string
  step: number
  tell: string
  due_at: InstantColumn
  outcome: 'told' | 'acknowledged' | 'settled' | 'unreachable' | null
  ended_at: NullableInstantColumn
}

interface AlertMute {
  id: 'alerts'
  reason: string
  muted_by: string
  since: InstantColumn
  until: NullableInstantColumn
}

/** Name and address are null once the person was forgotten. */
interface Persons {
  id: string
  name: string | null
  address: string | null
  created_at: InstantColumn
  forgotten_at: NullableInstantColumn
}

interface Keys {
  id: string
  name: string
  scopes: Json<string[]>
  sources: ColumnType<string[] | null, string | null, string | null>
  highest_standing: string
  created_at: InstantColumn
  expires_at: NullableInstantColumn
  revoked_at: NullableInstantColumn
  person: string | null
}

interface KeySecrets {
  hash: string
  key: string
  created_at: InstantColumn
  expires_at: NullableInstantColumn
  last_used_at: NullableInstantColumn
}

interface Sessions {
  hash: string
  secret: string
  created_at: InstantColumn
  expires_at: InstantColumn
}

interface Audit {
  number: Big
  at: InstantColumn
  actor: string
  action: string
  subject: string | null
  /** RFC 8785 text: what is hashed, to the letter. */
  details: string
  request_id: string | null
  previous_hash: string
  hash: string
}

/** What was answered to a request under an `Idempotency-Key`; without a status it is under way. */
interface IdempotencyKeys {
  sender: string
  name: string
  digest: string
  created_at: InstantColumn
  attempt_at: InstantColumn
  status: number | null
  headers: ColumnType<Record<string, string> | null, string | null | undefined, string | null>
  body: string | null
}

interface AlertHold {
  id: 'alerts'
  since: InstantColumn
  backup_made_at: InstantColumn
}

/** When a source was last heard of: by one of its events, or by a watermark about it. */
interface Heard {
  kind: 'event' | 'watermark'
  /** The `source` of events; of a watermark, the id that it names. */
  name: string
  heard_at: InstantColumn
}

interface SilentSources {
  agreement: string
  source: string
  heard_at: NullableInstantColumn
  expected_by: InstantColumn
}

interface Projections {
  name: 'status' | 'rulebooks' | 'heard'
  seq: Big
  changed_at: NullableInstantColumn
}

/** What looks different under each number of the status. */
interface StatusChanges {
  seq: Big
  agreement: string | null
  commitments: string[] | null
  first_transition: Big | null
  last_transition: Big | null
  changed_at: InstantColumn
}

interface ShownDays {
  agreement: string
  commitment: string
  /** A date. */
  day: string
  worst: string
  last: string | null
}

/** The tables, each under its qualified name, with its row as Kysely sees it. */
interface EngineAgreements {
  agreement: string
  rulebook_hash: string
  as_of: InstantColumn
  wake: NullableInstantColumn
}

interface EngineCases {
  agreement: string
  commitment: string
  part: string
  share: string
  status: ColumnType<unknown, string | null, string | null>
  wake: NullableInstantColumn
}

interface EngineEvents {
  agreement: string
  source: string
  id: string
  revision: number
  recorded_at: NullableInstantColumn
  shares: string[] | null
  content: string
}

export interface Database {
  'servanda.events': Events
  'servanda.rulebooks': Rulebooks
  'servanda.rejections': Rejections
  'servanda.imports': Imports
  'servanda.agreements': Agreements
  'servanda.commitments': Commitments
  'servanda.cases': Cases
  'servanda.transitions': Transitions
  'servanda.outbox': Outbox
  'servanda.report_files': ReportFiles
  'servanda.report_schedules': ReportSchedules
  'servanda.reports': Reports
  'servanda.set_aside': SetAside
  'servanda.intents': Intents
  'servanda.subscriptions': Subscriptions
  'servanda.told': Told
  'servanda.deliveries': Deliveries
  'servanda.silences': Silences
  'servanda.acknowledgements': Acknowledgements
  'servanda.escalations': Escalations
  'servanda.alert_mute': AlertMute
  'servanda.persons': Persons
  'servanda.keys': Keys
  'servanda.idempotency_keys': IdempotencyKeys
  'servanda.key_secrets': KeySecrets
  'servanda.sessions': Sessions
  'servanda.audit': Audit
  'servanda.alert_hold': AlertHold
  'servanda.heard': Heard
  'servanda.silent_sources': SilentSources
  'servanda.projections': Projections
  'servanda.status_changes': StatusChanges
  'servanda.shown_days': ShownDays
  'servanda.engine_agreements': EngineAgreements
  'servanda.engine_cases': EngineCases
  'servanda.engine_events': EngineEvents
}
