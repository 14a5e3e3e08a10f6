/** The ledger: every event ever accepted, in one order, append-only, each row vouching for the one before. */
export { appendBatches, type Listeners, type Rehearsal, rehearseAppend, type Touched } from './append.ts'
export { GENESIS, sha256 } from './chain.ts'
export type { ChainKind, ChainRow, Finding } from './chain-audit.ts'
export { type EventChoice, eventPage, type RecordedEvent } from './event-pages.ts'
export { GroupCommit } from './group-commit.ts'
export { candidatePage, type LatestEvent, standingOrders } from './latest-pages.ts'
export { lockLedger } from './lock.ts'
export type { Batch, Objection, Outcome, Receipt, Refusal } from './plan.ts'
export {
  eventOf,
  eventsBetween,
  eventsWhereFew,
  knownRevisions,
  type LatestRevision,
  type LedgerEvent,
  lastRecordedAt,
  lastSeq,
  latestRevision,
  ledgerPages,
} from './read.ts'
export { ledgerHead, type VerificationDocument, verificationDocument, verifyLedger } from './verify.ts'
export { type Noted, parseNoted, type Verification, type VerifyOptions, verifyChain } from './verify-chain.ts'
