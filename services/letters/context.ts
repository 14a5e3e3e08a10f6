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
  /** What filters name: the titles of agreements by id, and of commitments by `<agreement>/<commitment>`. */
  readonly titles: ReadonlyMap<string, string>
  /** By id: what those subscriptions are called to which an alert is passed on. */
  readonly recipients: ReadonlyMap<string, string>
}

/** Where the reader can answer; null: there is no such answer to this message. */
export interface ActionLinks {
  readonly acknowledge: string | null
  readonly silence: string | null
  readonly unsubscribe: string | null
  readonly confirm: string | null
  /** Where the files of the report are: `<report>/files/<form>`. */
  readonly report: string | null
}

export interface Acknowledged {
  readonly by: string
  readonly at: Instant
  readonly note: string | null
}
