/** Status reports: what is said of a period, in which forms, kept for good, made again to compare, and made on time. */
export type { ReportRequest } from './compose-report.ts'
export { FORM_FACTS, FORMS, type Form } from './forms/index.ts'
export { periodNamed, RHYTHMS, type Rhythm, type Timing } from './period.ts'
export type { Basis, Change, Report } from './report.ts'
export { ReportClerk, type ReportClerkDeps } from './report-clerk.ts'
export { ReportDesk, type ReportDeskDeps, type ReportOrder, type Reproduction } from './report-desk.ts'
export {
  contentOf,
  type FileRecord,
  type ReportRecord,
  reportById,
  reportFile,
  reportPages,
  type StoredFile,
} from './report-records.ts'
export { endSchedule, listSchedules, type ReportSchedule, saveSchedule, scheduleById } from './schedules.ts'
export { fileName } from './send-report.ts'
