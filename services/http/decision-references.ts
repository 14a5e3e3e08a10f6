import type { FastifyRequest } from 'fastify'
import { type Control, nearest, type Rulebook } from '../../rules/index.ts'
import { commitmentOf } from '../evaluation/index.ts'
import { latestRevision } from '../ledger/index.ts'
import type { AppDeps } from './app.ts'
import type { ProblemItem } from './problem.ts'

/** What it takes to look names up. */
export type ReferenceDeps = Pick<AppDeps, 'store' | 'shelf' | 'publicRead'>

/** Cases of a commitment among which a misspelt one is looked for. */
const MOST_CASES = 500

/**
 * What `control` names that is not there: an order about it would have no effect. What may be meant is only told of
 * agreements that the sender may read about.
 */
export async function unknownReferences(
  control: Control,
  request: Pick<FastifyRequest, 'readsAll'>,
  deps: ReferenceDeps,
): Promise<readonly ProblemItem[]> {
  const rulebooks = (await deps.shelf.current(deps.store.db)).map(({ rulebook }) => rulebook)
  const isReadable = ({ visibility }: Rulebook) => request.readsAll || (deps.publicRead && visibility === 'public')
  const readable = rulebooks.filter(isReadable)
  if (control.kind === 'indicator') return []
  if (control.kind === 'watermark') {
    if (idsOfSources(rulebooks).includes(control.source)) return []
    const mend = slipOf(control.source, idsOfSources(readable)) ?? 'name one that a rulebook declares under "sources"'
    return [{ pointer: '/source', message: `no rulebook declares a source ${control.source}`, mend }]
  }
  const rulebook = rulebooks.find(({ id }) => id === control.agreement)
  if (!rulebook) {
    const ids = readable.map(({ id }) => id)
    const mend = slipOf(control.agreement, ids) ?? 'GET /v1/agreements lists those that are watched'
    return [{ pointer: '/agreement', message: `there is no agreement ${control.agreement}`, mend }]
  }
  const known = isReadable(rulebook) ? rulebook : { ...rulebook, commitments: [] }
  switch (control.kind) {
    case 'judgement':
      return [...(await unknownCase(control.case, rulebook, known, deps)), ...(await unknownEvent(control.about, deps))]
    case 'waiver':
    case 'discharge':
      return control.case === null
        ? unknownCommitment(control.commitment ?? '', '/commitment', rulebook, known)
        : unknownCase(control.case, rulebook, known, deps)
    case 'suspension':
    case 'resumption':
      return (control.commitments ?? []).flatMap((id, n) => unknownCommitment(id, `/commitments/${n}`, rulebook, known))
    case 'termination':
      return []
  }
}

function idsOfSources(rulebooks: readonly Rulebook[]): readonly string[] {
  return rulebooks.flatMap(({ sources }) => sources.map(({ id }) => id))
}

function slipOf(name: string, names: readonly string[]): string | null {
  const near = nearest(name, names)
  return near === null ? null : `did you mean ${near}?`
}

type Commitments = Pick<Rulebook, 'id' | 'commitments'>

/** @param known  those of `rulebook` that may be told of: all, or none */
function unknownCommitment(
  id: string,
  pointer: string,
  rulebook: Commitments,
  known: Commitments,
): readonly ProblemItem[] {
  if (rulebook.commitments.some((one) => one.id === id)) return []
  const ids = known.commitments.map((one) => one.id)
  const mend = slipOf(id, ids) ?? 'name a commitment by its id in the rulebook'
  return [{ pointer, message: `${rulebook.id} has no commitment ${id}`, mend }]
}

async function unknownCase(
  id: string,
  rulebook: Commitments,
  known: Commitments,
  { store: { db } }: ReferenceDeps,
): Promise<readonly ProblemItem[]> {
  const pointer = '/case'
  const found = await db
    .selectFrom('servanda.cases')
    .select(['is_gone', 'replaced_by'])
    .where('agreement', '=', rulebook.id)
    .where('id', '=', id)
    .executeTakeFirst()
  if (found && !found.is_gone) return []
  if (found) {
    const isTold = found.replaced_by !== null && known.commitments.length > 0
    const mend = isTold ? `it is now ${found.replaced_by}` : 'nothing is left to decide about it'
    return [{ pointer, message: `what opened ${id} no longer stands`, mend }]
  }
  const message = `${rulebook.id} has no case ${id}`
  const lists = `GET /v1/agreements/${encodeURIComponent(rulebook.id)}/cases lists them, once they are evaluated`
  const commitment = nearest(
    commitmentOf(id.includes('/') ? id : `${rulebook.id}/${id}`),
    known.commitments.map((one) => one.id),
  )
  if (commitment === null) return [{ pointer, message, mend: lists }]
  const rows = await db
    .selectFrom('servanda.cases')
    .select('id')
    .where('agreement', '=', rulebook.id)
    .where('commitment', '=', commitment)
    .where('is_gone', '=', false)
    .orderBy('opened_at', 'desc')
    .orderBy('id')
    .limit(MOST_CASES)
    .execute()
  // A case is told from others of its commitment by what follows the @.
  const parts = new Map(rows.map((row) => [partOf(row.id), row.id]))
  const part = nearest(partOf(id), [...parts.keys()])
  return [{ pointer, message, mend: part === null ? lists : `did you mean ${parts.get(part)}?` }]
}

function partOf(id: string): string {
  return id.slice(id.indexOf('@') + 1)
}

async function unknownEvent(
  about: { readonly source: string; readonly id: string } | null,
  { store }: ReferenceDeps,
): Promise<readonly ProblemItem[]> {
  if (about === null || (await latestRevision(store.db, about)) !== null) return []
  const mend = 'name an event as it stands under "evidence" of the case'
  return [{ pointer: '/about', message: `there is no event ${about.id} of ${about.source}`, mend }]
}
