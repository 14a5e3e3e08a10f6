import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { openClock } from '../config/clock.ts'
import { isServandaError } from '../config/error.ts'
import { version } from '../config/root.ts'
import { formatInstant, instant } from '../rules/index.ts'
import { asOfIn } from '../services/reports/compose-report.ts'
import { EventShelf, makeReport } from '../services/reports/make-report.ts'
import { periodNamed } from '../services/reports/period.ts'
import type { Basis, Report } from '../services/reports/report.ts'
import { collectEvents, readInstant, readRulebooks } from './evaluation-files.ts'
import type { ReportOptions } from './report-order.ts'
import { eventFiles } from './rulebook-files.ts'
import { UsageError } from './usage-error.ts'

/** A report on files alone: nothing is kept of it. @throws {UsageError} */
export function reportFromFiles(options: ReportOptions): Report {
  const { rules = [], events, zone, locale, title = null, agreement = null, party = null } = options
  if (events === undefined) throw new UsageError('--rules needs --events too: the files of events')
  if (options.previous !== undefined) throw new UsageError('--previous names a report that a service has kept')
  if (options.tell !== undefined) throw new UsageError('--tell is for a service, which knows the subscriptions')
  const files = eventFiles(events)
  if (files.includes('-')) throw new UsageError('--events -: a report names the files that it rests on')
  const period = asUsage(() => periodNamed(options.period ?? '', knownZone(zone)))
  const now =
    readInstant(options.asOf, '--as-of') ?? instant(openClock({ clock: { kind: 'system' } }).now().epochMilliseconds)
  const knownAt = readInstant(options.knownAt, '--known-at')
  const rulebooks = readRulebooks(rules).filter(({ id }) => agreement === null || agreement.includes(id))
  const missing = agreement?.find((id) => !rulebooks.some((one) => one.id === id))
  if (missing !== undefined) throw new UsageError(`--agreement ${missing}: no rulebook has this id`)
  const shelf = new EventShelf()
  for (const [n, event] of collectEvents(files, rulebooks).entries()) shelf.add({ seq: n + 1, event })
  const basis: Basis = {
    ledger: null,
    known_at: knownAt === null ? null : formatInstant(knownAt),
    events_digest: digestOf(files),
    rulebooks: rulebooks.map(({ id, hash, file }) => ({ agreement: id, version: null, hash, file, set_aside: [] })),
    previous: null,
  }
  const scope = { agreements: agreement, parties: party }
  const asOf = formatInstant(asOfIn(period, now))
  const request = { title, locale, period, scope }
  return makeReport({ request, basis, asOf, version: version(), rulebooks, rulebooksBefore: [], events: shelf })
}

/** Of the files, one after another. */
function digestOf(files: readonly string[]): string {
  const hash = createHash('sha256')
  for (const file of files) hash.update(readFileSync(file))
  return hash.digest('hex')
}

function knownZone(zone: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return zone
  } catch {
    throw new UsageError(`--zone ${zone}: there is no such time zone; write for example Europe/Kyiv`)
  }
}

function asUsage<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (isServandaError(error, 'PERIOD_UNKNOWN')) throw new UsageError(`--period: ${error.message}`)
    throw error
  }
}
