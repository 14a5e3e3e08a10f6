import type { Instant } from '../../rules/index.ts'
import type { WorkOnRecord } from './on-record.ts'

/** Something that has to go on, and whether it does. */
export interface Sign {
  readonly name: 'evaluation' | 'deadlines' | 'delivery' | 'mail'
  /** Since when work waits on which nothing was done; null: none does, which is fine. */
  readonly stuckSince: Instant | null
  /** How long that may last, in real time. */
  readonly patienceMs: number
}

const MINUTE = 60_000

/**
 * Every sign there is; what is added to the work by itself, such as the polling of sources, gets one here. The last is that a
 * mail was tried in vain, and none has gone out since.
 */
export function signsOf({ evaluation, deadlines, deliveries }: WorkOnRecord): readonly Sign[] {
  return [
    { name: 'evaluation', stuckSince: evaluation.stuckSince, patienceMs: 5 * MINUTE },
    { name: 'deadlines', stuckSince: deadlines.stuckSince, patienceMs: 5 * MINUTE },
    { name: 'delivery', stuckSince: deliveries.dueSince, patienceMs: 5 * MINUTE },
    { name: 'mail', stuckSince: later(deliveries.triedSince, deliveries.lastSentAt), patienceMs: 60 * MINUTE },
  ]
}

/** Those of `signs` on which nothing was done for too long at `at`. @param rate  how fast the clock runs */
export function stuckSigns(signs: readonly Sign[], at: Instant, rate: number): readonly Sign[] {
  return signs.filter(({ stuckSince, patienceMs }) => stuckSince !== null && (at - stuckSince) / rate > patienceMs)
}

/** Since when nothing has gone on: since the work waits, or since some was done after that. */
function later(since: Instant | null, progressedAt: Instant | null): Instant | null {
  return since === null ? null : (Math.max(since, progressedAt ?? since) as Instant)
}
