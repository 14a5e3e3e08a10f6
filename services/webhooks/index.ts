/** Webhooks: alerts for programs and chats. */
import type { Instant } from '../../rules/index.ts'
import type { ChannelName, Delivery } from '../alerts/index.ts'
import type { Channel } from '../delivery/index.ts'
import { type LetterContext, letterFor } from '../letters/index.ts'
import { alertmanagerAlerts } from './alertmanager.ts'
import { webhookPayload } from './payload.ts'
import { type PostOptions, postJson } from './post.ts'
import { signatureHeaders } from './signature.ts'
import { slackMessage } from './slack.ts'
import { teamsMessage } from './teams.ts'

export { newWebhookSecret } from './signature.ts'
export { slackMessage } from './slack.ts'
export { teamsMessage } from './teams.ts'

export interface WebhookDeps extends Pick<PostOptions, 'privateReceivers'> {
  /** What letters know besides the delivery. */
  readonly contextOf: (delivery: Delivery) => Promise<LetterContext>
  readonly publicUrl: () => string
  readonly now: () => Instant
  /** The time of the machine, in seconds since 1970: receivers compare it with theirs. */
  readonly seconds: () => number
  /** How long an answer is waited for. */
  readonly patienceMs?: number
}

/** How many receivers are told at the same time. */
const LANES = 8

const PATIENCE_MS = 15_000

/** The channels that post to an address. */
export function webhookChannels(deps: WebhookDeps): Readonly<Record<Exclude<ChannelName, 'mail'>, Channel>> {
  const options = { privateReceivers: deps.privateReceivers, patienceMs: deps.patienceMs ?? PATIENCE_MS }
  const letter = async (delivery: Delivery) => letterFor(delivery, await deps.contextOf(delivery))
  const posts = {
    webhook: async (delivery: Delivery) => {
      const payload = JSON.stringify(webhookPayload(delivery))
      const { id, subscription } = delivery
      const times = { at: deps.now(), seconds: deps.seconds() }
      return postJson(
        subscription.address,
        payload,
        signatureHeaders(id, payload, subscription.secrets, times),
        options,
      )
    },
    slack: async (delivery: Delivery) =>
      postJson(delivery.subscription.address, JSON.stringify(slackMessage(await letter(delivery))), {}, options),
    teams: async (delivery: Delivery) =>
      postJson(delivery.subscription.address, JSON.stringify(teamsMessage(await letter(delivery))), {}, options),
    alertmanager: async (delivery: Delivery) => {
      const url = `${delivery.subscription.address.replace(/\/+$/, '')}/api/v2/alerts`
      return postJson(url, JSON.stringify(alertmanagerAlerts(delivery, deps.publicUrl())), {}, options)
    },
  }
  return {
    webhook: { name: 'webhook', lanes: LANES, send: posts.webhook },
    slack: { name: 'slack', lanes: LANES, send: posts.slack },
    teams: { name: 'teams', lanes: LANES, send: posts.teams },
    alertmanager: { name: 'alertmanager', lanes: LANES, send: posts.alertmanager },
  }
}
