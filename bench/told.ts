import { type KnownEvent, knownEvent, parseEvent, parseJson } from '../rules/index.ts'

/** Events as a workload tells them: lines of NDJSON, in the order in which they arrive, and read back. */

export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** One telling, not yet written down. Times are epoch milliseconds. */
export interface Telling {
  readonly id: string
  /** Null for a retraction. */
  readonly type: string | null
  readonly at: number
  readonly data: object
  /** 1 unless it corrects an earlier telling. */
  readonly revision?: number
  /** When it arrived, said only where that is not the moment at which it happened. */
  readonly recorded?: number
}

/** `telling` as one line of a file of events. */
export function line({ id, type, at, data, revision = 1, recorded }: Telling): string {
  const later = recorded === undefined ? '' : `,"recordedtime":"${utc(recorded)}"`
  const number = revision === 1 ? '' : `,"revision":${revision}`
  const head = `{"specversion":"1.0","source":"https://watch.example/","id":"${id}"`
  if (type === null) return `${head}${number},"retracted":true${later}}`
  return `${head}${number},"type":"${type}","time":"${utc(at)}"${later},"data":${JSON.stringify(data)}}`
}

function utc(at: number): string {
  return new Date(Math.floor(at)).toISOString()
}

/** The event on `row`, which a workload wrote, as the parser of the product gives it. */
export function prepared(row: string): KnownEvent {
  const parsed = parseEvent(parseJson(row))
  if (!parsed.ok) throw new Error(`refused: ${row}`)
  return knownEvent(parsed.event, parsed.event.recordedTime)
}

/** When `event` happened; the tellings of these workloads that have a time have an instant. */
export function happened(event: KnownEvent): number {
  return event.occurred?.kind === 'instant' ? event.occurred.at : Number.NaN
}

/** When `event` became known. */
export function arrived(event: KnownEvent): number {
  return event.recordedAt ?? happened(event)
}
