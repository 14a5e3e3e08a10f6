/** The status that dashboards poll, in the forms in which it is asked for. */
export type { AgreementStatus, CaseStatus, CommitmentStatus, StatusDocument } from './document.ts'
export type { Encoding, Prepared } from './prepared.ts'
export { StatusProjection } from './projection.ts'
export { type IsShown, SHOW_ALL } from './shown.ts'
export { type FollowOrder, type Sink, StatusStream } from './stream.ts'
export { agreementView, allView, badgeView, type CheckDocument, checkOf, commitmentView, summaryView } from './views.ts'
