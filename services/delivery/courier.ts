import type { Clock } from '../../config/clock.ts'
import type { Log } from '../../config/log.ts'
import { formatInstant, type Instant, instant } from '../../rules/index.ts'
import {
  alertHold,
  type ChannelName,
  type Delivery,
  endHold,
  endMuteInTime,
  expandIntents,
  gatherDue,
  nextTold,
  type Resumed,
  type ToldUntil,
  type WaitingMails,
  waitingMails,
} from '../alerts/index.ts'
import type { Author } from '../audit/index.ts'
import type { Store } from '../store/index.ts'
import type { Channel } from './channel.ts'
import { claimDeliveries, isStillClaimed, nextAttempt, noteEnding, renewClaims, takeUpInterrupted } from './claims.ts'
import { type Ending, endingAfter } from './ending.ts'
import { Lane, type LaneDeps } from './lane.ts'

export interface CourierDeps {
  readonly store: Store
  readonly clock: Clock
  readonly channels: Readonly<Record<ChannelName, Channel>>
  /** What follows the `@` of a Message-ID. */
  readonly domain: string
  readonly log: Log
  /** From when on whoever does not answer keeps nobody waiting, in real time. */
  readonly slowMs?: number
}

/** How long a claimed delivery is left to a sender that gives no sign of life, in real time; a live one renews in time. */
const LEASE_MS = 15_000
const RENEW_MS = 5_000

/** What is due and goes to somebody who is slow is looked for again so soon, in real time. */
const AGAIN_MS = 1_000

/** Tells people what there is to tell: turns intents into deliveries, and sends the deliveries that are due. */
export class Courier {
  readonly #deps: CourierDeps
  readonly #lanes: readonly Lane[]
  #saidHeld = false
  #renewing: NodeJS.Timeout | undefined

  constructor(deps: CourierDeps) {
    this.#deps = deps
    this.#lanes = Object.values(deps.channels).map((channel) => {
      const claim: LaneDeps['claim'] = (limit, busy) =>
        claimDeliveries(deps.store, this.#now(), this.#leaseMs(), limit, { channel: channel.name, ...busy })
      const { slowMs } = deps
      const send: LaneDeps['send'] = (delivery) => this.#send(channel, delivery)
      return new Lane({ channel, claim, send, ...(slowMs !== undefined && { slowMs }) })
    })
  }

  /** What follows the `@` of a Message-ID. */
  get domain(): string {
    return this.#deps.domain
  }

  /**
   * Sends what is due, and waits for it, but not for who is slow. Sends nothing while alerts are held or muted.
   * @returns when it has to be called again for what is due later; null: it has not
   */
  async deliverDue(): Promise<Instant | null> {
    if (await this.#isHeld()) return null
    const { store, domain } = this.#deps
    for (;;) {
      const mute = await endMuteInTime(store, this.#now())
      if (mute !== null) return mute.until
      await this.#expand()
      await gatherDue(store, domain, this.#now())
      await Promise.all(this.#lanes.map((lane) => lane.fill()))
      const busy = this.#lanes.filter(({ isBusy }) => isBusy)
      if (busy.length === 0) return this.#later(earliest(await nextAttempt(store), await nextTold(store)))
      this.#renewWhileSending()
      await Promise.race(busy.map((lane) => lane.changed()))
    }
  }

  /** The mails that wait while alerts are held. */
  async waiting(): Promise<WaitingMails> {
    await this.#expand()
    await gatherDue(this.#deps.store, this.#deps.domain, this.#now())
    return waitingMails(this.#deps.store.db)
  }

  /** Lets mails go again. @returns what became of those that waited; null: alerts were not held */
  async resume(toldUntil: ToldUntil, author: Author): Promise<Resumed | null> {
    // What nobody has looked at has to be on record as told or as waiting, too.
    await this.waiting()
    const resumed = await endHold(this.#deps.store, toldUntil, author)
    if (resumed !== null) this.#deps.log.warn({ ...resumed }, 'alerts are no longer held')
    return resumed
  }

  /** Makes due at once what an earlier process of this data folder left half sent. */
  async takeUpInterrupted(): Promise<number> {
    return takeUpInterrupted(this.#deps.store, this.#now())
  }

  /** Waits for what is being sent, also by those who are slow. */
  async settled(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.settled()))
  }

  async #expand(): Promise<void> {
    const unreached = await expandIntents(this.#deps.store, this.#now())
    for (const subscription of new Set(unreached)) {
      this.#deps.log.error(
        { subscription },
        'nobody is told in place of whoever did not acknowledge: it takes no alerts',
      )
    }
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

  async #send(channel: Channel, delivery: Delivery): Promise<void> {
    const { store, log, domain } = this.#deps
    const facts = { delivery: delivery.id, channel: channel.name, attempt: delivery.attempts, ...whatOf(delivery) }
    let ending: Ending
    try {
      if (!(await isStillClaimed(store, delivery))) return
      ending = { state: 'sent', answer: await channel.send(delivery) }
      log.info(facts, 'delivered')
    } catch (err) {
      ending = endingAfter(err, delivery, this.#now())
      log[ending.state === 'failed' ? 'error' : 'warn']({ ...facts, err, state: ending.state }, 'not delivered')
    }
    // What is not noted is taken up again when the claim has run out.
    await noteEnding(store, delivery, ending, { at: this.#now(), domain }).catch((err) =>
      log.error({ ...facts, err, state: ending.state }, 'how a delivery ended was not noted'),
    )
  }

  #renewWhileSending(): void {
    this.#renewing ??= setInterval(() => {
      const claimed = this.#lanes.flatMap((lane) => lane.claimed)
      if (claimed.length === 0) {
        clearInterval(this.#renewing)
        this.#renewing = undefined
        return
      }
      renewClaims(this.#deps.store, claimed, (this.#now() + this.#leaseMs()) as Instant).catch((err) =>
        this.#deps.log.warn({ err }, 'claims on deliveries were not renewed'),
      )
    }, RENEW_MS)
    this.#renewing.unref()
  }

  /** Never now or before: whoever asked would ask again and again. */
  #later(next: Instant | null): Instant | null {
    const soonest = this.#now() + AGAIN_MS * this.#deps.clock.rate
    return next === null || next > this.#now() ? next : (soonest as Instant)
  }

  #leaseMs(): number {
    return LEASE_MS * this.#deps.clock.rate
  }

  #now(): Instant {
    return instant(this.#deps.clock.now().epochMilliseconds)
  }
}

/** What a delivery tells of, for the log. */
function whatOf({ content }: Delivery): Readonly<Record<string, unknown>> {
  const alerts = 'alerts' in content ? content.alerts.map(({ intent }) => intent) : []
  const [first] = alerts
  return {
    purpose: content.purpose,
    ...(first && { kind: first.kind, about: first.about }),
    ...(alerts.length > 1 && { alerts: alerts.length }),
  }
}

function earliest(...instants: readonly (Instant | null)[]): Instant | null {
  const known = instants.filter((at) => at !== null)
  return known.length === 0 ? null : (Math.min(...known) as Instant)
}
