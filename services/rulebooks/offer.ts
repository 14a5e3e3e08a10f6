import type { Log } from '../../config/log.ts'
import {
  type CompiledRulebook,
  compileRulebook,
  formatProblem,
  type Instant,
  includeFrom,
  type Problem,
  type Rulebook,
} from '../../rules/index.ts'
import { type Author, note } from '../audit/index.ts'
import { sha256 } from '../ledger/index.ts'
import type { Store } from '../store/index.ts'
import { type Adoption, adoptRulebook, isKnown, noteRejection, type OfferedRulebook } from './adopt.ts'
import type { ScenarioTrials } from './scenario-trials.ts'
import { definitionsFor, rulebookVersions } from './versions.ts'

export interface OfferDeps {
  readonly store: Store
  readonly trials: ScenarioTrials
  readonly now: () => Instant
  readonly log: Log
}

/**
 * Checks a rulebook of the folder, runs its scenarios, and takes it into use; or, when it has problems, notes it as
 * rejected and leaves the version in use alone. What the folder held already, to the letter, is not tried again.
 * @param fileOf  the files that already stand for an agreement in this load: two files cannot stand for one
 */
export async function offerRulebook(
  offered: OfferedRulebook,
  deps: OfferDeps,
  fileOf: ReadonlyMap<string, string> = new Map(),
): Promise<Adoption> {
  const checked = await checkOffer(offered, deps, ({ id }) => {
    const other = fileOf.get(id)
    return other !== undefined && other !== offered.file ? [sameAgreement(id, offered.file, other)] : []
  })
  if (!checked.ok) return reject(offered, await lastAgreementOf(offered, deps), checked.problems, deps)
  return deps.store.transaction((trx) => adoptRulebook(trx, checked.rulebook, offered, deps.now()))
}

/** A rulebook that comes over HTTP, for the agreement that it is sent to. */
export interface OfferOverHttp {
  readonly agreement: string
  readonly text: string
}

/**
 * Checks it, and runs its scenarios, without taking it into use. It may include the definitions that the rulebooks in use
 * include.
 */
export async function checkOverHttp(offer: OfferOverHttp, deps: OfferDeps): Promise<CompiledRulebook> {
  return checkAddressed(await addressed(offer, deps), offer, deps)
}

/**
 * Checks it, runs its scenarios, and takes it into use for `author`; or keeps it as rejected, where it would have replaced
 * another.
 * @param replaces  the hash of the version that it is to replace; null: whichever is in use
 * @throws {ServandaError} `RULEBOOK_REPLACED`
 */
export async function offerOverHttp(
  offer: OfferOverHttp,
  replaces: string | null,
  deps: OfferDeps,
  author: Author,
): Promise<Adoption> {
  const offered = await addressed(offer, deps)
  const checked = await checkAddressed(offered, offer, deps)
  if (checked.ok) {
    const { id, hash } = checked.rulebook
    return deps.store.transaction(async (trx) => {
      const adoption = await adoptRulebook(trx, checked.rulebook, offered, deps.now(), replaces)
      if (adoption.state === 'adopted') {
        await note(trx, author, 'rulebook.adopted', { subject: id, details: { version: adoption.version, hash } })
      }
      return adoption
    })
  }
  const { problems } = checked
  const isThere = (await rulebookVersions(deps.store.db, offer.agreement)).length > 0
  return isThere ? reject(offered, offer.agreement, problems, deps) : { state: 'rejected', agreement: null, problems }
}

async function addressed({ agreement, text }: OfferOverHttp, { store }: OfferDeps): Promise<OfferedRulebook> {
  const shared = await definitionsFor(store.db, agreement)
  return { origin: 'http', file: `${agreement}.yaml`, text, shared }
}

function checkAddressed(offered: OfferedRulebook, { agreement }: OfferOverHttp, deps: OfferDeps) {
  return checkOffer(offered, deps, ({ id }) => (id === agreement ? [] : [otherAgreement(id, offered.file, agreement)]))
}

/** @param objections  what else there is to say against a rulebook that can be read */
async function checkOffer(
  { origin, file, text, shared }: OfferedRulebook,
  { store, trials }: OfferDeps,
  objections: (rulebook: Rulebook) => readonly Problem[],
): Promise<CompiledRulebook> {
  const compiled = compileRulebook(text, file, includeFrom(shared))
  if (!compiled.ok) return compiled
  const { rulebook } = compiled
  const against = objections(rulebook)
  if (against.length > 0) return { ok: false, problems: against }
  if (rulebook.tests.length === 0 || (await isKnown(store.db, rulebook, origin))) return compiled
  // Not within the transaction: everybody would wait for the ledger as long as the scenarios take.
  const unmet = await trials.run({ file, text, included: rulebook.included })
  return unmet.length > 0 ? { ok: false, problems: unmet } : compiled
}

async function reject(
  { origin, file, text }: OfferedRulebook,
  agreement: string | null,
  problems: readonly Problem[],
  { store, log, now }: OfferDeps,
): Promise<Adoption> {
  log.error({ file, problems: problems.map(formatProblem).join('\n') }, 'rulebook rejected; the version in use stays')
  await store.transaction((trx) => noteRejection(trx, { origin, file, agreement, hash: sha256(text), problems }, now()))
  return { state: 'rejected', agreement, problems }
}

/** The agreement that a file stood for when it was last taken into use; null: it never was. */
async function lastAgreementOf({ origin, file }: OfferedRulebook, { store }: OfferDeps): Promise<string | null> {
  const before = await store.db
    .selectFrom('servanda.rulebooks')
    .select('agreement')
    .where('origin', '=', origin)
    .where('file', '=', file)
    .orderBy('adopted_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return before?.agreement ?? null
}

function otherAgreement(id: string, file: string, agreement: string): Problem {
  return ofTheWhole(file, {
    code: 'AGREEMENT_OTHER',
    message: `This is a rulebook of the agreement ${id}, and was sent for ${agreement}`,
    why: 'A rulebook replaces only earlier versions of itself.',
    mend: `Send it to the address of ${id}, or give it the id ${agreement}.`,
  })
}

function sameAgreement(agreement: string, file: string, other: string): Problem {
  return ofTheWhole(file, {
    code: 'AGREEMENT_TWICE',
    message: `The agreement ${agreement} already has a rulebook, ${other}`,
    why: 'One file states what an agreement promises; two could contradict each other.',
    mend: 'Remove one of the two files, or give one agreement another id.',
  })
}

function ofTheWhole(file: string, problem: Pick<Problem, 'code' | 'message' | 'why' | 'mend'>): Problem {
  return { file, line: 1, column: 1, excerpt: '', ...problem }
}
