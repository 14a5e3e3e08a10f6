import { listSubscriptions } from '../alerts/index.ts'
import type { ReportSchedule } from '../reports/index.ts'
import type { AppDeps } from './app.ts'
import type { ReportAbout } from './report-shapes.ts'
import { refuse } from './subscription-order.ts'
import { localeProblems, scopeProblems, zoneProblems } from './wishes.ts'

/** What a report is about, in which words, and who is sent it: what a single one and a schedule of them have in common. */
export interface ReportWishes extends Pick<ReportSchedule, 'title' | 'locale' | 'scope' | 'tell' | 'attach'> {
  readonly zone: string
}

/** @throws {ServandaError} `REQUEST_INVALID` with everything that is wrong */
export async function reportWishes(
  about: ReportAbout,
  { store, shelf }: Pick<AppDeps, 'store' | 'shelf'>,
): Promise<ReportWishes> {
  const { title = null, zone = 'UTC', locale = 'en-GB', agreements = null, parties = null } = about
  const { tell = [], attach = ['pdf'] } = about
  const rulebooks = (await shelf.current(store.db)).map(({ rulebook }) => rulebook)
  const known = new Set((await listSubscriptions(store.db)).map(({ id }) => id))
  const scope = { agreements, parties }
  refuse([
    ...zoneProblems(zone),
    ...localeProblems(locale),
    ...scopeProblems(scope, rulebooks),
    ...tell.flatMap((id, n) =>
      known.has(id) ? [] : [{ pointer: `/tell/${n}`, message: `There is no subscription ${id}.` }],
    ),
  ])
  return { title, zone, locale, scope, tell, attach }
}
