import { join } from 'node:path'
import { Temporal } from 'temporal-polyfill'
import { type Clock, openClock } from '../config/clock.ts'
import type { Log } from '../config/log.ts'
import { version } from '../config/root.ts'
import type { Settings } from '../config/settings.ts'
import { type Instant, instant } from '../rules/index.ts'
import {
  type AccessKey,
  doorsOf,
  formatToken,
  isLoopback,
  KeyUses,
  keepRotated,
  newToken,
  openLimits,
  signingSecrets,
} from '../services/access/index.ts'
import { ensureDefaultSubscription } from '../services/alerts/index.ts'
import { Courier } from '../services/delivery/index.ts'
import { EndingWatch, type Evaluated, Evaluator } from '../services/evaluation/index.ts'
import { Health } from '../services/health/index.ts'
import { History } from '../services/history/index.ts'
import { type App, type AppDeps, buildApp, forgetAnswers } from '../services/http/index.ts'
import { appendBatches, GroupCommit, lastRecordedAt, rehearseAppend } from '../services/ledger/index.ts'
import { checkLetters } from '../services/letters/index.ts'
import { domainOf, mailChannel, renderHtml, renderText } from '../services/mail/index.ts'
import { Metrics } from '../services/metrics/index.ts'
import { openQueues, openRedisCounts } from '../services/queue/index.ts'
import { ReportClerk, ReportDesk } from '../services/reports/index.ts'
import {
  type FolderLook,
  type Loaded,
  listenersOn,
  loadRulebooks,
  RulebookShelf,
  type RulesFolder,
  RulesWatch,
  ScenarioTrials,
} from '../services/rulebooks/index.ts'
import { SourceWatch } from '../services/sources/index.ts'
import { StatusProjection } from '../services/status/index.ts'
import { openStore, type Store } from '../services/store/index.ts'
import { slackMessage, teamsMessage, webhookChannels } from '../services/webhooks/index.ts'
import { DeadlineAlarm } from '../workers/deadlines.ts'
import { DeliverWorker } from '../workers/deliver.ts'
import { startEvaluating } from '../workers/evaluate.ts'
import { Heartbeat } from '../workers/heartbeat.ts'
import { startSweeping } from '../workers/sweep.ts'
import { addressUnusable } from './address-unusable.ts'
import { alertPictures } from './alert-pictures.ts'
import { answerBody } from './answer-body.ts'
import { beforeMigratingIn } from './before-migrating.ts'
import { backUpInto } from './data-backup.ts'
import { lastAnswers } from './last-answers.ts'
import { letterContexts } from './letter-contexts.ts'
import { openCarrier } from './open-carrier.ts'
import { reportAttachments } from './report-attachments.ts'
import { resumedClock } from './resumed-clock.ts'
import { watchStatus } from './watch-status.ts'

/** What a process does: answer requests, do the work, or both. */
export interface Roles {
  readonly api: boolean
  readonly worker: boolean
}

/** A running service. */
export interface Service {
  readonly clock: Clock
  readonly store: Store
  /** Where mails go when no mail server is configured. */
  readonly outbox: string
  now(): Instant
  loadRules(folder: RulesFolder): Promise<readonly Loaded[]>
  /**
   * Takes up whatever changes in the folder at `path` from now on, and tells of it.
   * @param seen  the folder as it stood before it was loaded
   */
  watchRules(path: string, seen: FolderLook, tell: (loaded: readonly Loaded[]) => void): void
  /** Does everything that waits or is due, here and now: evaluates, sends, prepares the status. */
  sweep(): Promise<void>
  /** Answers one request of this process itself, an admin's, without a network. */
  ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>
  /** Starts to do the work as it comes, and answers requests. @returns the address it answers at, if it does */
  start(): Promise<string | null>
  /** Says that it stops, and lets those who are connected come to an end; not for long. */
  drain(): Promise<void>
  /** Lets what has begun finish, and closes everything. */
  close(): Promise<void>
}

