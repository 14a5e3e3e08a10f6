import type { Kysely } from 'kysely'
import { type Instant, instant } from '../../rules/index.ts'
import type { Database } from '../store/index.ts'
import { calendarText } from './calendar.ts'
import { agreementCard, commitmentCard } from './card.ts'
import { type AgreementStatus, agreementLinks, statusLinks } from './document.ts'
import { feedText } from './feed.ts'
import type { Prepared } from './prepared.ts'
import type { StatusProjection } from './projection.ts'
import { type IsShown, SHOW_ALL } from './shown.ts'

/** The status in the forms that other programs take in: feeds, calendars, and cards for pages. */

/** What is needed to make them, beside the status. */
export interface OfferDeps {
  readonly status: StatusProjection
  readonly db: Kysely<Database>
  readonly publicUrl: () => string
  readonly now: () => Instant
}

/** The last changes of verdicts of one agreement, or of all (null); null where there is no such agreement. */
export function feedView(
  { status, db, publicUrl }: OfferDeps,
  agreement: string | null,
  isShown: IsShown = SHOW_ALL,
): Promise<Prepared> | null {
  const home = publicUrl()
  const base = `${home}/v1`
  const make = (title: string, asOf: string | null, agreements: readonly AgreementStatus[]) => {
    const { self, feed } = agreement === null ? statusLinks(base) : agreementLinks(base, agreement)
    return feedText(db, { title, self: feed, about: self, home, base, asOf, agreements })
  }
  if (agreement === null) {
    const all = status.all(isShown)
    return all?.text('feed', ({ as_of, agreements }) => make('Servanda: verdicts', as_of, agreements)) ?? null
  }
  return status.agreement(agreement, isShown)?.text('feed', (one) => make(one.title, one.as_of, [one])) ?? null
}

const SHOWN_AFTER_DUE_MS = 90 * 86_400_000

/** When cases are due: of everything, one agreement, or one commitment; null where there is none such. */
export function calendarView(
  { status, db, publicUrl, now }: OfferDeps,
  { agreement, commitment }: { readonly agreement: string | null; readonly commitment: string | null },
  isShown: IsShown = SHOW_ALL,
): Promise<Prepared> | null {
  const base = `${publicUrl()}/v1`
  const since = instant(now() - SHOWN_AFTER_DUE_MS)
  const make = (title: string, agreements: readonly AgreementStatus[]) =>
    calendarText(db, { title, base, agreements, commitment, since })
  if (agreement === null) {
    return status.all(isShown)?.text('calendar', ({ agreements }) => make('Servanda: deadlines', agreements)) ?? null
  }
  const shown = status.agreement(agreement, isShown)
  if (commitment === null) return shown?.text('calendar', (one) => make(one.title, [one])) ?? null
  const title = shown?.value.commitments.find(({ id }) => id === commitment)?.title
  if (!shown || title === undefined) return null
  return shown.text(`calendar ${commitment}`, (one) => make(title, [one]))
}

/** How an agreement or one commitment stands, as a page to be shown within others; null where there is none such. */
export function cardView(
  status: StatusProjection,
  { agreement, commitment }: { readonly agreement: string; readonly commitment: string | null },
  isShown: IsShown = SHOW_ALL,
): Prepared | null {
  const { clock } = status
  const shown = status.agreement(agreement, isShown)
  if (commitment === null) return shown?.prepared('card', (one) => Buffer.from(agreementCard(one, clock))) ?? null
  const found = shown?.value.commitments.find(({ id }) => id === commitment)
  if (!shown || !found) return null
  return shown.prepared(`card ${commitment}`, (one) => Buffer.from(commitmentCard(one, found, clock)))
}
