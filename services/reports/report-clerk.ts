import type { Transaction } from 'kysely'
import { isServandaError } from '../../config/error.ts'
import type { Log } from '../../config/log.ts'
import { formatInstant, type Indicator, type Instant } from '../../rules/index.ts'
import { type ReportNews, subscriptionsById } from '../alerts/index.ts'
import { recordMessage } from '../delivery/index.ts'
import type { Database, Store } from '../store/index.ts'
import { FORM_FACTS, type Form } from './forms/index.ts'
import { nextDue } from './period.ts'
import type { ReportDesk } from './report-desk.ts'
import { latestOfSchedule, type ReportRecord } from './report-records.ts'
import { claimDue, noteDone, noteFailure, type ReportSchedule } from './schedules.ts'

export interface ReportClerkDeps {
  readonly store: Store
  readonly desk: ReportDesk
  readonly now: () => Instant
  readonly log: Log
  /** What follows the `@` of a Message-ID. */
  readonly domain: string
  /** A report that was due longer ago is made, and mailed to nobody. */
  readonly alertWindowMs: number
}

const MINUTE_MS = 60_000
const LEASE_MS = 5 * MINUTE_MS
const RETRY_MS = 10 * MINUTE_MS

/** A file that is longer goes along with no mail: it is linked. */
const MOST_ATTACHED = 7_000_000

/** Makes the reports that are due by their schedules, and lets them go to whoever is to have them. */
export class ReportClerk {
  readonly #deps: ReportClerkDeps
  #looking: Promise<number> | null = null

  constructor(deps: ReportClerkDeps) {
    this.#deps = deps
  }

  /** Makes everything that is due, one after another. @returns how many reports are new */
  look(): Promise<number> {
    this.#looking ??= this.#lookNow().finally(() => {
      this.#looking = null
    })
    return this.#looking
  }

  async #lookNow(): Promise<number> {
    const { store, now } = this.#deps
    for (let made = 0; ; ) {
      const at = now()
      const schedule = await claimDue(store.db, at, (at + LEASE_MS) as Instant)
      if (schedule === null || schedule.dueAt === null) return made
      if (await this.#makeDue({ ...schedule, dueAt: schedule.dueAt })) made++
    }
  }

  async #makeDue(schedule: ReportSchedule & { readonly dueAt: Instant }): Promise<boolean> {
    const { store, desk, now, log } = this.#deps
    const { id, title, locale, timing, scope, dueAt } = schedule
    const { period } = nextDue(timing, (dueAt - 1) as Instant)
    try {
      const before = await latestOfSchedule(store.db, id)
      const order = {
        request: { title, locale, period, scope },
        knownAt: null,
        previous: before?.id ?? null,
        schedule: id,
      }
      const author = { actor: 'service', at: now(), requestId: null } as const
      const made = await desk.make(order, author, (trx, report) => this.#send(trx, report, schedule))
      await noteDone(store.db, schedule)
      if (made) log.info({ report: made.id, schedule: id, period: period.name }, 'report made')
      return made !== null
    } catch (err) {
      const isBusy = isServandaError(err, 'REPORT_BUSY')
      const again = (now() + (isBusy ? MINUTE_MS : RETRY_MS)) as Instant
      await noteFailure(store.db, schedule, err instanceof Error ? err.message : String(err), again)
      if (!isBusy)
        log.error(
          { err, schedule: id, period: period.name },
          'a report that is due could not be made; it is tried again',
        )
      return false
    }
  }

  async #send(
    trx: Transaction<Database>,
    report: ReportRecord,
    { tell, attach, dueAt }: ReportSchedule & { readonly dueAt: Instant },
  ): Promise<void> {
    const at = this.#deps.now()
    if (at - dueAt > this.#deps.alertWindowMs) return
    const subscriptions = await subscriptionsById(trx, tell)
    for (const subscription of subscriptions.values()) {
      if (subscription.state !== 'active') continue
      const content = { purpose: 'report', report: reportNews(report, attach) } as const
      await recordMessage(trx, subscription, content, { at, domain: this.#deps.domain })
    }
  }
}

/** A report as whoever is sent it sees it at once. */
function reportNews(report: ReportRecord, attach: readonly Form[]): ReportNews {
  const { id, title, request, facts, files, asOf } = report
  return {
    id,
    title,
    period: request.period.words,
    asOf: formatInstant(asOf),
    summary: facts.summary,
    indicators: facts.indicators.map(({ indicator, count }) => ({ indicator: indicator as Indicator, count })),
    files: files.map(({ form, sha256, length }) => ({
      form,
      name: fileName(report, form),
      mediaType: FORM_FACTS[form].mediaType,
      sha256,
      bytes: length,
      isAttached: attach.includes(form) && length <= MOST_ATTACHED,
    })),
  }
}

/** `servanda-2024-Q1-5c1f.pdf`: nothing in it comes from outside. */
export function fileName({ id, request }: Pick<ReportRecord, 'id' | 'request'>, form: Form): string {
  return `servanda-${request.period.name.replace('/', '_')}-${id.slice(0, 6)}${FORM_FACTS[form].extension}`
}
