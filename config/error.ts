/** What `ServandaError` may carry beside its sentence. */
export interface ErrorExtras {
  readonly details?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/** A failure the caller cannot mend on the spot: a stable code for machines, a sentence for people. */
export class ServandaError extends Error {
  readonly code: string
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: string, message: string, { details = {}, cause }: ErrorExtras = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'ServandaError'
    this.code = code
    this.details = details
  }
}

/** Whether `error` is a `ServandaError`, and, when `code` is given, one with that code. */
export function isServandaError(error: unknown, code?: string): error is ServandaError {
  return error instanceof ServandaError && (code === undefined || error.code === code)
}
