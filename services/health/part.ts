/** How well a part does its work: `degraded` lacks something, and the service goes on; `down` keeps it from its work. */
export type PartState = 'ok' | 'degraded' | 'down'

/** One part of the service, or of its setup, as somebody finds it who looks. */
export interface Part {
  readonly part: string
  readonly state: PartState
  /** A sentence. */
  readonly message: string
  /** What to do about it. */
  readonly mend?: string
}

/** The worst of `parts`. Pure. */
export function worstOf(parts: readonly Part[]): PartState {
  if (parts.some(({ state }) => state === 'down')) return 'down'
  return parts.some(({ state }) => state === 'degraded') ? 'degraded' : 'ok'
}

export function ok(part: string, message: string): Part {
  return { part, state: 'ok', message }
}

export function degraded(part: string, message: string, mend?: string): Part {
  return { part, state: 'degraded', message, ...(mend !== undefined && { mend }) }
}

export function down(part: string, message: string, mend?: string): Part {
  return { part, state: 'down', message, ...(mend !== undefined && { mend }) }
}

/** `text` as a sentence. */
export function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`
}

/** What went wrong, in a line; a name with several addresses fails with one error for each of them. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}
