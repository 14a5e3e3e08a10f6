import type { Clock } from '../../config/clock.ts'
import type { Log } from '../../config/log.ts'
import { formatInstant, type Instant, instant } from '../../rules/index.ts'
import {
  alertHold,
  endHold,
  expandIntents,
  type Resumed,
  type ToldUntil,
  type WaitingMails,
  waitingMails,
} from '../alerts/index.ts'
import type { Author } from '../audit/index.ts'
import type { Store } from '../store/index.ts'
import { oneLine } from '../text/index.ts'
import type { Carrier, OutgoingMail } from './carrier.ts'
import {
  claimDelivery,
  type Delivery,
  type Ending,
  nextAttempt,
  noteEnding,
  renewClaim,
  takeUpInterrupted,
} from './delivery.ts'
import { type Letter, letterAbout } from './letter.ts'
import { compactTime, mailDate } from './mail-time.ts'
import { renderHtml, renderText } from './render.ts'

export interface CourierDeps {
  readonly store: Store
  readonly clock: Clock
  readonly carrier: Carrier
  readonly mailFrom: string
  /** Known for certain only once the service listens. */
  readonly publicUrl: () => string
  readonly log: Log
}

/** How long a claimed delivery is left to a sender that gives no sign of life, in real time; a live one renews in time. */
const LEASE_MS = 15_000
const RENEW_MS = 5_000

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** How long to wait after each failed attempt; the last one repeats. */
const WAITS = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR]

/** A mail that could not be sent for so long is given up. */
const GIVE_UP_AFTER = 72 * HOUR

/** Tells subscribers what there is to tell: turns intents into deliveries, and sends the deliveries that are due. */
export class Courier {
  readonly #deps: CourierDeps
  readonly #domain: string
  #saidHeld = false

  constructor(deps: CourierDeps) {
    this.#deps = deps
    this.#domain = domainOf(deps.mailFrom)
  }

