/** What was believed when: any evaluation of the past, worked out from the ledger. */
export { History, type HistoryQuestion } from './history.ts'
