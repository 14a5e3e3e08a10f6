/** Questions about the whole history, worked out from the ledger: any past belief, and what another version would change. */
export { type Explained, type ExplanationQuestion, History, type HistoryQuestion } from './history.ts'
export type { PreviewDocument } from './preview.ts'
