/** What a message is filled with. */
export type Values = Readonly<Record<string, string | number | null>>

/** A language's messages: each makes one sentence, or one reason, of its values. */
export interface Catalogue {
  readonly explanations: Readonly<Record<string, (values: Values) => string>>
  /** What would change a verdict, and when it is final. */
  readonly changes: Readonly<Record<string, (values: Values) => string>>
  readonly reasons: Readonly<Record<string, (values: Values) => string>>
}
