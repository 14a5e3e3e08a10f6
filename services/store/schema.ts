import type { ColumnType, GeneratedAlways } from 'kysely'
import type { InstantColumn, NullableInstantColumn } from './column-types.ts'

/** A `bigint`; every one of ours stays far below 2^53. */
type Big = number
/** A `json` column: a value when read, its text when written. */
type Json<T = unknown> = ColumnType<T, string, string>

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
  case_id: string
  agreement: string
  commitment: string
  kind: string
  rung: string
  verdict_version: number
  verdict: string
  severity: string
  occurred_at: InstantColumn
  recorded_at: InstantColumn
  replaces: Big | null
  is_news: boolean
  body: Json
  expanded_at: NullableInstantColumn
}

interface Subscriptions {
  id: string
  name: string
  address: string
  zone: string
  kinds: Json<string[]>
  agreements: ColumnType<string[] | null, string | null, string | null>
  minimum_severity: string
  active: boolean
  created_at: InstantColumn
}

interface Deliveries {
  id: string
  intent: Big
  subscription: string
  channel: 'mail'
  state: 'pending' | 'sending' | 'sent' | 'uncertain' | 'failed' | 'withheld'
  message_id: string
  thread: Json<string[]>
  attempts: number
  next_attempt_at: NullableInstantColumn
  created_at: InstantColumn
  sent_at: NullableInstantColumn
  answer: string | null
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
  'servanda.set_aside': SetAside
  'servanda.intents': Intents
  'servanda.subscriptions': Subscriptions
  'servanda.deliveries': Deliveries
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
