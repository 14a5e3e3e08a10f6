import { canonicalText, formatInstant, type Instant } from '../../rules/index.ts'
import { sha256 } from '../ledger/index.ts'

/** What the chain vouches for in one entry, besides the entry before it. */
export interface EntryFacts {
  readonly number: number
  readonly at: Instant
  readonly actor: string
  readonly action: string
  readonly subject: string | null
  readonly requestId: string | null
}

/** The hash of an entry: SHA-256 (hex) over the RFC 8785 text of its facts and the hash of the entry before. */
export function entryHash(previous: string, entry: EntryFacts & { readonly details: string }): string {
  return entryHashOver(previous, sha256(entry.details), entry)
}

/** As {@link entryHash}, for whoever has the SHA-256 of the details at hand. */
export function entryHashOver(
  previous: string,
  details: string,
  { number, at, actor, action, subject, requestId }: EntryFacts,
): string {
  const facts = { number, at: formatInstant(at), actor, action, subject, details, request_id: requestId, previous }
  return sha256(canonicalText(facts))
}
