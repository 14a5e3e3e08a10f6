/** The audit log: what people and keys changed, in one order, append-only, each entry vouching for the one before. */
export { ACTIONS, type Action, type Actor, type Author, note } from './note.ts'
export { type AuditEntry, auditEntries } from './read.ts'
export { type AuditVerificationDocument, auditVerificationDocument, verifyAudit } from './verify.ts'
