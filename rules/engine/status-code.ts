import type { CaseState } from './case.ts'
import { type CaseResult, CERTAINTIES, FLAGS, type Flag, PHASES, VERDICTS } from './result.ts'

/**
 * A case's status in one whole number: phase, verdict, certainty, flags and the reminders that are due. Two are equal
 * exactly when nothing about the status differs.
 */
export type StatusCode = number

/** No case: nothing is owed. */
export const NO_CASE: StatusCode = -1

const PHASE_BITS = 2
const VERDICT_BITS = 4
const FLAGS_AT = PHASE_BITS + VERDICT_BITS + 1
const RUNG_AT = FLAGS_AT + FLAGS.length

const phaseCode = Object.fromEntries(PHASES.map((phase, i) => [phase, i])) as Record<(typeof PHASES)[number], number>
const verdictCode = Object.fromEntries(VERDICTS.map((verdict, i) => [verdict, i << PHASE_BITS])) as Record<
  (typeof VERDICTS)[number],
  number
>
const FINAL = 1 << (PHASE_BITS + VERDICT_BITS)

/** The bit of one flag in a code. */
export const FLAG_BIT = Object.fromEntries(FLAGS.map((flag, i) => [flag, 1 << (FLAGS_AT + i)])) as Readonly<
  Record<Flag, number>
>

/** What a code says in words; whatever reminders are due. */
export type CaseStatus = Pick<CaseResult, 'phase' | 'verdict' | 'certainty' | 'flags'>

type Status = Pick<CaseState, 'phase' | 'verdict' | 'certainty' | 'flags' | 'rung'>

/** The code of a status. */
export function statusCode({ phase, verdict, certainty, flags, rung }: Status): StatusCode {
  let code = phaseCode[phase] | verdictCode[verdict] | (certainty === 'final' ? FINAL : 0) | (rung << RUNG_AT)
  for (const flag of flags) code |= FLAG_BIT[flag]
  return code
}

/** The status that a code stands for: one object for each. */
export function statusOfCode(code: StatusCode): CaseStatus {
  const known = statuses.get(code)
  if (known) return known
  const status: CaseStatus = Object.freeze({
    phase: PHASES[code & (2 ** PHASE_BITS - 1)] ?? 'dormant',
    verdict: VERDICTS[(code >> PHASE_BITS) & (2 ** VERDICT_BITS - 1)] ?? 'open',
    certainty: CERTAINTIES[code & FINAL ? 1 : 0],
    flags: FLAGS.filter((flag) => code & FLAG_BIT[flag]),
  })
  statuses.set(code, status)
  return status
}

/** How many reminders are due. */
export function rungOfCode(code: StatusCode): number {
  return code >> RUNG_AT
}

/** Whether two codes, or no case, say the same; whatever reminders are due. */
export function isSameStatus(a: StatusCode, b: StatusCode): boolean {
  if (a === NO_CASE || b === NO_CASE) return a === b
  return ((a ^ b) & ((1 << RUNG_AT) - 1)) === 0
}

const statuses = new Map<StatusCode, CaseStatus>()
