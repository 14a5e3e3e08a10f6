import type { Log } from '../../config/log.ts'
import { compileRulebook, formatProblem, type Instant, includeFrom, type Problem } from '../../rules/index.ts'
import { sha256 } from '../ledger/index.ts'
import type { Store } from '../store/index.ts'
import { type Adoption, adoptRulebook, noteRejection, type OfferedRulebook } from './adopt.ts'
import type { ScenarioTrials } from './scenario-trials.ts'

export interface OfferDeps {
  readonly store: Store
  readonly trials: ScenarioTrials
  readonly now: () => Instant
  readonly log: Log
}

/**
 * Checks a rulebook that is offered, runs its scenarios, and takes it into use; or, when it has problems, notes it as
 * rejected and leaves the version in use alone. What is in use already, to the letter, is not tried again.
 * @param fileOf  the files that already stand for an agreement in this load: two files cannot stand for one
 */
export async function offerRulebook(
  offered: OfferedRulebook,
  deps: OfferDeps,
  fileOf: ReadonlyMap<string, string> = new Map(),
): Promise<Adoption> {
  const { file, text, shared } = offered
  const compiled = compileRulebook(text, file, includeFrom(shared))
  if (!compiled.ok) return reject(offered, compiled.problems, deps)
  const { rulebook } = compiled
  const other = fileOf.get(rulebook.id)
  if (other !== undefined && other !== file) return reject(offered, [sameAgreement(rulebook.id, file, other)], deps)
  if (rulebook.tests.length > 0 && !(await isInUse(deps.store, rulebook))) {
    // Not within the transaction: everybody would wait for the ledger as long as the scenarios take.
    const unmet = await deps.trials.run({ file, text, included: rulebook.included })
    if (unmet.length > 0) return reject(offered, unmet, deps)
  }
  return deps.store.transaction((trx) => adoptRulebook(trx, rulebook, offered, deps.now()))
}

async function isInUse({ db }: Store, { id, hash }: { id: string; hash: string }): Promise<boolean> {
  const latest = await db
    .selectFrom('servanda.rulebooks')
    .select('hash')
    .where('agreement', '=', id)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  return latest?.hash === hash
}

async function reject(
  { file, text }: OfferedRulebook,
  problems: readonly Problem[],
  { store, log, now }: OfferDeps,
): Promise<Adoption> {
  log.error({ file, problems: problems.map(formatProblem).join('\n') }, 'rulebook rejected; the version in use stays')
  const agreement = await store.transaction(async (trx) => {
    const before = await trx
      .selectFrom('servanda.rulebooks')
      .select('agreement')
      .where('file', '=', file)
      .orderBy('adopted_at', 'desc')
      .limit(1)
      .executeTakeFirst()
    const agreement = before?.agreement ?? null
    await noteRejection(trx, { file, agreement, hash: sha256(text), problems }, now())
    return agreement
  })
  return { state: 'rejected', agreement, problems }
}

function sameAgreement(agreement: string, file: string, other: string): Problem {
  return {
    file,
    line: 1,
    column: 1,
    code: 'AGREEMENT_TWICE',
    message: `The agreement ${agreement} already has a rulebook, ${other}`,
    why: 'One file states what an agreement promises; two could contradict each other.',
    mend: 'Remove one of the two files, or give one agreement another id.',
    excerpt: '',
  }
}
