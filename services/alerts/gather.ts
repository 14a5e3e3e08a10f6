import { createHash } from 'node:crypto'
import { sql, type Transaction } from 'kysely'
import { formatInstant, type Instant } from '../../rules/index.ts'
import { type Database, type Store, timestamp } from '../store/index.ts'
import { type ChannelName, receiverOf } from './channel.ts'
import type { ToldBecause } from './delivery.ts'
import { lockTold } from './expand.ts'
import { isUrgent } from './hours.ts'
import { type Intent, intentsByNumber } from './intents.ts'
import type { Subscription } from './subscription.ts'
import { subscriptionsById } from './subscriptions.ts'

/** How many rows are gathered at once. */
const BATCH = 5_000

/** Whoever would get more messages than these at one moment gets what is no breach in one. */
const MOST_AT_ONCE = 5

/** How many alerts one message tells of. */
const MOST_ALERTS = 100

/** Message ids a mail client needs to keep a thread together. */
const THREAD_LENGTH = 20

/** What a subscription is told of, and is due. */
interface Due {
  readonly intent: Intent
  readonly because: ToldBecause
  /** Whether it has waited for its hour. */
  readonly wasKept: boolean
}

/** A message to be: what one subscription is told together. */
export interface Bundle {
  readonly purpose: 'alert' | 'digest'
  readonly intents: readonly Intent[]
}

/**
 * Makes deliveries of what is due to be told: what concerns one agreement at one moment goes together, and what was kept
 * for its hour goes in one digest.
 * @param domain  what follows the `@` of a Message-ID
 * @returns how many deliveries are new
 */
export async function gatherDue(store: Store, domain: string, at: Instant): Promise<number> {
  let deliveries = 0
  for (;;) {
    const made = await store.transaction(async (trx) => {
      await lockTold(trx)
      const due = await dueRows(trx, at)
      const subscriptions = await subscriptionsById(trx, [...due.keys()])
      const messages = [...due].flatMap(([id, rows]) => {
        const subscription = subscriptions.get(id)
        return subscription ? bundlesOf(rows).map((bundle) => ({ subscription, bundle })) : []
      })
      if (messages.length > 0) await record(trx, messages, domain, at)
      return messages.length
    })
    if (made === 0) return deliveries
    deliveries += made
  }
}

/** When the next alert is to be told that waits for its hour; null: none does. */
export async function nextTold(store: Store): Promise<Instant | null> {
  const { rows } = await sql<{ at: Instant | null }>`
    select least(
      (select min(due_at) from servanda.told where due_at is not null),
      (select min(due_at) from servanda.escalations where outcome is null)
    ) as at`.execute(store.db)
  return rows[0]?.at ?? null
}

/** All that is due to each of some subscriptions. */
async function dueRows(trx: Transaction<Database>, at: Instant): Promise<ReadonlyMap<string, readonly Due[]>> {
  const { rows } = await sql<{ intent: number; subscription: string; because: ToldBecause; was_kept: boolean }>`
    select told.intent, told.subscription, told.because,
      told.because <> 'escalated' and told.due_at > intent.expanded_at as was_kept
    from servanda.told join servanda.intents as intent on intent.number = told.intent
    where told.due_at <= ${timestamp(at)}
    order by told.subscription, told.intent limit ${BATCH}`.execute(trx)
  const last = rows.length < BATCH ? null : rows.at(-1)?.subscription
  const whole = rows.filter((row) => row.subscription !== last)
  const taken = whole.length > 0 ? whole : rows
  const intents = await intentsByNumber(trx, [...new Set(taken.map(({ intent }) => intent))])
  const due = taken.flatMap(({ subscription, because, ...row }) => {
    const intent = intents.get(row.intent)
    return intent ? [{ subscription, intent, because, wasKept: row.was_kept }] : []
  })
  return grouped(due, ({ subscription }) => subscription)
}

/**
 * Which messages tell one subscription of what is due to it. What corrects or carries on what was told before goes by
 * itself, since it answers that message. Pure.
 */
export function bundlesOf(due: readonly Due[]): readonly Bundle[] {
  const kept = due.filter(({ wasKept }) => wasKept)
  const atOnce = due.filter(({ wasKept }) => !wasKept)
  const groups = [...grouped(atOnce, groupOf).values()].map((group) => group.map(({ intent }) => intent))
  if (groups.length <= MOST_AT_ONCE) return [...bundles('alert', groups), ...digest(kept.map(({ intent }) => intent))]
  const urgent = groups.filter((group) => group.some(isUrgent))
  const rest = groups.filter((group) => !group.some(isUrgent)).flat()
  const together = [...kept.map(({ intent }) => intent), ...rest].sort((a, b) => a.number - b.number)
  return [...bundles('alert', urgent), ...digest(together)]
}

function groupOf({ intent, because }: Due): string {
  return because === 'was_told' ? `${intent.about} ${intent.kind}` : intent.agreement
}

function digest(intents: readonly Intent[]): readonly Bundle[] {
  return intents.length === 0 ? [] : bundles('digest', [intents])
}

function bundles(purpose: Bundle['purpose'], groups: readonly (readonly Intent[])[]): readonly Bundle[] {
  return groups.flatMap((group) => {
    const count = Math.ceil(group.length / MOST_ALERTS)
    return Array.from({ length: count }, (_, n) => ({
      purpose,
      intents: group.slice(n * MOST_ALERTS, (n + 1) * MOST_ALERTS),
    }))
  })
}

interface Message {
  readonly subscription: Subscription
  readonly bundle: Bundle
}

