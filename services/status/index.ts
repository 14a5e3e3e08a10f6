/** The status that dashboards poll, in the forms in which it is asked for. */
export type { AgreementStatus, CaseStatus, CommitmentStatus, StatusDocument } from './document.ts'
export { type Prepared, StatusProjection } from './projection.ts'
export { agreementView, allView, badgeView, type CheckDocument, checkOf, commitmentView, summaryView } from './views.ts'
