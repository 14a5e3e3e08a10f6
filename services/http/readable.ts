import type { FastifyRequest } from 'fastify'
import type { AdoptedRulebook } from '../rulebooks/index.ts'
import type { AppDeps } from './app.ts'
import { problem } from './problem.ts'
import { readList } from './query.ts'

/** The agreements that the sender of `request` may read about: everybody the public ones, a reader all. */
export async function readableAgreements(
  { readsAll }: Pick<FastifyRequest, 'readsAll'>,
  { shelf, store }: Pick<AppDeps, 'shelf' | 'store'>,
): Promise<readonly AdoptedRulebook[]> {
  const all = await shelf.current(store.db)
  return readsAll ? all : all.filter(({ rulebook }) => rulebook.visibility === 'public')
}

/**
 * One of them.
 * @throws {ServandaError} `AGREEMENT_UNKNOWN`, also where there is one that is not public: that there is, is no answer either
 */
export async function readableAgreement(
  request: Pick<FastifyRequest, 'readsAll'>,
  id: string,
  deps: Pick<AppDeps, 'shelf' | 'store'>,
): Promise<AdoptedRulebook> {
  const found = (await readableAgreements(request, deps)).find(({ rulebook }) => rulebook.id === id)
  if (!found) throw problem('AGREEMENT_UNKNOWN', `There is no agreement ${id}.`)
  return found
}

/**
 * The ids of those that are `named`, with commas between them; of all of them when left out.
 * @throws {ServandaError} `AGREEMENT_UNKNOWN`
 */
export async function readableAmong(
  request: Pick<FastifyRequest, 'readsAll'>,
  named: string | undefined,
  deps: Pick<AppDeps, 'shelf' | 'store'>,
): Promise<readonly string[]> {
  const readable = (await readableAgreements(request, deps)).map(({ rulebook }) => rulebook.id)
  const asked = [...new Set(readList(named) ?? readable)]
  const unknown = asked.find((id) => !readable.includes(id))
  if (unknown !== undefined) throw problem('AGREEMENT_UNKNOWN', `There is no agreement ${unknown}.`)
  return asked
}
