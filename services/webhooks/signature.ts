import { createHmac, randomBytes } from 'node:crypto'
import type { Instant } from '../../rules/index.ts'
import type { SigningSecret } from '../alerts/index.ts'

const PREFIX = 'whsec_'

/** A new secret, as Standard Webhooks writes it. */
export function newWebhookSecret(): string {
  return `${PREFIX}${randomBytes(32).toString('base64')}`
}

/**
 * The headers that let a receiver know who sent a payload: one signature for each secret that is valid at `at`.
 * @param seconds  the time of the attempt, since 1970
 * @see Standard Webhooks 1.0
 */
export function signatureHeaders(
  id: string,
  payload: string,
  secrets: readonly SigningSecret[],
  { at, seconds }: { readonly at: Instant; readonly seconds: number },
): Readonly<Record<string, string>> {
  const valid = secrets.filter(({ until }) => until === null || until > at)
  const signatures = valid.map(({ secret }) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${payload}`).digest('base64')}`
  })
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    ...(signatures.length > 0 && { 'webhook-signature': signatures.join(' ') }),
  }
}
