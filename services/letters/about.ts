import type { CaseResult, Value } from '../../rules/index.ts'
import type { AgreementFacts, CaseNews, Clause, EndingNews, SourceNews } from '../alerts/index.ts'
import { oneLine } from '../text/index.ts'
import type { Chart, Facts } from './letter.ts'
import { amountIn, listIn, name, roundedIn, timeValueIn, type Voice } from './voice.ts'

/** Who owes what to whom, how it stands, and where that is written. */
export function aboutCommitment(voice: Voice, { agreement, commitment, before, after }: CaseNews): Facts {
  const { about, kinds } = voice.words
  const { value } = after
  return facts(about.title, [
    [about.agreement, withForce(voice, agreement)],
    [about.commitment, about.promised(name(commitment.title), kinds[commitment.kind])],
    [about.by, parties(voice, agreement, commitment.by)],
    [about.to, parties(voice, agreement, commitment.to)],
    [about.status, statusText(voice, after)],
    [about.before, before && before.verdict !== after.verdict ? statusText(voice, before) : null],
    [about.opened, after.opened && timeValueIn(voice, after.opened)],
    [about.value, value && valueText(voice, value)],
    [about.target, value?.target == null ? null : amountIn(voice, value.target, value.unit)],
    [about.expected, value?.expected == null ? null : roundedIn(voice, value.expected, value.unit)],
    [about.clause, commitment.clause && clauseText(voice, commitment.clause)],
    [about.reading, commitment.note && oneLine(commitment.note, LONGEST_NOTE)],
    [about.case, after.id],
  ])
}

export function aboutSource(voice: Voice, { agreement, source }: SourceNews): Facts {
  const { about } = voice.words
  return facts(about.sourceTitle, [
    [about.source, name(source.title ?? source.id)],
    [about.id, name(source.id)],
    [about.agreement, withForce(voice, agreement)],
  ])
}

export function aboutAgreement(voice: Voice, { agreement }: EndingNews): Facts {
  const { about } = voice.words
  return facts(about.agreementTitle, [
    [about.agreement, withForce(voice, agreement)],
    [about.parties, parties(voice, agreement, Object.keys(agreement.parties))],
    [about.id, name(agreement.id)],
  ])
}

/** The chart of a total: how much is on record against the target. Null: there is nothing to draw. */
export function chartOf(voice: Voice, number: number, { commitment, after: { value } }: CaseNews): Chart | null {
  if (commitment.kind !== 'total' || value === null) return null
  const { chart } = voice.words
  const [title, onRecord] = [name(commitment.title), valueText(voice, value)]
  return {
    cid: `chart-${number}`,
    alt:
      value.target === null
        ? chart.altNoTarget(title, onRecord)
        : chart.alt(title, onRecord, amountIn(voice, value.target, value.unit)),
  }
}

const LONGEST_NOTE = 1_000
const LONGEST_QUOTE = 600

function facts(title: string, rows: readonly (readonly [string, string | null])[]): Facts {
  return { title, facts: rows.flatMap(([label, value]) => (value ? [{ label, value: oneLine(value) }] : [])) }
}

function withForce({ words }: Voice, { title, legalForce }: AgreementFacts): string {
  const { legalForces } = words
  const force = Object.hasOwn(legalForces, legalForce) ? legalForces[legalForce] : undefined
  return words.about.agreementForce(name(title), force ?? name(legalForce))
}

function parties(voice: Voice, agreement: AgreementFacts, codes: readonly string[]): string | null {
  const names = codes.map((code) =>
    name(Object.hasOwn(agreement.parties, code) ? (agreement.parties[code] ?? code) : code),
  )
  return names.length === 0 ? null : listIn(voice, names)
}

function statusText(voice: Voice, { verdict, certainty, phase, flags }: CaseResult): string {
  const { about, verdicts, certainties, phases, flags: flagWords } = voice.words
  const standing = [verdicts[verdict], certainties[certainty], phases[phase]] as const
  if (flags.length === 0) return about.standing(...standing)
  return about.standingFlags(
    ...standing,
    listIn(
      voice,
      flags.map((flag) => flagWords[flag]),
    ),
  )
}

function valueText(voice: Voice, { min, max, unit }: Value): string {
  const { amounts } = voice.words
  if (min === null && max === null) return amounts.unknown
  if (min === null || max === null)
    return max === null ? amounts.atLeast(amountIn(voice, min ?? '', unit)) : amounts.atMost(amountIn(voice, max, unit))
  if (min === max) return amountIn(voice, min, unit)
  return amounts.range(amountIn(voice, min, null), amountIn(voice, max, unit))
}

function clauseText(voice: Voice, { quote, title, ref, published }: Clause): string | null {
  const { about } = voice.words
  const place = [title, ref, published].filter((part) => part !== null && part !== '').map((part) => name(part ?? ''))
  if (!quote) return place.length === 0 ? null : place.join(', ')
  const quoted = oneLine(quote, LONGEST_QUOTE)
  return place.length === 0 ? about.quote(quoted) : about.quoted(quoted, place.join(', '))
}
