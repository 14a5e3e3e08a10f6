import { Feed } from 'feed'
import { type Kysely, type SqlBool, sql } from 'kysely'
import { formatInstant } from '../../rules/index.ts'
import { type ApiBase, caseLink } from '../cases/index.ts'
import type { Database } from '../store/index.ts'
import { escapeHtml, oneLine, timeText, VERDICT_WORDS } from '../text/index.ts'
import type { AgreementStatus } from './document.ts'
import type { TransitionRow } from './told.ts'
import { uuidOf } from './uuid.ts'

const ENTRIES = 50

/** What a feed is about. */
export interface FeedOrder {
  readonly title: string
  /** Its own address, and that of the status it tells of. */
  readonly self: string
  readonly about: string
  readonly home: string
  readonly base: ApiBase
  /** When anything changed, for a feed in which nothing stands yet. */
  readonly asOf: string | null
  readonly agreements: readonly AgreementStatus[]
}

/** The last changes of verdicts, and of how certain they are, as an Atom feed. */
export async function feedText(db: Kysely<Database>, order: FeedOrder): Promise<string> {
  const changes = await readVerdictChanges(
    db,
    order.agreements.map(({ id }) => id),
  )
  const known = new Map(order.agreements.map((one) => [one.id, one]))
  const feed = new Feed({
    id: `urn:uuid:${uuidOf(`feed ${order.self}`)}`,
    title: oneLine(order.title),
    updated: dateOf(changes[0] ? formatInstant(changes[0].recorded_at) : (order.asOf ?? NEVER)),
    generator: 'Servanda',
    link: order.about,
    feedLinks: { atom: order.self },
    author: { name: 'Servanda', link: order.home },
  })
  for (const change of changes) {
    const agreement = known.get(change.agreement)
    const { number, case_id, recorded_at, occurred_at, after } = change
    feed.addItem({
      // The same in every copy of the data, and in no other.
      id: `urn:uuid:${uuidOf(`change ${number} ${case_id} ${recorded_at}`)}`,
      title: escapeHtml(titleOf(change, agreement)),
      link: caseLink(order.base, change.agreement, case_id),
      date: dateOf(formatInstant(recorded_at)),
      description: escapeHtml(
        `${oneLine(after.explanation)} So since ${timeText(occurred_at, agreement?.zone ?? 'UTC')}.`,
      ),
      category: [{ name: change.agreement, term: change.agreement }],
    })
  }
  return feed.atom1()
}

function titleOf({ commitment, cause, before, after }: TransitionRow, agreement: AgreementStatus | undefined): string {
  const name = agreement?.commitments.find(({ id }) => id === commitment)?.title ?? commitment
  const verdict = VERDICT_WORDS[after.verdict]
  const title = oneLine(name, 200)
  if (before?.verdict === after.verdict) return `${title}: ${verdict}, now ${after.certainty}`
  return cause === 'correction' && before
    ? `Correction: ${title}: ${verdict}, not ${VERDICT_WORDS[before.verdict]}`
    : `${title}: ${verdict}`
}

/** The latest first. History that a first load or new rules bring in is no news. */
async function readVerdictChanges(
  db: Kysely<Database>,
  agreements: readonly string[],
): Promise<readonly TransitionRow[]> {
  // The words of the index `transitions_telling`.
  const tells = sql<SqlBool>`((before is null and after ->> 'verdict' <> 'open' and cause not in ('import', 'rule_change'))
    or before ->> 'verdict' <> after ->> 'verdict' or before ->> 'certainty' <> after ->> 'certainty')`
  const { rows } = await sql<TransitionRow>`
    select number, agreement, commitment, case_id, cause, occurred_at, recorded_at, before, after
    from servanda.transitions
    where number in (
      select latest.number from unnest(${agreements}::text[]) as asked (id)
      cross join lateral (
        select number from servanda.transitions where agreement = asked.id and ${tells}
        order by number desc limit ${ENTRIES}
      ) as latest
      order by latest.number desc limit ${ENTRIES}
    )
    order by number desc`.execute(db)
  return rows
}

const NEVER = '1970-01-01T00:00:00.000Z'

/** All that the feed asks of a date is how it is written. */
function dateOf(text: string): Date {
  return { toISOString: () => text } as Date
}
