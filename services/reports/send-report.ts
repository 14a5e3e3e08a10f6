import type { Transaction } from 'kysely'
import { formatInstant, type Indicator, type Instant } from '../../rules/index.ts'
import { type ReportNews, subscriptionsById } from '../alerts/index.ts'
import { recordMessage } from '../delivery/index.ts'
import type { Database } from '../store/index.ts'
import { FORM_FACTS, type Form } from './forms/index.ts'
import type { ReportRecord } from './report-records.ts'

/** Who is sent a report, and what goes along with it. */
export interface Recipients {
  /** Ids; one that has ended, or is paused, is passed over. */
  readonly subscriptions: readonly string[]
  /** The forms that go along with a mail. */
  readonly attach: readonly Form[]
}

/** A file that is longer goes along with no mail: it is linked. */
const MOST_ATTACHED = 7_000_000

/** Lets `report` go to whoever is to have it. @param domain  what follows the `@` of a Message-ID */
export async function sendReport(
  trx: Transaction<Database>,
  report: ReportRecord,
  { subscriptions, attach }: Recipients,
  { at, domain }: { readonly at: Instant; readonly domain: string },
): Promise<void> {
  const content = { purpose: 'report', report: reportNews(report, attach) } as const
  for (const subscription of (await subscriptionsById(trx, subscriptions)).values())
    if (subscription.state === 'active') await recordMessage(trx, subscription, content, { at, domain })
}

/** A report as whoever is sent it sees it at once. */
function reportNews(report: ReportRecord, attach: readonly Form[]): ReportNews {
  const { id, title, request, facts, files, asOf } = report
  return {
    id,
    title,
    period: request.period.words,
    asOf: formatInstant(asOf),
    summary: facts.summary,
    indicators: facts.indicators.map(({ indicator, count }) => ({ indicator: indicator as Indicator, count })),
    files: files.map(({ form, sha256, length }) => ({
      form,
      name: fileName(report, form),
      mediaType: FORM_FACTS[form].mediaType,
      sha256,
      bytes: length,
      isAttached: attach.includes(form) && length <= MOST_ATTACHED,
    })),
  }
}

/** `servanda-2024-Q1-5c1f.pdf`: nothing in it comes from outside. */
export function fileName({ id, request }: Pick<ReportRecord, 'id' | 'request'>, form: Form): string {
  return `servanda-${request.period.name.replace('/', '_')}-${id.slice(0, 6)}${FORM_FACTS[form].extension}`
}
