import { isServandaError } from '../../config/error.ts'
import { formatInstant, type Instant } from '../../rules/index.ts'
import type { Reach } from '../alerts/index.ts'
import type { QueueLook } from '../queue/index.ts'
import type { Store } from '../store/index.ts'
import { oneLine } from '../text/index.ts'
import type { ServerOnRecord, WorkOnRecord } from './on-record.ts'
import { degraded, down, ok, type Part, reasonOf, sentence } from './part.ts'
import { type Sign, signsOf, stuckSigns } from './signs.ts'
import { type Found, NotInTime } from './sparing.ts'

/** How the parts of a service are told from what was found of them. Pure, all of it. */

export function databaseParts(mode: Store['mode'], found: Found<ServerOnRecord>): readonly Part[] {
  if (!found.ok && isServandaError(found.error, 'SCHEMA_NEWER')) return [down('schema', found.error.message)]
  if (!found.ok) return [databaseAway(mode, found.error)]
  const { version, pendingMigrations } = found.value
  const name = mode === 'embedded' ? 'The embedded database' : `PostgreSQL ${version}`
  return [ok('database', `${name} answers.`), schemaPart(pendingMigrations)]
}

function databaseAway(mode: Store['mode'], error: unknown): Part {
  // The embedded database does one thing at a time, and a long one is no failure.
  if (mode === 'embedded' && error instanceof NotInTime)
    return degraded('database', `The database is busy: ${reasonOf(error)}.`)
  const mend =
    mode === 'embedded'
      ? 'See the log; a full disk is the usual reason.'
      : 'See that the server of DATABASE_URL runs, and that this machine reaches it; the service goes on by itself.'
  return down('database', `The database does not answer: ${reasonOf(error)}.`, mend)
}

function schemaPart(pending: ServerOnRecord['pendingMigrations']): Part {
  if (pending === null) return ok('schema', 'There are no tables yet; the first start makes them.')
  if (pending.length === 0) return ok('schema', 'The tables are those of this version.')
  return degraded(
    'schema',
    `The tables are of an older version: ${pending.join(', ')} is still to come.`,
    'Stop the old processes, make a backup, and run "servanda migrate".',
  )
}

/** Where the jobs are. */
export type QueueKeeper = 'redis' | 'database'

export function queuePart(keptIn: QueueKeeper, found: Found<Pick<QueueLook, 'redis'>>): Part {
  if (!found.ok && keptIn === 'database') {
    return degraded('queue', `Jobs are kept in the database, which does not answer: ${reasonOf(found.error)}.`)
  }
  if (!found.ok) {
    return degraded(
      'queue',
      `Redis does not answer: ${reasonOf(found.error)}. Work is found in the database within ten seconds all the same.`,
      'See that the server of REDIS_URL runs, and that this machine reaches it.',
    )
  }
  const { redis } = found.value
  if (redis === null) return ok('queue', 'Jobs are kept in the database.')
  if (redis.maxmemoryPolicy !== null && redis.maxmemoryPolicy !== 'noeviction') {
    return degraded(
      'queue',
      `Redis ${redis.version} may throw jobs away: its maxmemory-policy is ${redis.maxmemoryPolicy}.`,
      'Set "maxmemory-policy noeviction".',
    )
  }
  return ok('queue', `Redis ${redis.version} answers.`)
}

/** @param where  what takes the mails, as a part of a sentence */
export function mailPart(where: string, found: Found<unknown>): Part {
  if (found.ok) return ok('mail', `Mails go to ${where}.`)
  return degraded(
    'mail',
    `Mails cannot go to ${where}: ${reasonOf(found.error)}. They wait, and are tried again.`,
    'See that SMTP_URL is right, with its user and password, and that this machine reaches the server.',
  )
}

/** @param seq  of the status that this process serves; -1: none yet */
export function statusPart(seq: number, isAway: boolean): Part {
  if (seq < 0) return down('status', 'No status has been prepared yet.', 'Wait: it is once the database was read.')
  if (isAway) return degraded('status', `Status ${seq} is served, and may be out of date.`)
  return ok('status', `Status ${seq} is served.`)
}

export function workUnknown(error: unknown): Part {
  return degraded('evaluation', `What is on record of the work cannot be read: ${reasonOf(error)}.`)
}

export function evaluationPart(work: WorkOnRecord, rate: number): Part {
  const { waiting, waitingSince, failing, setAside } = work.evaluation
  const stuck = stuckNames(work, rate, ['evaluation', 'deadlines'])
  if (stuck !== null) {
    const message = `What is to be evaluated has been lying since ${formatInstant(stuck)}.`
    return degraded('evaluation', message, 'See that a worker runs, and what its log says of agreements that failed.')
  }
  if (failing > 0) {
    const message = `${times(failing, 'agreement')} cannot be evaluated; the status names the reason.`
    return degraded('evaluation', message, 'See "failure" in /v1/status, and the log of the workers.')
  }
  if (setAside > 0) {
    const message = `${times(setAside, 'event')} ${setAside === 1 ? 'was' : 'were'} set aside: evaluation goes on without.`
    return degraded(
      'evaluation',
      message,
      'See /v1/agreements/{agreement}/set-aside, and take them up again once mended.',
    )
  }
  if (waitingSince === null) return ok('evaluation', 'Everything is evaluated.')
  return ok('evaluation', `${times(waiting, 'row')} of work, since ${formatInstant(waitingSince)}, and it goes on.`)
}

