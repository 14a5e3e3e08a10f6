import { type Indicator, mostUrgent } from '../../rules/index.ts'
import { badgeOf, badgeSvg } from './badge.ts'
import { type AgreementStatus, type CommitmentStatus, STATUS_SCHEMA, type StatusDocument } from './document.ts'
import { json, jsonWith } from './json.ts'
import type { Prepared } from './prepared.ts'
import type { StatusProjection } from './projection.ts'
import { type IsShown, SHOW_ALL } from './shown.ts'
import { summaryOf } from './summary.ts'

/** The whole status; null before the first. */
export function allView(projection: StatusProjection, isShown: IsShown = SHOW_ALL): Prepared | null {
  const all = projection.all(isShown)
  if (!all) return null
  return all.prepared('json', ({ agreements, ...head }) => jsonWith(head, 'agreements', agreements.map(agreementJson)))
}

/** One agreement; null where there is no such agreement. */
export function agreementView(
  projection: StatusProjection,
  agreement: string,
  isShown: IsShown = SHOW_ALL,
): Prepared | null {
  const { clock } = projection
  const found = projection.agreement(agreement, isShown)
  return found?.prepared('json', (one) => jsonWith(headOf(one, clock), 'agreement', agreementJson(one))) ?? null
}

/** One commitment, with the words of its agreement; null where there is no such commitment. */
export function commitmentView(
  projection: StatusProjection,
  { agreement, commitment }: { readonly agreement: string; readonly commitment: string },
  isShown: IsShown = SHOW_ALL,
): Prepared | null {
  const { clock } = projection
  const found = projection.agreement(agreement, isShown)
  const one = found && commitmentIn(found.value, commitment)
  if (!found || !one) return null
  return found.prepared(`json ${commitment}`, (whole) => {
    const { id, title, legal_force, zone, rulebook_version, evaluated_at } = whole
    return json({
      ...headOf(whole, clock),
      agreement: { id, title, legal_force, zone, rulebook_version, evaluated_at },
      commitment: one,
    })
  })
}

/** The status as a Statuspage has it. */
export function summaryView(projection: StatusProjection, url: string, isShown: IsShown = SHOW_ALL): Prepared | null {
  const all = projection.all(isShown)
  return all?.prepared('summary', (status) => json(summaryOf(status, url))) ?? null
}

/** A badge, as data or as a picture; null where there is no such agreement or commitment. */
export function badgeView(
  projection: StatusProjection,
  { agreement, commitment, form }: { agreement: string; commitment: string | null; form: 'json' | 'svg' },
  isShown: IsShown = SHOW_ALL,
): Prepared | null {
  const found = projection.agreement(agreement, isShown)
  const one = found && (commitment === null ? found.value : commitmentIn(found.value, commitment))
  if (!found || !one) return null
  return found.prepared(`badge ${form} ${commitment ?? ''}`, ({ stale }) => {
    const badge = badgeOf(one.title, one.indicator, stale)
    return form === 'svg' ? Buffer.from(badgeSvg(badge)) : json(badge)
  })
}

/** What a monitor of machines asks: whether any of these indicators is shown. */
export interface CheckDocument {
  readonly ok: boolean
  readonly indicator: Indicator | null
  readonly fail_on: readonly Indicator[]
  readonly stale: boolean
  readonly failing: readonly {
    readonly agreement: string
    readonly commitment: string
    readonly indicator: Indicator
    readonly since: string | null
    readonly reason: string
  }[]
}

/** Pure. @param agreement only of this one; null: of all */
export function checkOf(status: StatusDocument, failOn: readonly Indicator[], agreement: string | null): CheckDocument {
  const asked = status.agreements.filter(({ id }) => agreement === null || id === agreement)
  const own = asked.flatMap(({ id, commitments }) =>
    commitments.filter(({ reading_of }) => reading_of === null).map((one) => ({ agreement: id, ...one })),
  )
  const failing = own
    .filter(({ indicator }) => failOn.includes(indicator))
    .map(({ agreement, id, indicator, since, reason }) => ({ agreement, commitment: id, indicator, since, reason }))
  return {
    ok: failing.length === 0,
    indicator: mostUrgent(own.map(({ indicator }) => indicator)),
    fail_on: failOn,
    stale: asked.some(({ stale }) => stale),
    failing,
  }
}

/** How the answer about one agreement begins: what is said of it changes with it alone. */
function headOf({ seq, as_of, stale }: AgreementStatus, clock: string | null) {
  return { schema: STATUS_SCHEMA, seq, as_of, stale, clock }
}

const agreementTexts = new WeakMap<AgreementStatus, Buffer>()

/** Written once for each change of an agreement, however many answers it is part of. */
function agreementJson(agreement: AgreementStatus): Buffer {
  const known = agreementTexts.get(agreement)
  if (known) return known
  const made = Buffer.from(JSON.stringify(agreement))
  agreementTexts.set(agreement, made)
  return made
}

function commitmentIn({ commitments }: AgreementStatus, id: string): CommitmentStatus | null {
  return commitments.find((one) => one.id === id) ?? null
}
