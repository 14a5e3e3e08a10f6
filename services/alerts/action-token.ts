import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Instant } from '../../rules/index.ts'

/** What can be done by a link in a message; `report` reads the report that it tells of. */
export const LINK_ACTIONS = ['acknowledge', 'silence', 'unsubscribe', 'confirm', 'report'] as const
export type LinkAction = (typeof LINK_ACTIONS)[number]

const DAY_MS = 24 * 3_600_000

/** How long each link works; those that end a subscription or read a report as long as anybody keeps a mail. */
const LIFETIME_MS: Readonly<Record<LinkAction, number>> = {
  acknowledge: 14 * DAY_MS,
  silence: 14 * DAY_MS,
  confirm: 3 * DAY_MS,
  unsubscribe: 400 * DAY_MS,
  report: 400 * DAY_MS,
}

/** A link's text: what it does, for which delivery, until when, and that we said so. */
export function actionToken(action: LinkAction, delivery: string, madeAt: Instant, secret: string): string {
  const said = `${action}.${delivery}.${(madeAt + LIFETIME_MS[action]).toString(36)}`
  return `${said}.${signature(said, secret)}`
}

/** What a link's text allows at `at`: `expired`, or null when we never said so. */
export function readActionToken(
  token: string,
  at: Instant,
  secrets: readonly string[],
): { readonly action: LinkAction; readonly delivery: string } | 'expired' | null {
  const [, said, action, delivery, until, signed] =
    /^(([a-z]+)\.([0-9a-f]{32})\.([0-9a-z]+))\.([\w-]{43})$/.exec(token) ?? []
  if (!said || !delivery || !until || !signed || !LINK_ACTIONS.some((one) => one === action)) return null
  const isOurs = secrets.some((secret) => timingSafeEqual(Buffer.from(signature(said, secret)), Buffer.from(signed)))
  if (!isOurs) return null
  return Number.parseInt(until, 36) < at ? 'expired' : { action: action as LinkAction, delivery }
}

function signature(said: string, secret: string): string {
  return createHmac('sha256', secret).update(`servanda link\n${said}`).digest('base64url')
}
