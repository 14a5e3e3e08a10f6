import { ServandaError } from '../../config/error.ts'

/** Thrown by a job's handler when trying again cannot help. */
export class NeverWillError extends ServandaError {}

/** Mistakes of ours, which stay the same at every attempt. */
const PROGRAMMING_ERRORS = [TypeError, RangeError, ReferenceError, SyntaxError]

/** SQLSTATE classes that a second attempt does not change: bad data, a broken constraint, a wrong statement. */
const LASTING_SQLSTATES = /^(22|23|42)/

/** Whether a job that failed with `error` would fail the same way for ever; everything else is tried again. */
export function neverWill(error: unknown): boolean {
  if (error instanceof NeverWillError) return true
  if (PROGRAMMING_ERRORS.some((kind) => error instanceof kind)) return true
  return isDatabaseError(error) && LASTING_SQLSTATES.test(error.code)
}

function isDatabaseError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'severity' in error && 'code' in error && typeof error.code === 'string'
}
