import type { Instant } from '../../rules/index.ts'

/** What a letter depends on besides its delivery. */
export interface LetterContext {
  /** Where the service is, without a slash at the end. */
  readonly publicUrl: string
  /** How the clock is described when it is not the real one. */
  readonly clock: string | null
  readonly links: ActionLinks
  /** By the number of the intent: who has it in hand. */
  readonly acknowledged: ReadonlyMap<number, Acknowledged>
}

/** Where the reader can answer; null: there is no such answer to this message. */
export interface ActionLinks {
  readonly acknowledge: string | null
  readonly silence: string | null
  readonly unsubscribe: string | null
  readonly confirm: string | null
}

export interface Acknowledged {
  readonly by: string
  readonly at: Instant
  readonly note: string | null
}
