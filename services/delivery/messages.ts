import { randomBytes } from 'node:crypto'
import type { Transaction } from 'kysely'
import type { Instant } from '../../rules/index.ts'
import {
  changeState,
  DEFAULT_ID,
  type Notice,
  type ReportNews,
  receiverOf,
  type Subscription,
  subscriptionById,
} from '../alerts/index.ts'
import { type Database, timestamp } from '../store/index.ts'

/** When, and what follows the `@` of a Message-ID. */
export interface Sending {
  readonly at: Instant
  readonly domain: string
}

/** A message that tells of no alert. */
type Message =
  | { readonly purpose: 'confirmation' | 'test' }
  | { readonly purpose: 'notice'; readonly notice: Notice }
  | { readonly purpose: 'report'; readonly report: ReportNews }

/** Lets a message go that tells of no alert: one that asks for a confirmation, a test, a notice, or a report. @returns its id */
export async function recordMessage(
  trx: Transaction<Database>,
  subscription: Subscription,
  content: Message,
  { at, domain }: Sending,
): Promise<string> {
  const id = randomBytes(16).toString('hex')
  await trx
    .insertInto('servanda.deliveries')
    .values({
      id,
      purpose: content.purpose,
      notice: content.purpose === 'notice' ? JSON.stringify(content.notice) : null,
      report: content.purpose === 'report' ? JSON.stringify(content.report) : null,
      subscription: subscription.id,
      channel: subscription.channel,
      receiver: receiverOf(subscription),
      state: 'pending',
      message_id: `<${id}@${domain}>`,
      thread: '[]',
      attempts: 0,
      next_attempt_at: timestamp(at),
      created_at: timestamp(at),
    })
    .execute()
  return id
}

const WHY = {
  bounced: 'mail to its address came back',
  gone: 'its receiver said that it is gone',
} as const

/** Tells a receiver that is not there nothing any more, and whoever runs the service that it is so. */
export async function endReceiver(
  trx: Transaction<Database>,
  { id, name, address }: Subscription,
  lost: 'bounced' | 'gone',
  answer: string,
  sending: Sending,
): Promise<void> {
  await changeState(trx, id, lost, WHY[lost], sending.at)
  const operator = await subscriptionById(trx, DEFAULT_ID)
  if (operator?.state !== 'active') return
  const notice: Notice = { about: lost, subscription: { id, name, address }, answer }
  await recordMessage(trx, operator, { purpose: 'notice', notice }, sending)
}
