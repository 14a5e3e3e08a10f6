import { type CaseResult, formatInstant, type Indicator, type Instant } from '../../rules/index.ts'
import { type ApiBase, caseLinks } from './links.ts'
import { type TransitionRow, transitionBody } from './transitions.ts'

/** A case as it is stored. */
export interface CaseRow {
  readonly id: string
  readonly agreement: string
  readonly commitment: string
  readonly indicator: string | null
  readonly replaced_by: string | null
  readonly changed_at: Instant
  readonly result: unknown
}

/** The columns of a {@link CaseRow}. */
export const CASE_COLUMNS = [
  'id',
  'agreement',
  'commitment',
  'indicator',
  'replaced_by',
  'changed_at',
  'result',
] as const

/** A case among others, with the events it rests on. */
export function caseBody(
  { id, agreement, commitment, indicator, replaced_by, changed_at, result }: CaseRow,
  base: ApiBase,
) {
  return {
    agreement,
    commitment,
    indicator: indicator as Indicator | null,
    since: formatInstant(changed_at),
    replaced_by,
    ...(result as CaseResult),
    links: { self: caseLinks(base, agreement, commitment, id).self },
  }
}

/** The same without these events, which are most of it. */
export function caseInBrief(row: CaseRow, base: ApiBase) {
  const { evidence: _, evidence_omitted: __, ...brief } = caseBody(row, base)
  return brief
}

/** A case by itself, with its last changes. */
export function wholeCase(
  row: CaseRow,
  { transitions, omitted }: { readonly transitions: readonly TransitionRow[]; readonly omitted: number },
  base: ApiBase,
) {
  return {
    ...caseBody(row, base),
    links: caseLinks(base, row.agreement, row.commitment, row.id),
    transitions: transitions.map(transitionBody),
    transitions_omitted: omitted,
  }
}
