import type { Report } from '../report.ts'

/** The report for programs: all of it, its keys in the order in which the report was composed. */
export function reportJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`
}