async function record(
  trx: Transaction<Database>,
  messages: readonly Message[],
  domain: string,
  at: Instant,
): Promise<void> {
  const made = messages.map((message) => {
    const id = deliveryId(message.bundle.intents, message.subscription)
    return { ...message, id, messageId: `<${id}@${domain}>` }
  })
  const threads = await threadsOf(trx, made)
  const rows = made.map(({ id, messageId, subscription, bundle }, n) => ({
    id,
    purpose: bundle.purpose,
    rhythm: bundle.purpose === 'digest' ? subscription.rhythm.every : null,
    subscription: subscription.id,
    channel: subscription.channel,
    receiver: receiverOf(subscription),
    message_id: messageId,
    thread: threads[n] ?? [],
    intents: bundle.intents.map(({ number }) => number),
  }))
  await sql`
    insert into servanda.deliveries
      (id, purpose, rhythm, subscription, channel, receiver, state, message_id, thread, attempts, next_attempt_at, created_at)
    select id, purpose, rhythm, subscription, channel, receiver, 'pending', message_id, thread::json, 0,
      ${timestamp(at)}, ${timestamp(at)}
    from unnest(
      ${rows.map(({ id }) => id)}::text[], ${rows.map(({ purpose }) => purpose)}::text[],
      ${rows.map(({ rhythm }) => rhythm)}::text[], ${rows.map(({ subscription }) => subscription)}::text[],
      ${rows.map(({ channel }) => channel)}::text[], ${rows.map(({ receiver }) => receiver)}::text[],
      ${rows.map(({ message_id }) => message_id)}::text[], ${rows.map(({ thread }) => JSON.stringify(thread))}::text[]
    ) with ordinality as made (id, purpose, rhythm, subscription, channel, receiver, message_id, thread, place)
    order by place`.execute(trx)
  const told = rows.flatMap(({ id, subscription, intents }) => intents.map((intent) => ({ id, subscription, intent })))
  await sql`
    update servanda.told set delivery = made.id, due_at = null
    from unnest(
      ${told.map(({ id }) => id)}::text[], ${told.map(({ subscription }) => subscription)}::text[],
      ${told.map(({ intent }) => intent)}::bigint[]
    ) as made (id, subscription, intent)
    where told.subscription = made.subscription and told.intent = made.intent`.execute(trx)
}

/** A message that told of an alert. */
interface Earlier {
  readonly intent: number
  readonly about: string
  readonly subscription: string
  readonly message_id: string
}

/**
 * The earlier messages that each of these continues: those to the same subscription about the same cases, where it is
 * about one commitment. The one that is replaced comes last: mail clients take that for the parent.
 */
async function threadsOf(
  trx: Transaction<Database>,
  messages: readonly (Message & { readonly messageId: string })[],
): Promise<readonly (readonly string[])[]> {
  const threaded = messages.filter(({ bundle }) => isThread(bundle))
  const intents = threaded.flatMap(({ bundle }) => bundle.intents)
  const replaced = await intentsByNumber(trx, [...new Set(intents.flatMap(({ replaces }) => replaces ?? []))])
  const aboutsOf = ({ about, replaces }: Intent) => new Set([about, replaced.get(replaces ?? 0)?.about ?? about])
  const abouts = [...new Set(intents.flatMap((intent) => [...aboutsOf(intent)]))]
  if (abouts.length === 0) return messages.map(() => [])
  const { rows } = await sql<Earlier>`
    select told.intent, intent.about, told.subscription, delivery.message_id
    from servanda.intents as intent
    join servanda.told on told.intent = intent.number
    join servanda.deliveries as delivery on delivery.id = told.delivery and delivery.purpose = 'alert'
    where intent.about = any(${abouts}::text[])`.execute(trx)
  const now = threaded.flatMap(({ subscription, bundle, messageId }) =>
    bundle.intents.map(({ number, about }) => ({
      intent: number,
      about,
      subscription: subscription.id,
      message_id: messageId,
    })),
  )
  const known = grouped([...rows, ...now], ({ subscription }) => subscription)
  return messages.map(({ subscription, bundle, messageId }) => {
    if (!isThread(bundle)) return []
    const told = (known.get(subscription.id) ?? []).toSorted((a, b) => a.intent - b.intent)
    const found = bundle.intents.flatMap((intent) => {
      const before = told.filter((one) => one.intent < intent.number && aboutsOf(intent).has(one.about))
      const parent = before.filter((one) => one.intent === intent.replaces)
      return [...before.filter((one) => one.intent !== intent.replaces), ...parent]
    })
    const others = found.map(({ message_id }) => message_id).filter((id) => id !== messageId)
    return uniqueLast(others).slice(-THREAD_LENGTH)
  })
}

function isThread({ purpose, intents }: Bundle): boolean {
  return (
    purpose === 'alert' && new Set(intents.map(({ agreement, commitment }) => `${agreement}/${commitment}`)).size === 1
  )
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group) group.push(item)
    else groups.set(keyOf(item), [item])
  }
  return groups
}

function uniqueLast(ids: readonly string[]): readonly string[] {
  return ids.filter((id, n) => ids.lastIndexOf(id) === n)
}

/** The same for the same alerts and subscription, also after a crash; different in another instance. */
function deliveryId(intents: readonly Intent[], { id, channel }: { id: string; channel: ChannelName }): string {
  const alerts = intents.map((one) => [
    one.about,
    one.kind,
    one.rung,
    one.verdictVersion,
    formatInstant(one.recordedAt),
  ])
  return createHash('sha256')
    .update(JSON.stringify([alerts, id, channel]))
    .digest('hex')
    .slice(0, 32)
}
