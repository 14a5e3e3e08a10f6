import { isJsonObject } from '../language/json.ts'
import type { Rulebook } from '../language/rulebook.ts'
import type { CaseState } from './case.ts'
import type { Fact } from './history.ts'
import type { Instant } from './instant.ts'
import type { Catalogue, Values } from './messages/catalogue.ts'
import { english } from './messages/en.ts'
import { writtenInstant, writtenSpan } from './written.ts'

const DOUBTS = {
  imprecise: 'its time is not exact enough',
  contested: 'it is disputed, not confirmed as this asks, or told by a source that does not count here',
} as const

/** One sentence that says why the case stands as it does, in the words of `catalogue`. */
export function explain(state: CaseState, rulebook: Rulebook, catalogue: Catalogue = english): string {
  const { key, values } = message(state, rulebook)
  const say = catalogue.explanations[key] ?? catalogue.explanations.plain
  return say ? say({ verdict: state.verdict, ...values }) : state.verdict
}

function message(
  state: CaseState,
  { sources, where: { zone } }: Rulebook,
): { readonly key: string; readonly values: Values } {
  const { verdict, phase, judgement, reckoning, assessment, occasion, commitment } = state
  const on = (at: Instant | null | undefined): string | null => (at == null ? null : writtenInstant(at, zone))
  if (phase === 'dormant')
    return { key: 'dormant', values: { opens: occasion.opened && writtenSpan(occasion.opened, zone) } }
  if (judgement)
    return {
      key: 'judged',
      values: { on: on(judgement.fact.span.from), why: whyOf(judgement.fact), computed: reckoning.verdict },
    }
  const { claim, frame } = reckoning
  const common: Record<string, string | number | null> = {
    ...assessment.story,
    on: claim.at && writtenSpan(claim.at, zone),
    due: frame.due && writtenInstant(frame.due.to, zone),
    close: frame.close && writtenInstant(frame.close.to, zone),
    opened: occasion.opened && writtenSpan(occasion.opened, zone),
    doubts: reckoning.doubts.map((doubt) => DOUBTS[doubt]).join(' and ') || DOUBTS.contested,
  }
  for (const name of ['since', 'last'])
    if (typeof common[name] === 'number') common[name] = writtenInstant(common[name] as Instant, zone)
  if (claim.fact) common.event = named(claim.fact)
  if (verdict === 'excused') return { key: 'excused', values: common }
  if (verdict === 'void') return { key: reckoning.relief.discharged ? 'discharged' : 'terminated', values: common }
  if (verdict === 'repaired') return { key: 'repaired', values: common }
  if (phase === 'suspended' && verdict === 'open')
    return { key: 'suspended', values: { since: on(frame.suspendedSince) } }
  if (verdict === 'unknown' && reckoning.awaiting.length > 0)
    return {
      key: commitment.kind === 'total' ? 'awaiting_total' : 'awaiting',
      values: { ...common, sources: namedSources(reckoning.awaiting, sources), many: reckoning.awaiting.length },
    }
  if (verdict === 'unknown' && assessment.claims.unknown === undefined) {
    if (reckoning.relief.possibleExcuse) return { key: 'possible_excuse', values: common }
    return {
      key: 'possible_trigger',
      values: {
        ...common,
        trigger: occasion.trigger?.fact ? named(occasion.trigger.fact) : (common.opened ?? null),
        doubts: occasion.doubts.join(' and '),
      },
    }
  }
  if (verdict === 'unknown' && assessment.awaiting) return { key: 'total_no_indicator', values: common }
  const variant =
    verdict === 'open' && commitment.kind === 'act'
      ? openAct(state)
      : verdict === 'open' && state.flags.includes('stalled')
        ? 'stalled'
        : verdict
  return { key: `${commitment.kind}_${variant}`, values: common }
}

function openAct({ flags, assessment }: CaseState): string {
  if (assessment.doubts.length > 0) return 'open_possible'
  return flags.includes('overdue') ? 'overdue' : 'open'
}

/** Sources by what they are called, where they are called anything. */
export function namedSources(ids: readonly string[], sources: Rulebook['sources']): string {
  return ids
    .map((id) => {
      const title = sources.find((source) => source.id === id)?.title ?? null
      return title === null ? id : `“${title}”`
    })
    .join(' and ')
}

function named(fact: Fact): string {
  return `${fact.event.id} (${fact.event.source})`
}

function whyOf({ event }: Fact): string | null {
  const why = isJsonObject(event.data) ? event.data.why : null
  return typeof why === 'string' ? why.slice(0, 200).replace(/[.\s]+$/, '') : null
}
