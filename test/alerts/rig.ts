import { pino } from 'pino'
import { TestClock } from '../../config/clock.ts'
import { type CaseResult, type Instant, instant } from '../../rules/index.ts'
import {
  type ChannelName,
  DEFAULT_ID,
  EVERYTHING,
  ensureDefaultSubscription,
  type NewIntent,
  recordIntents,
  type Subscription,
  saveSubscription,
} from '../../services/alerts/index.ts'
import { type Channel, Courier } from '../../services/delivery/index.ts'
import type { LetterContext } from '../../services/letters/index.ts'
import { type Carrier, mailChannel } from '../../services/mail/index.ts'
import { openStore, type Store } from '../../services/store/index.ts'
import { webhookChannels } from '../../services/webhooks/index.ts'

export const log = pino({ level: 'silent' })

export const LINKS: LetterContext = {
  publicUrl: 'http://localhost:8080',
  clock: null,
  links: {
    acknowledge: null,
    silence: null,
    unsubscribe: 'http://localhost:8080/v1/links/x',
    confirm: null,
    report: null,
  },
  acknowledged: new Map(),
  titles: new Map(),
  recipients: new Map(),
}

/** A case as an evaluation yields it. */
export function caseResult(id: string, verdict: CaseResult['verdict'], changes: Partial<CaseResult> = {}): CaseResult {
  return {
    id,
    phase: 'closed',
    verdict,
    certainty: 'provisional',
    flags: [],
    opened: null,
    due: null,
    close: null,
    next_check: null,
    value: null,
    explanation: 'Nothing was held.',
    evidence: [],
    evidence_omitted: 0,
    ...changes,
  }
}

/** How long somebody is waited for, in real time, where it is not as long as usual. */
export interface Times {
  readonly slowMs?: number
  readonly patienceMs?: number
}

/** An instance of which only that part runs that tells people. */
export interface Rig {
  readonly store: Store
  readonly clock: TestClock
  now(): Instant
  /** Puts an alert on record, by default about a case of its own. @returns its number and case */
  alert(
    changes?: Partial<NewIntent> & { readonly before?: CaseResult | null },
  ): Promise<{ number: number; about: string }>
  subscribe(changes?: Partial<Subscription>): Promise<Subscription>
  /** @param carrier  what takes mails; other channels post for real */
  courier(carrier: Carrier, channels?: Partial<Record<ChannelName, Channel>>, times?: Times): Courier
  close(): Promise<void>
}

/** @param at  what the clock shows first */
export async function openRig(
  server: { readonly databaseUrl?: string; readonly dataDir: string },
  at = '2026-03-02T12:00:00Z',
): Promise<Rig> {
  const store = await openStore({ ...server, log })
  const clock = new TestClock(at)
  const now = () => instant(clock.now().epochMilliseconds)
  let count = 0
  await ensureDefaultSubscription(store.db, { address: 'monitor@localhost', zone: 'Europe/Kyiv' }, now())
  return {
    store,
    clock,
    now,
    async alert({ before = null, ...changes } = {}) {
      count += 1
      const kind = changes.kind ?? 'breached'
      const verdict = changes.verdict ?? 'breached'
      const agreement = changes.agreement ?? 'accord'
      const commitment = changes.commitment ?? 'talks'
      const about = changes.about ?? `${agreement}/${commitment}@s#${count}`
      const intent: NewIntent = {
        about,
        agreement,
        commitment,
        kind,
        rung: '',
        verdictVersion: count,
        verdict,
        severity: 'critical',
        occurredAt: now(),
        replaces: null,
        isNews: true,
        body: {
          about: 'case',
          agreement: {
            id: agreement,
            title: 'Accord',
            legalForce: 'political',
            zone: 'UTC',
            visibility: 'public',
            parties: { JPN: 'Japan', UKR: 'Ukraine' },
          },
          commitment: {
            id: commitment,
            title: 'Talks',
            kind: 'act',
            by: ['JPN'],
            to: ['UKR'],
            tags: ['security'],
            note: null,
            clause: null,
          },
          before,
          after: caseResult(about, verdict),
        },
        ...changes,
      }
      await store.transaction((trx) => recordIntents(trx, [intent], now()))
      const { number } = await store.db
        .selectFrom('servanda.intents')
        .select('number')
        .where('about', '=', about)
        .orderBy('number', 'desc')
        .executeTakeFirstOrThrow()
      return { number, about }
    },
    async subscribe(changes = {}) {
      count += 1
      const subscription: Subscription = {
        id: `s${count}`,
        name: `Reader ${count}`,
        channel: 'mail',
        address: `reader${count}@example.org`,
        person: null,
        zone: 'UTC',
        locale: 'en-GB',
        filter: EVERYTHING,
        rhythm: { every: 'alert' },
        quiet: null,
        escalation: [],
        secrets: [],
        isPublic: false,
        state: 'active',
        stateWhy: null,
        stateSince: now(),
        createdAt: now(),
        ...changes,
      }
      await saveSubscription(store.db, subscription)
      return subscription
    },
    courier(carrier, channels = {}, { slowMs, patienceMs } = {}) {
      const contextOf = async () => LINKS
      const mail = mailChannel({
        carrier,
        mailFrom: 'Servanda <servanda@example.org>',
        bounceTo: 'bounces@example.org',
        contextOf,
        pictureOf: async () => null,
        filesOf: async () => [],
        log,
      })
      const others = webhookChannels({
        privateReceivers: ['127.0.0.1'],
        contextOf,
        publicUrl: () => LINKS.publicUrl,
        now,
        seconds: () => Math.floor((performance.timeOrigin + performance.now()) / 1_000),
        ...(patienceMs !== undefined && { patienceMs }),
      })
      return new Courier({
        store,
        clock,
        channels: { mail, ...others, ...channels },
        domain: 'example.org',
        log,
        ...(slowMs !== undefined && { slowMs }),
      })
    },
    close: () => store.close(),
  }
}

/** Whom only what a test subscribes hears: without the subscription of the settings. */
export async function withoutDefault({ store }: Rig): Promise<void> {
  await store.db.updateTable('servanda.subscriptions').set({ state: 'paused' }).where('id', '=', DEFAULT_ID).execute()
}
