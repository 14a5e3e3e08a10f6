/** The ledger: every event ever accepted, in one order, append-only, each row vouching for the one before. */
export { appendBatches, type Listeners, type Touched } from './append.ts'
export { GENESIS, sha256 } from './chain.ts'
export { type EventChoice, eventPage, type RecordedEvent } from './event-pages.ts'
export { GroupCommit } from './group-commit.ts'
export { lockLedger } from './lock.ts'
export type { Batch, Objection, Outcome, Receipt, Refusal } from './plan.ts'
export { eventOf, eventsBetween, type LedgerEvent, lastRecordedAt, lastSeq, ledgerPages } from './read.ts'
export {
  ledgerHead,
  parseNoted,
  type VerificationDocument,
  verificationDocument,
  verifyLedger,
} from './verify.ts'
