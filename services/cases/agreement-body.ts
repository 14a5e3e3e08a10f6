import type { Kysely } from 'kysely'
import {
  type Commitment,
  formatInstant,
  type Indicator,
  type Instant,
  type Rulebook,
  type Verdict,
} from '../../rules/index.ts'
import { clauseOf } from '../evaluation/index.ts'
import type { AdoptedRulebook } from '../rulebooks/index.ts'
import type { Database } from '../store/index.ts'
import { type ApiBase, agreementLinks, commitmentLinks } from './links.ts'

/** How a commitment was last found to stand. */
export interface CommitmentStanding {
  readonly id: string
  readonly indicator: Indicator
  readonly next_check: Instant | null
  readonly record: Readonly<Partial<Record<Verdict, number>>>
}

/** How the commitments of an agreement stand, by their ids; those it has just got are not there until it is evaluated. */
export async function standingsOf(
  db: Kysely<Database>,
  agreement: string,
): Promise<ReadonlyMap<string, CommitmentStanding>> {
  const rows = await db
    .selectFrom('servanda.commitments')
    .select(['id', 'indicator', 'next_check', 'record'])
    .where('agreement', '=', agreement)
    .execute()
  return new Map(rows.map((row) => [row.id, row as CommitmentStanding]))
}

/** An agreement among others. */
export function agreementInBrief({ rulebook, version, file }: AdoptedRulebook, base: ApiBase) {
  return {
    id: rulebook.id,
    title: rulebook.title,
    legal_force: rulebook.legalForce,
    visibility: rulebook.visibility,
    rulebook: { version, hash: rulebook.hash, file },
    links: agreementLinks(base, rulebook.id),
  }
}

/** Everything that its rulebook says about an agreement as a whole, and what it promises, in brief. */
export function agreementBody(
  adopted: AdoptedRulebook,
  standings: ReadonlyMap<string, CommitmentStanding>,
  base: ApiBase,
) {
  const { rulebook } = adopted
  const { from, until, term, when } = rulebook.inForce
  return {
    ...agreementInBrief(adopted, base),
    parties: Object.entries(rulebook.parties).map(([id, name]) => ({ id, name })),
    signed: rulebook.signed,
    in_force: { from, on_event: when.map(({ event }) => event), until, term: term?.text ?? null },
    zone: rulebook.where.zone,
    note: rulebook.note,
    texts: rulebook.texts,
    sources: rulebook.sources.map(declaredBody),
    commitments: rulebook.commitments.map(({ id, title, kind, severity, readingOf }) => ({
      id,
      title,
      kind,
      severity,
      reading_of: readingOf,
      indicator: standings.get(id)?.indicator ?? null,
      links: { self: commitmentLinks(base, rulebook.id, id).self },
    })),
  }
}

/** A commitment, with the clause it comes from and how it stands. */
export function commitmentBody(
  rulebook: Rulebook,
  { id, title, kind, by, to, severity, readingOf, clause, tags, note }: Commitment,
  standing: CommitmentStanding | undefined,
  base: ApiBase,
) {
  const record = standing?.record ?? {}
  return {
    id,
    agreement: rulebook.id,
    title,
    kind,
    by,
    to,
    severity,
    reading_of: readingOf,
    clause: clauseOf(rulebook, clause),
    tags,
    note,
    indicator: standing?.indicator ?? null,
    next_check: standing?.next_check == null ? null : formatInstant(standing.next_check),
    cases: Object.values(record).reduce((sum, count) => sum + count, 0),
    record,
    links: commitmentLinks(base, rulebook.id, id),
  }
}

function declaredBody({ id, title, url, is, covers, expectedEvery }: Rulebook['sources'][number]) {
  return { id, title, url, is, covers, expected_every: expectedEvery?.text ?? null }
}
