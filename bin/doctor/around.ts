import { lookup } from 'node:dns/promises'
import { join } from 'node:path'
import type { Settings } from '../../config/settings.ts'
import { degraded, type Found, mailPart, ok, type Part, queuePart, reasonOf } from '../../services/health/index.ts'
import { lookAtRedis } from '../../services/queue/index.ts'
import { openCarrier } from '../open-carrier.ts'

/** How long each is waited for. */
const LIMIT_MS = 5_000

/** What the service needs from elsewhere, and how it is reached. Nothing is sent to anybody. */
export async function lookAround(settings: Settings): Promise<readonly Part[]> {
  const found = await Promise.all([
    redisPart(settings),
    carrierPart(settings),
    publicUrlPart(settings),
    heartbeatPart(settings),
  ])
  return found.filter((part) => part !== null)
}

async function redisPart({ redisUrl }: Settings): Promise<Part | null> {
  if (redisUrl === undefined) return null
  const redis = await found(lookAtRedis(redisUrl, LIMIT_MS))
  return queuePart('redis', redis.ok ? { ok: true, value: { redis: redis.value } } : redis)
}

async function carrierPart({ smtpUrl, mailFrom, dataDir, dkim }: Settings): Promise<Part> {
  if (smtpUrl === undefined) return ok('mail', `Without SMTP_URL, mails are written to ${join(dataDir, 'outbox')}.`)
  const carrier = openCarrier({ smtpUrl, ...(dkim && { dkim }) }, '')
  const part = mailPart(carrier.where, await found(carrier.verify()))
  carrier.close()
  const domain = /@([^\s<>@]+)>?\s*$/.exec(mailFrom)?.[1] ?? ''
  if (part.state !== 'ok' || domain.includes('.')) return part
  return degraded('mail', `Mails go to ${carrier.where}, from ${mailFrom}.`, 'Set MAIL_FROM to an address of yours.')
}

/** Whether readers find the service under the name that its mails and its status give. */
async function publicUrlPart({ publicUrl, port }: Settings): Promise<Part | null> {
  if (port === 0 && new URL(publicUrl).port === '0') return null
  const { hostname } = new URL(publicUrl)
  const name = await found(lookup(hostname.replace(/^\[|\]$/g, '')))
  if (!name.ok)
    return degraded('public URL', `The name ${hostname} is not known here: ${reasonOf(name.error)}.`, 'See PUBLIC_URL.')
  const answer = await found(fetch(`${publicUrl}/livez`, { signal: AbortSignal.timeout(LIMIT_MS), redirect: 'manual' }))
  if (!answer.ok) return ok('public URL', `Nothing answers at ${publicUrl} now; that is fine while no service runs.`)
  await answer.value.body?.cancel()
  return answer.value.ok
    ? ok('public URL', `${publicUrl} answers.`)
    : degraded('public URL', `${publicUrl}/livez answers ${answer.value.status}.`, 'See the proxy, and PUBLIC_URL.')
}

/** Only its name is looked up: whatever is asked of it could count as a beat. */
async function heartbeatPart({ heartbeatUrl }: Settings): Promise<Part | null> {
  if (heartbeatUrl === undefined) return null
  const { hostname } = new URL(heartbeatUrl)
  const name = await found(lookup(hostname.replace(/^\[|\]$/g, '')))
  return name.ok
    ? ok('heartbeat', `${hostname} is told every minute that the work goes on.`)
    : degraded('heartbeat', `${hostname} is not known here: ${reasonOf(name.error)}.`, 'See HEARTBEAT_URL.')
}

function found<T>(work: Promise<T>): Promise<Found<T>> {
  return work.then(
    (value) => ({ ok: true, value }),
    (error) => ({ ok: false, error }),
  )
}
