import { hash } from 'node:crypto'
import { formatInstant, type Instant } from '../../rules/index.ts'

/** What the chain vouches for in one row, besides the row before it. */
export interface Link {
  readonly seq: number
  readonly recordedAt: Instant
  /** The `recordedtime` the sender claimed. */
  readonly claimedAt: Instant | null
  /** The event's canonical text, digit for digit. */
  readonly content: string
  /** What tells two contents apart; it does not see `4.5` and `4.50` as different. */
  readonly digest: string
  readonly origin: string
  readonly keyId: string | null
}

/** What stands before the first row. */
export const GENESIS = '0'.repeat(64)

/** The hash of a ledger row: SHA-256 (hex) over the RFC 8785 text of the row's facts and the hash of the row before. */
export function linkHash(previous: string, link: Link): string {
  return linkHashOver(previous, sha256(link.content), link)
}

/** As {@link linkHash}, for whoever has the SHA-256 of the content at hand. */
export function linkHashOver(previous: string, contentHash: string, link: Omit<Link, 'content'>): string {
  // The names stand in the order of RFC 8785, and it writes texts and whole numbers as JSON.stringify does.
  const text = JSON.stringify({
    claimed_at: link.claimedAt === null ? null : formatInstant(link.claimedAt),
    content: contentHash,
    digest: link.digest,
    key: link.keyId,
    origin: link.origin,
    previous,
    recorded_at: formatInstant(link.recordedAt),
    seq: link.seq,
  })
  return sha256(text)
}

/** SHA-256 of `text` as UTF-8, in hex. */
export function sha256(text: string): string {
  return hash('sha256', text, 'hex')
}
