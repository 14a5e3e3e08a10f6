import { domainToASCII } from 'node:url'
import { type Kysely, type Selectable, type SqlBool, sql, type Transaction, type Updateable } from 'kysely'
import { ServandaError } from '../../config/error.ts'
import { formatInstant, type Instant, parseInstant } from '../../rules/index.ts'
import { type Database, timestamp } from '../store/index.ts'
import type { AlertFilter, Severity } from './filter.ts'
import type { AlertKind } from './kind.ts'
import type { EscalationStep, Rhythm, SigningSecret, Subscription, SubscriptionState } from './subscription.ts'

/** What the one subscription of an instance that nobody configured takes: what calls for somebody. */
const DEFAULT_KINDS: readonly AlertKind[] = [
  'breached',
  'partly_met',
  'unknown',
  'needs_judgement',
  'corrected',
  'source_stale',
  'agreement_ending',
]

/** The id of the subscription that follows the settings; it is also told what whoever runs the service must mend. */
export const DEFAULT_ID = 'default'

export const EVERYTHING: AlertFilter = {
  agreements: null,
  parties: null,
  commitments: null,
  tags: null,
  kinds: null,
  minimumSeverity: 'info',
}

/**
 * Makes sure that an instance tells somebody: one subscription to `address`, for every agreement. It follows the
 * settings, so a changed address or zone takes effect at the next start, and mails to it are tried again then.
 */
export async function ensureDefaultSubscription(
  db: Kysely<Database>,
  { address, zone }: { readonly address: string; readonly zone: string },
  at: Instant,
): Promise<void> {
  const found = await subscriptionById(db, DEFAULT_ID)
  if (found === null) {
    await saveSubscription(db, {
      id: DEFAULT_ID,
      name: 'Monitor',
      channel: 'mail',
      address,
      person: null,
      zone,
      locale: 'en-GB',
      filter: { ...EVERYTHING, kinds: DEFAULT_KINDS },
      rhythm: { every: 'alert' },
      quiet: null,
      escalation: [],
      secrets: [],
      isPublic: false,
      state: 'active',
      stateWhy: null,
      stateSince: at,
      createdAt: at,
    })
  } else if (found.address !== address || found.zone !== zone) {
    const anew = found.address === address ? {} : ({ state: 'active', stateWhy: null, stateSince: at } as const)
    await saveSubscription(db, { ...found, ...anew, address, zone })
  }
}

/** Every subscription, oldest first; those that ended too. */
export async function listSubscriptions(db: Kysely<Database>): Promise<readonly Subscription[]> {
  const rows = await db.selectFrom('servanda.subscriptions').selectAll().orderBy('created_at').orderBy('id').execute()
  return rows.map(subscriptionOf)
}

/** Those that take alerts. */
export async function activeSubscriptions(db: Kysely<Database>): Promise<readonly Subscription[]> {
  const rows = await db
    .selectFrom('servanda.subscriptions')
    .selectAll()
    .where('state', '=', 'active')
    .orderBy('id')
    .execute()
  return rows.map(subscriptionOf)
}

export async function subscriptionById(db: Kysely<Database>, id: string): Promise<Subscription | null> {
  return (await subscriptionsById(db, [id])).get(id) ?? null
}

export async function subscriptionsById(
  db: Kysely<Database>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Subscription>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('servanda.subscriptions')
    .selectAll()
    .where('id', '=', sql<string>`any(${ids}::text[])`)
    .execute()
  return new Map(rows.map((row) => [row.id, subscriptionOf(row)]))
}

