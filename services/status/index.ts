/** The status that dashboards poll. */
export type { AgreementStatus, CaseStatus, CommitmentStatus, StatusDocument } from './document.ts'
export { type Prepared, StatusProjection } from './projection.ts'
