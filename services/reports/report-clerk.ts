import { isServandaError } from '../../config/error.ts'
import type { Log } from '../../config/log.ts'
import type { Instant } from '../../rules/index.ts'
import type { Store } from '../store/index.ts'
import { nextDue } from './period.ts'
import type { ReportDesk } from './report-desk.ts'
import { latestOfSchedule } from './report-records.ts'
import { claimDue, noteDone, noteFailure, type ReportSchedule } from './schedules.ts'

export interface ReportClerkDeps {
  readonly store: Store
  readonly desk: ReportDesk
  readonly now: () => Instant
  readonly log: Log
  /** A report that was due longer ago is made, and mailed to nobody. */
  readonly alertWindowMs: number
}

const MINUTE_MS = 60_000
const LEASE_MS = 5 * MINUTE_MS
const RETRY_MS = 10 * MINUTE_MS

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
    const { store, desk, now, log, alertWindowMs } = this.#deps
    const { id, title, locale, timing, scope, tell, attach, dueAt } = schedule
    const { period } = nextDue(timing, (dueAt - 1) as Instant)
    try {
      const before = await latestOfSchedule(store.db, id)
      const order = {
        request: { title, locale, period, scope },
        knownAt: null,
        previous: before?.id ?? null,
        schedule: id,
        tell: now() - dueAt > alertWindowMs ? null : { subscriptions: tell, attach },
      }
      const made = await desk.make(order, { actor: 'service', at: now(), requestId: null })
      await noteDone(store.db, schedule)
      if (made) log.info({ report: made.id, schedule: id, period: period.name }, 'report made')
      return made !== null
    } catch (err) {
      const isBusy = isServandaError(err, 'REPORT_BUSY')
      const again = (now() + (isBusy ? MINUTE_MS : RETRY_MS)) as Instant
      const failure = err instanceof Error ? err.message : String(err)
      await noteFailure(store.db, schedule, isBusy ? null : failure, again)
      const about = { err, schedule: id, period: period.name }
      if (!isBusy) log.error(about, 'a report that is due could not be made; it is tried again')
      return false
    }
  }
}