export function deliveriesPart(work: WorkOnRecord, rate: number): Part {
  const { byState } = work.deliveries
  const waiting = byState.pending + byState.sending + byState.uncertain
  const stuck = work.alertsHeldSince === null ? stuckNames(work, rate, ['delivery', 'mail']) : null
  const mend = 'servanda.deliveries has what the mail server answered to each; the log of the workers too.'
  if (stuck !== null) return degraded('deliveries', `Nothing has gone out since ${formatInstant(stuck)}.`, mend)
  if (byState.failed > 0) {
    const message = `${times(byState.failed, 'mail')} ${byState.failed === 1 ? 'was' : 'were'} given up.`
    return degraded('deliveries', message, mend)
  }
  if (byState.uncertain > 0) {
    const message = `Of ${times(byState.uncertain, 'mail')} it is not known whether the server took it; tried again.`
    return degraded('deliveries', message, mend)
  }
  return ok('deliveries', waiting === 0 ? `${times(byState.sent, 'mail')} sent, none waits.` : `${waiting} wait.`)
}

export function alertsPart({
  alertsHeldSince,
  alertsMuted,
}: Pick<WorkOnRecord, 'alertsHeldSince' | 'alertsMuted'>): Part {
  if (alertsHeldSince !== null) {
    return degraded(
      'alerts',
      `Alerts are held since ${formatInstant(alertsHeldSince)}: this is a restored copy.`,
      'Run "servanda restore --resume-alerts" when it takes the place of the original.',
    )
  }
  if (alertsMuted === null) return ok('alerts', 'Alerts are sent.')
  const { reason, until } = alertsMuted
  const end = until === null ? 'until somebody ends it' : `until ${formatInstant(until)}`
  return degraded(
    'alerts',
    `Alerts are muted ${end}: ${sentence(oneLine(reason, LONGEST_REASON))}`,
    'What there is to tell waits. DELETE /v1/alerts/mute ends it.',
  )
}

/** Commitments named in a message; the rest is counted. */
const MOST_NAMED = 3

/** Whether there is news that would reach nobody. */
export function reachPart(found: Found<Reach>): Part {
  if (!found.ok) return degraded('recipients', `Who is told of what cannot be read: ${reasonOf(found.error)}.`)
  if (found.value.isOperatorLost) {
    return degraded(
      'recipients',
      'Mail to whoever runs this service came back: nothing more is sent there, not even what goes wrong.',
      'Set MAIL_FROM to an address that takes mail, and the subscription "default" to active again.',
    )
  }
  const unreached = found.value.unreached.map(({ agreement, commitment }) => `${agreement}/${commitment}`)
  if (unreached.length === 0) return ok('recipients', 'A breach of any commitment reaches somebody.')
  const more = unreached.length - MOST_NAMED
  const named = unreached.slice(0, MOST_NAMED).join(', ')
  return degraded(
    'recipients',
    `A breach would reach nobody: ${more > 0 ? `${named} and ${more.toLocaleString('en')} more` : named}.`,
    'Let somebody be told of it: POST /v1/subscriptions. GET /v1/subscriptions/unreached lists them all.',
  )
}

export function reportsPart({ failingReports }: Pick<WorkOnRecord, 'failingReports'>): Part {
  const [first] = failingReports
  if (first === undefined) return ok('reports', 'Every report that is due was made.')
  const { schedule, dueAt, failure } = first
  const others = failingReports.length - 1
  const more = others === 0 ? '' : ` So it is with ${times(others, 'other schedule')}.`
  return degraded(
    'reports',
    `The report of schedule ${schedule} that is due since ${formatInstant(dueAt)} could not be made: ${sentence(oneLine(failure, LONGEST_REASON))}${more}`,
    'It is tried again every ten minutes. GET /v1/report-schedules has them all, the log of the workers the details.',
  )
}

/** Room on the disk of the data folder. */
export interface DiskRoom {
  readonly freeBytes: number
  readonly totalBytes: number
}

const ROOM_BYTES = 512 * 1024 * 1024
const ROOM_SHARE = 0.05

export function diskPart(dataDir: string, found: Found<DiskRoom>): Part {
  if (!found.ok) {
    const message = `${dataDir} cannot be written: ${reasonOf(found.error)}.`
    return degraded('disk', message, 'Give this user the right to write there, or choose another folder with DATA_DIR.')
  }
  const { freeBytes, totalBytes } = found.value
  const message = `${sizeOf(freeBytes)} of ${sizeOf(totalBytes)} are free at ${dataDir}.`
  const isTight = freeBytes < ROOM_BYTES || freeBytes < totalBytes * ROOM_SHARE
  return isTight ? degraded('disk', message, 'Make room: a full disk stops writing.') : ok('disk', message)
}

export function clockPart(description: string | null): Part {
  if (description === null) return ok('clock', 'The clock is the one of this machine.')
  return degraded('clock', `This is no real time: ${description}.`, 'Leave CLOCK out for real work.')
}

/** Since when the longest of the signs with these names is stuck; null: none is. */
function stuckNames(work: WorkOnRecord, rate: number, names: readonly Sign['name'][]): Instant | null {
  const stuck = stuckSigns(signsOf(work), work.at, rate).filter(({ name }) => names.includes(name))
  const since = stuck.flatMap(({ stuckSince }) => stuckSince ?? [])
  return since.length === 0 ? null : (Math.min(...since) as Instant)
}

function times(count: number, what: string): string {
  return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`
}

const LONGEST_REASON = 200

function sizeOf(bytes: number): string {
  return `${(bytes / 1e9).toLocaleString('en', { maximumFractionDigits: 1 })} GB`
}