/** Whoever can open the data may ask anything. */
const COMMAND_LINE: AccessKey = {
  id: 'command line',
  name: 'command line',
  scopes: ['admin'],
  sources: null,
  highestStanding: 'confirmed',
  expiresAt: null,
}

/** Wires a service from its settings; nothing runs by itself before `start`. */
export async function composeService(
  settings: Settings,
  { roles, log, clock: givenClock }: { readonly roles: Roles; readonly log: Log; readonly clock?: Clock },
): Promise<Service> {
  const { databaseUrl, redisUrl, dataDir } = settings
  const openedClock = givenClock ?? openClock(settings)
  const beforeMigrating = beforeMigratingIn(dataDir, openedClock, log)
  const store = await openStore({ databaseUrl, dataDir, log, beforeMigrating })
  const clock = resumedClock(openedClock, await latestInstant(store))
  const now = () => instant(clock.now().epochMilliseconds)
  const queues = await openQueues({ store, redisUrl, clock, log }).catch(async (error: unknown) => {
    await store.close()
    throw error
  })
  const shelf = new RulebookShelf()
  const address = { publicUrl: settings.publicUrl }
  const stopping = new AbortController()
  const base = () => `${address.publicUrl}/v1`
  const status = new StatusProjection({ store, shelf, base, now, clock: clock.describe() })
  const trials = new ScenarioTrials({ log })
  const history = new History({ store, shelf, log, alertWindowMs: settings.alertWindowMs })
  const desk = new ReportDesk({ store, shelf, now, log, domain: domainOf(settings.mailFrom), version: version() })
  const outbox = join(dataDir, 'outbox')
  const carrier = openCarrier(settings, outbox)
  const secrets = signingSecrets(settings.secrets, dataDir)
  const publicUrl = () => address.publicUrl
  const machine = openClock({ clock: { kind: 'system' } })
  const seconds = () => Math.floor(machine.now().epochMilliseconds / 1_000)
  const health = new Health({
    store,
    shelf,
    clock,
    dataDir,
    queue: { keptIn: redisUrl === undefined ? 'database' : 'redis', look: () => queues.look() },
    mail: roles.worker ? carrier : null,
    status: roles.api ? status : null,
  })
  const recorded = async () => ({
    work: await health.work(),
    queue: await health.queue(),
    reach: await health.reach(),
  })
  const metrics = new Metrics({ version: version(), mode: store.mode, recorded })
  const { alertWindowMs } = settings
  const evaluator = new Evaluator({ store, clock, shelf, log, alertWindowMs, ended: metrics.evaluationEnded })
  const { mailFrom, privateReceivers } = settings
  checkLetters([renderText, renderHtml, slackMessage, teamsMessage])
  const contextOf = letterContexts({ store, shelf, clock, publicUrl, secrets })
  const courier = new Courier({
    store,
    clock,
    channels: {
      mail: mailChannel({
        carrier,
        mailFrom,
        bounceTo: settings.bounceTo ?? null,
        contextOf,
        pictureOf: alertPictures({ store, shelf }),
        filesOf: reportAttachments(store),
        log,
      }),
      ...webhookChannels({ privateReceivers, contextOf, publicUrl, now, seconds }),
    },
    domain: domainOf(mailFrom),
    log,
  })
  const clerk = new ReportClerk({ store, desk, now, log, alertWindowMs })
  const deliverWorker = new DeliverWorker({ courier, clock, log })
  const alarm = new DeadlineAlarm({ evaluator, clock, log, evaluated })
  const endings = new EndingWatch({ store, shelf, now, alertWindowMs })
  const sources = new SourceWatch({ store, shelf, now, alertWindowMs, log })
  const counts = redisUrl !== undefined && roles.api ? openRedisCounts(redisUrl, log) : null
  const limits = openLimits(settings.rateLimit, counts?.of)
  const keyUses = new KeyUses(clock.rate)
  const background = new Set<Promise<unknown>>()
  const stops: (() => Promise<void> | void)[] = []
  const listeners: App[] = []
  let app: App | null = null
  let rulesWatch: RulesWatch | null = null

  /** Work that nobody waits for, but closing does. */
  function inBackground(work: Promise<unknown>, what: string): void {
    const done = work.catch((err) => log.warn({ err }, `${what}; the next sweep tries again`))
    background.add(done)
    void done.finally(() => background.delete(done))
  }

  function evaluated(done: readonly Evaluated[]): void {
    if (done.some(({ intents }) => intents > 0)) hintToDeliver()
    inBackground(alarm.arm(), 'the alarm was not set')
    refreshStatus()
  }

  /** Not before it is known where the service listens: the status links to itself. */
  function refreshStatus(): void {
    if (app) inBackground(status.refresh(), 'the status was not prepared')
  }

  const ledger = new GroupCommit(async (batches) => {
    const { outcomes, agreements } = await store.transaction((trx) =>
      appendBatches(trx, batches, now(), listenersOn(shelf)),
    )
    hintToEvaluate(...agreements)
    metrics.appended(batches, outcomes)
    return outcomes
  })

  function hintToDeliver(): void {
    inBackground(queues.enqueue('deliver', {}), 'no hint to deliver')
  }

  function hintToEvaluate(...agreements: readonly string[]): void {
    const hints = agreements.map((agreement) => ({ agreement }))
    inBackground(queues.enqueueAll('evaluate', hints), 'no hint to evaluate')
  }

  function loadRules(folder: RulesFolder): Promise<readonly Loaded[]> {
    return loadRulebooks(folder, { store, shelf, trials, now, log })
  }

  async function sweep(): Promise<void> {
    if (roles.worker) {
      await alarm.ring()
      await sources.look().catch((err) => log.warn({ err }, 'the sources were not looked at; the next sweep does'))
      await endings.look().catch((err) => log.warn({ err }, 'no term was looked at; the next sweep does'))
      await deliverWorker.deliver()
      inBackground(
        clerk.look().then((made) => made > 0 && hintToDeliver()),
        'the reports were not looked at',
      )
      await forgetAnswers(store.db, { now: now(), rate: clock.rate })
    }
    if (app) await status.refresh()
    await noteKeyUses()
  }

  async function noteKeyUses(): Promise<void> {
    await keyUses
      .write(store.db)
      .catch((err) => log.warn({ err }, 'when keys were used was not noted; the next sweep does'))
  }

  function build(more: Pick<AppDeps, 'insider' | 'probesOnly'> = {}): Promise<App> {
    return buildApp({
      health,
      metrics,
      version: version(),
      stopping: stopping.signal,
      store,
      shelf,
      trials,
      status,
      history,
      desk,
      append: (batch) => ledger.append(batch),
      rehearse: (batch) => store.transaction((trx) => rehearseAppend(trx, batch, now(), listenersOn(shelf))),
      evaluate: hintToEvaluate,
      courier,
      deliver: hintToDeliver,
      contextOf,
      secrets,
      publicSubscribe: settings.publicSubscribe,
      ...(store.mode === 'embedded' && { backUp: () => backUpInto(dataDir, store, clock, 'asked-for') }),
      appendInTurn: (batches) => ledger.appendInTurn(batches),
      clock,
      log,
      doors: doorsOf(settings),
      limits,
      keyUses,
      keyRotated: (token) => keepRotated(dataDir, token),
      outbox,
      publicRead: settings.publicRead,
      publicUrl,
      // On a laptop the status is there for a browser to look at, with nothing configured.
      localRead: store.mode === 'embedded' && isLoopback(settings.host),
      trustProxy: settings.trustProxy,
      ...more,
    })
  }

  async function listenOn(listener: App, port: number): Promise<string> {
    listeners.push(listener)
    const { host } = settings
    return listener.listen({ host, port }).catch((cause) => {
      throw addressUnusable(host, port, cause)
    })
  }

  async function listen(): Promise<string> {
    app = await build()
    const listening = await listenOn(app, settings.port)
    // Port 0 asks for any free port: only now is it known which.
    if (new URL(settings.publicUrl).port === '0') address.publicUrl = listening
    await status.refresh()
    return address.publicUrl
  }

  if (roles.worker) {
    await ensureDefaultSubscription(store.db, defaultRecipient(settings), now())
    // Only this process can have been sending: nobody else has the data folder.
    if (store.mode === 'embedded') await courier.takeUpInterrupted()
  }

  return {
    clock,
    store,
    outbox,
    now,
    loadRules,
    watchRules(path, seen, tell) {
      const load = async (folder: RulesFolder) => {
        tell((await loadRules(folder)).filter(({ state, events }) => state !== 'unchanged' || events > 0))
        await sweep()
      }
      rulesWatch = new RulesWatch({ path, seen, load, log })
    },
    sweep,
    async ask(method, path, body) {
      const token = formatToken(newToken())
      const asked = await build({ insider: { token, key: COMMAND_LINE } })
      try {
        const response = await asked.inject({
          method: method as 'GET',
          url: path,
          headers: { host: 'localhost', authorization: `Bearer ${token}` },
          ...(body !== undefined && { payload: body as object }),
        })
        const { 'content-type': type = null } = response.headers
        return { status: response.statusCode, body: answerBody(response.rawPayload, type) }
      } finally {
        await asked.close()
      }
    },
    async start() {
      if (roles.worker) {
        await startEvaluating({ queues, evaluator, evaluated, log })
        await deliverWorker.start(queues)
      }
      const url = roles.api ? await listen() : null
      if (!roles.api && settings.probePort !== undefined) {
        const at = await listenOn(await build({ probesOnly: true }), settings.probePort)
        log.info({ url: at }, 'worker tells how it is')
      }
      inBackground(sweep(), 'the first sweep failed')
      stops.push(startSweeping(sweep, log))
      if (roles.worker && settings.heartbeatUrl !== undefined) {
        const heartbeat = new Heartbeat({ url: settings.heartbeatUrl, work: health.work, rate: clock.rate, log })
        heartbeat.start()
        stops.push(() => heartbeat.stop())
      }
      if (roles.api && store.mode === 'server') stops.push(watchStatus(() => status.refresh(), log))
      return url
    },
    async drain() {
      stopping.abort()
      await Promise.all(listeners.map(({ server }) => lastAnswers(server)))
    },
    async close() {
      stopping.abort()
      await Promise.all(listeners.map((one) => one.close()))
      await ledger.drained()
      await Promise.all([rulesWatch?.stop(), trials.close()])
      for (const stop of stops) await stop()
      await alarm.stop()
      await deliverWorker.stop()
      await queues.close()
      while (background.size > 0) await Promise.all(background)
      await noteKeyUses()
      limits.stop()
      counts?.close()
      carrier.close()
      await store.close()
    },
  }
}

/** The latest instant on record, of an event or an evaluation. */
async function latestInstant(store: Store): Promise<Instant | null> {
  const recorded = await lastRecordedAt(store.db)
  const row = await store.db
    .selectFrom('servanda.agreements')
    .select(({ fn }) => fn.max('evaluated_at').as('at'))
    .executeTakeFirst()
  const evaluated = row?.at ?? null
  return recorded === null || (evaluated !== null && evaluated > recorded) ? evaluated : recorded
}

/** Whom an instance tells that nobody configured: with a mail server, the mailbox it sends from. */
function defaultRecipient({ smtpUrl, mailFrom }: Settings): { address: string; zone: string } {
  const own = /<([^<>]+)>\s*$/.exec(mailFrom)?.[1] ?? mailFrom.trim()
  return { address: smtpUrl === undefined ? 'monitor@localhost' : own, zone: Temporal.Now.timeZoneId() }
}
