import type { TimeValue } from '../../rules/index.ts'
import { countText, type Reader, readableDate } from '../text/index.ts'
import { endOf } from './case-time.ts'
import type { Change, Place, Question } from './report.ts'

// Where people read, cases of one commitment of which the same is to be said are told of together. Pure, all of it.

/** Cases of which one stands for all. */
export interface Alike<T> {
  /** The one that is due last: what would settle it settles the most. */
  readonly latest: T
  readonly others: readonly T[]
}

interface Case extends Place {
  readonly due: TimeValue | null
}

/** Questions of one commitment that wait for the same. */
export function questionsAlike(questions: readonly Question[]): readonly Alike<Question>[] {
  return alike(questions, ({ verdict, awaits }) => [verdict, awaits])
}

/** Changes of one commitment to the same verdict. A correction, and a promise that was broken, is always told by itself. */
export function changesAlike(changes: readonly Change[]): readonly Alike<Change>[] {
  return alike(changes, ({ kind, before, after }) => {
    const isGrave = [before, after].some(
      (standing) => standing?.verdict === 'breached' || standing?.verdict === 'partly_met',
    )
    return kind === 'correction' || isGrave ? null : [kind, before?.verdict, after?.verdict, after?.certainty]
  })
}

/** @param said  what has to be the same, besides the commitment; null: it is told by itself */
function alike<T extends Case>(items: readonly T[], said: (item: T) => readonly unknown[] | null): readonly Alike<T>[] {
  const groups = new Map<string, T[]>()
  for (const [n, item] of items.entries()) {
    const same = said(item)
    const key = JSON.stringify(same === null ? n : [item.agreement, item.commitment, ...same])
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return [...groups.values()].map((group) => {
    const latest = group.reduce((a, b) => (dueOf(b) >= dueOf(a) ? b : a))
    return { latest, others: group.filter((one) => one !== latest) }
  })
}

function dueOf({ due }: Pick<Case, 'due'>): number {
  return due === null ? Number.NEGATIVE_INFINITY : endOf(due)
}

/** How many cases there are in `groups`. */
export function casesIn(groups: readonly Alike<unknown>[]): number {
  return groups.reduce((sum, { others }) => sum + 1 + others.length, 0)
}

/** `So it is with 14 other cases, due from Friday 22 March 2024 to Monday 9 December 2024.`; null where there are none. */
export function othersText(others: readonly Pick<Case, 'due'>[], reader: Reader): string | null {
  if (others.length === 0) return null
  const dues = others.flatMap(({ due }) => (due === null ? [] : endOf(due))).sort((a, b) => a - b)
  const [first, last] = [dues[0], dues.at(-1)].map((at) => (at === undefined ? null : readableDate(at, reader)))
  const when =
    first === null || dues.length < others.length
      ? ''
      : `, due ${first === last ? `on ${first}` : `from ${first} to ${last}`}`
  return `So it is with ${others.length === 1 ? 'one other case' : `${countText(others.length, reader)} other cases`}${when}.`
}