  /**
   * Sends nothing while alerts are held, and says so once.
   * @returns when it has to be called again for mails that could not be sent yet; null: it has not
   */
  async deliverDue(): Promise<Instant | null> {
    if (await this.#isHeld()) return null
    await expandIntents(this.#deps.store, this.#domain, this.#now())
    for (;;) {
      const delivery = await claimDelivery(this.#deps.store, this.#now(), this.#leaseMs())
      if (!delivery) return nextAttempt(this.#deps.store)
      await this.#send(delivery)
    }
  }

  /** The mails that wait while alerts are held. */
  async waiting(): Promise<WaitingMails> {
    await expandIntents(this.#deps.store, this.#domain, this.#now())
    return waitingMails(this.#deps.store.db)
  }

  /** Lets mails go again. @returns what became of those that waited; null: alerts were not held */
  async resume(toldUntil: ToldUntil, author: Author): Promise<Resumed | null> {
    // What nobody has looked at has to be on record as told or as waiting, too.
    await expandIntents(this.#deps.store, this.#domain, this.#now())
    const resumed = await endHold(this.#deps.store, toldUntil, author)
    if (resumed !== null) this.#deps.log.warn({ ...resumed }, 'alerts are no longer held')
    return resumed
  }

  /** Makes due at once what an earlier process of this data folder left half sent. */
  async takeUpInterrupted(): Promise<number> {
    return takeUpInterrupted(this.#deps.store, this.#now())
  }

  async #isHeld(): Promise<boolean> {
    const hold = await alertHold(this.#deps.store.db)
    if (hold !== null && !this.#saidHeld) {
      const facts = { since: formatInstant(hold.since), backupMadeAt: formatInstant(hold.backupMadeAt) }
      this.#deps.log.warn(facts, 'alerts are held: this is a restored copy; "servanda restore --resume-alerts" ends it')
    }
    this.#saidHeld = hold !== null
    return hold !== null
  }

  async #send(delivery: Delivery): Promise<void> {
    const { store, carrier, log } = this.#deps
    const { intent, id } = delivery
    const facts = { delivery: id, caseId: intent.caseId, kind: intent.kind, attempt: delivery.attempts }
    let ending: Ending
    const renewing = setInterval(() => this.#renew(delivery), RENEW_MS)
    try {
      ending = { state: 'sent', answer: await carrier.send(this.#mailOf(delivery)) }
      log.info(facts, 'mail sent')
    } catch (err) {
      ending = endingAfter(err, delivery, this.#now())
      log[ending.state === 'failed' ? 'error' : 'warn']({ ...facts, err, state: ending.state }, 'mail not sent')
    } finally {
      clearInterval(renewing)
    }
    await noteEnding(store, delivery, ending, this.#now())
  }

  #renew(delivery: Delivery): void {
    const { store, log } = this.#deps
    renewClaim(store, delivery, (this.#now() + this.#leaseMs()) as Instant).catch((err) =>
      log.warn({ err, delivery: delivery.id }, 'the claim on a mail was not renewed'),
    )
  }

  #leaseMs(): number {
    return LEASE_MS * this.#deps.clock.rate
  }

  #mailOf(delivery: Delivery): OutgoingMail {
    const { intent, to } = delivery
    const letter = this.#letter(delivery)
    const stamp = compactTime(intent.recordedAt)
    return {
      deliveryId: delivery.id,
      fileName: `${stamp}-${intent.kind}-${delivery.id}.eml`,
      messageId: delivery.messageId,
      thread: delivery.thread,
      from: this.#deps.mailFrom,
      to: { name: oneLine(to.name, 100), address: to.address },
      date: mailDate(delivery.createdAt),
      listId: `<${intent.agreement}.servanda.${this.#domain}>`,
      subject: letter.subject,
      text: renderText(letter),
      html: renderHtml(letter),
    }
  }

  /** A letter that cannot be written as it should be is still sent, as its bare facts. */
  #letter({ intent, to }: Delivery): Letter {
    const { publicUrl, clock, log } = this.#deps
    try {
      return letterAbout(intent, { zone: to.zone, publicUrl: publicUrl(), clock: clock.describe() })
    } catch (err) {
      log.error({ err, caseId: intent.caseId, kind: intent.kind }, 'letter could not be written; a plain one is sent')
      return plainLetter(intent.caseId, intent.kind, intent.verdict, formatInstant(intent.occurredAt))
    }
  }

  #now(): Instant {
    return instant(this.#deps.clock.now().epochMilliseconds)
  }
}

/** What a failed attempt leads to. Pure. */
export function endingAfter(error: unknown, delivery: Pick<Delivery, 'attempts' | 'createdAt'>, at: Instant): Ending {
  const answer = error instanceof Error ? error.message : String(error)
  const code = (error as { responseCode?: unknown } | null)?.responseCode
  if (typeof code === 'number' && code >= 500) return { state: 'failed', answer }
  if (at - delivery.createdAt >= GIVE_UP_AFTER) return { state: 'failed', answer: `given up: ${answer}` }
  const wait = WAITS[Math.min(delivery.attempts, WAITS.length) - 1] ?? MINUTE
  // Without an answer nobody knows whether the server has taken the mail: it goes again under the same Message-ID.
  const state = typeof code === 'number' ? 'pending' : 'uncertain'
  return { state, answer, again: (at + wait) as Instant }
}

function plainLetter(caseId: string, kind: string, verdict: string, at: string): Letter {
  const line = oneLine(`${kind}: ${caseId} is ${verdict} since ${at}`)
  return {
    subject: `[Servanda] ${oneLine(caseId, 200)}`,
    headline: line,
    sentences: [],
    facts: [],
    evidence: [],
    links: [],
    footer: [],
  }
}

/** The domain of `Name <someone@example.org>`. */
function domainOf(mailFrom: string): string {
  return /@([^\s<>@]+)>?\s*$/.exec(mailFrom)?.[1]?.toLowerCase() ?? 'localhost'
}
