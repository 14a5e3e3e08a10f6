import { Type } from 'typebox'
import type { ServandaError } from '../../config/error.ts'
import { formatInstant, parseEvent, type ServandaEvent } from '../../rules/index.ts'
import type { Receipt, Refusal } from '../ledger/index.ts'
import { type ProblemItem, problem } from './problem.ts'

export const ReceiptShape = Type.Object({
  source: Type.String(),
  id: Type.String(),
  revision: Type.Integer(),
  seq: Type.Integer(),
  recorded_at: Type.String(),
  digest: Type.String(),
  duplicate: Type.Boolean(),
})

/** A receipt as it is answered. */
export function receiptBody({ recordedAt, ...receipt }: Receipt) {
  return { ...receipt, recorded_at: formatInstant(recordedAt) }
}

/**
 * The events in `sent`.
 * @param isBatch  pointers begin with the place in the array
 * @throws {ServandaError} `EVENT_INVALID` with every problem of every event
 */
export function readEvents(sent: readonly unknown[], isBatch: boolean): ServandaEvent[] {
  const events: ServandaEvent[] = []
  const problems: ProblemItem[] = []
  for (const [index, one] of sent.entries()) {
    const parsed = parseEvent(one)
    if (parsed.ok) events.push(parsed.event)
    else
      problems.push(...parsed.problems.map((item) => ({ ...item, pointer: pointerTo(index, item.pointer, isBatch) })))
  }
  if (problems.length === 0) return events
  throw problem('EVENT_INVALID', invalid(problems), problems)
}

/** Why nothing was appended: a problem that names each event refused. */
export function refusalProblem(refusals: readonly Refusal[], isBatch: boolean): ServandaError {
  const [first] = refusals
  const code = first?.code ?? 'EVENT_INVALID'
  const items = refusals.map(({ index, pointer, message, mend, details }) => ({
    pointer: pointerTo(index, pointer, isBatch),
    message,
    ...(mend !== undefined && { mend }),
    ...details,
  }))
  if (code === 'EVENT_INVALID') return problem(code, invalid(items), items)
  return problem(code, isBatch ? `${first?.message} Nothing of the batch was recorded.` : (first?.message ?? ''), items)
}

function invalid({ length }: readonly ProblemItem[]): string {
  return `${length === 1 ? 'There is one problem' : `There are ${length} problems`}; nothing was recorded.`
}

function pointerTo(index: number, pointer: string, isBatch: boolean): string {
  return isBatch ? `/${index}${pointer}` : pointer
}