/** How often an address was asked since `since` whether a subscription is its owner's. */
export async function confirmationsTo(db: Kysely<Database>, address: string, since: Instant): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from servanda.deliveries as delivery
    join servanda.subscriptions as subscription on subscription.id = delivery.subscription
    where delivery.purpose = 'confirmation' and delivery.created_at > ${timestamp(since)}
      and lower(subscription.address) = lower(${address})`.execute(db)
  return rows[0]?.count ?? 0
}

/** Writes a subscription, whether it is there or not. */
export async function saveSubscription(db: Kysely<Database>, subscription: Subscription): Promise<void> {
  const { id, createdAt } = subscription
  const columns = columnsOf(subscription)
  await db
    .insertInto('servanda.subscriptions')
    .values({ id, created_at: timestamp(createdAt), ...columns })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
    .execute()
}

/**
 * Takes a subscription into another state; one that takes no alerts any more is not sent what waits for it either.
 * @param why  a sentence's end, without anybody's name or address
 */
export async function changeState(
  trx: Transaction<Database>,
  id: string,
  state: SubscriptionState,
  why: string,
  at: Instant,
): Promise<void> {
  await trx
    .updateTable('servanda.subscriptions')
    .set({ state, state_why: why, state_since: timestamp(at) })
    .where('id', '=', id)
    .execute()
  if (state !== 'active') await withholdFrom(trx, [id], why)
}

/** What waits to be sent to these subscriptions stays on record and is not sent. */
export async function withholdFrom(trx: Transaction<Database>, ids: readonly string[], why: string): Promise<void> {
  const withheld = `withheld: ${why}`
  const doubtful = `${withheld}; an earlier attempt may have arrived`
  await trx
    .updateTable('servanda.told')
    .set({ due_at: null })
    .where('subscription', '=', sql<string>`any(${ids}::text[])`)
    .where('due_at', 'is not', null)
    .execute()
  await trx
    .updateTable('servanda.deliveries')
    .set({
      state: 'withheld',
      next_attempt_at: null,
      answer: sql<string>`case when state = 'uncertain' then ${doubtful} else ${withheld} end`,
    })
    .where('subscription', '=', sql<string>`any(${ids}::text[])`)
    .where('next_attempt_at', 'is not', null)
    .execute()
}

/**
 * One text for one address, however it is written: providers do not tell upper from lower case, and a domain has two
 * spellings where it is not in ASCII.
 */
export function addressKey(address: string): string {
  const at = address.lastIndexOf('@')
  const domain = address.slice(at + 1)
  return `${address.slice(0, at + 1)}${domainToASCII(domain) || domain}`.normalize('NFC').toLowerCase()
}

/**
 * Erases whoever subscribed with `address`: name, address, and what mail servers said of it, which names it. That something
 * was delivered stays on record without them; what was to be delivered is not.
 * @returns how many subscriptions there were, and how many such answers
 * @throws {ServandaError} `ADDRESS_IN_SETTINGS` when the settings would bring it back
 */
export async function forgetSubscriber(
  trx: Transaction<Database>,
  address: string,
  at: Instant,
): Promise<{ readonly subscriptions: number; readonly answers: number }> {
  const rows = await trx.selectFrom('servanda.subscriptions').select(['id', 'address']).execute()
  const ids = rows.filter((row) => addressKey(row.address) === addressKey(address)).map(({ id }) => id)
  if (ids.includes(DEFAULT_ID)) {
    throw new ServandaError(
      'ADDRESS_IN_SETTINGS',
      'Alerts go to this address by the settings. Give MAIL_FROM another one, start the service anew, and forget it then.',
    )
  }
  await trx
    .updateTable('servanda.subscriptions')
    .set({
      name: 'forgotten',
      address: '',
      person: null,
      secrets: '[]',
      state: 'forgotten',
      state_why: null,
      state_since: timestamp(at),
    })
    .where('id', '=', sql<string>`any(${ids}::text[])`)
    .execute()
  const answered = await trx
    .updateTable('servanda.deliveries')
    .set({ answer: null })
    .where('answer', 'is not', null)
    .where(sql<SqlBool>`subscription = any(${ids}::text[]) or strpos(lower(answer), lower(${address})) > 0`)
    .executeTakeFirst()
  await trx
    .updateTable('servanda.deliveries')
    .set({ notice: null })
    .where('notice', 'is not', null)
    .where(sql<SqlBool>`strpos(lower(notice::text), lower(${address})) > 0`)
    .execute()
  await withholdFrom(trx, ids, 'its recipient was forgotten')
  return { subscriptions: ids.length, answers: Number(answered.numUpdatedRows) }
}

type Row = Selectable<Database['servanda.subscriptions']>

function subscriptionOf(row: Row): Subscription {
  return {
    id: row.id,
    name: row.name,
    channel: row.channel,
    address: row.address,
    person: row.person,
    zone: row.zone,
    locale: row.locale,
    filter: filterOf(row),
    rhythm: rhythmOf(row),
    quiet: row.quiet_from !== null && row.quiet_to !== null ? { from: row.quiet_from, to: row.quiet_to } : null,
    escalation: row.escalation as EscalationStep[],
    secrets: (row.secrets as { secret: string; until: string | null }[]).map(({ secret, until }) => ({
      secret,
      until: until === null ? null : parseInstant(until),
    })),
    isPublic: row.is_public,
    state: row.state,
    stateWhy: row.state_why,
    stateSince: row.state_since,
    createdAt: row.created_at,
  }
}

/** The columns of a filter as it is in the tables that have one. */
export function filterColumns(filter: AlertFilter) {
  return {
    agreements: jsonOrNull(filter.agreements),
    parties: jsonOrNull(filter.parties),
    commitments: jsonOrNull(filter.commitments),
    tags: jsonOrNull(filter.tags),
    kinds: jsonOrNull(filter.kinds),
    minimum_severity: filter.minimumSeverity,
  }
}

export function filterOf(
  row: Pick<Row, 'agreements' | 'parties' | 'commitments' | 'tags' | 'kinds' | 'minimum_severity'>,
): AlertFilter {
  const { agreements, parties, commitments, tags, kinds, minimum_severity: minimumSeverity } = row
  return {
    agreements,
    parties,
    commitments,
    tags,
    kinds: kinds as AlertKind[] | null,
    minimumSeverity: minimumSeverity as Severity,
  }
}

function rhythmOf({ digest, digest_hour: hour, digest_weekday: weekday }: Row): Rhythm {
  if (digest === 'day') return { every: 'day', hour: hour ?? 0 }
  if (digest === 'week') return { every: 'week', weekday: weekday ?? 1, hour: hour ?? 0 }
  return { every: 'alert' }
}

function columnsOf(one: Subscription) {
  const { rhythm } = one
  return {
    name: one.name,
    channel: one.channel,
    address: one.address,
    person: one.person,
    zone: one.zone,
    locale: one.locale,
    ...filterColumns(one.filter),
    digest: rhythm.every === 'alert' ? null : rhythm.every,
    digest_weekday: rhythm.every === 'week' ? rhythm.weekday : null,
    digest_hour: rhythm.every === 'alert' ? null : rhythm.hour,
    quiet_from: one.quiet?.from ?? null,
    quiet_to: one.quiet?.to ?? null,
    escalation: JSON.stringify(one.escalation),
    secrets: JSON.stringify(one.secrets.map(secretJson)),
    is_public: one.isPublic,
    state: one.state,
    state_why: one.stateWhy,
    state_since: timestamp(one.stateSince),
  } satisfies Updateable<Database['servanda.subscriptions']>
}

function secretJson({ secret, until }: SigningSecret) {
  return { secret, until: until === null ? null : formatInstant(until) }
}

function jsonOrNull(value: readonly string[] | null): string | null {
  return value === null ? null : JSON.stringify(value)
}
