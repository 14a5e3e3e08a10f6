import { makeBadge } from 'badge-maker'
import type { Indicator } from '../../rules/index.ts'
import { INDICATOR_WORDS } from '../text/index.ts'

/** A badge as shields.io draws it from an address (its endpoint schema, version 1). */
export interface BadgeDocument {
  readonly schemaVersion: 1
  readonly label: string
  readonly message: string
  readonly color: string
  readonly isError: boolean
}

/** White words stand out on each of them. */
export const INDICATOR_COLORS: Readonly<Record<Indicator, string>> = {
  breached: '#b42318',
  overdue: '#b54708',
  unknown: '#6941c6',
  at_risk: '#a15c07',
  due_soon: '#175cd3',
  suspended: '#475467',
  on_track: '#175cd3',
  dormant: '#475467',
  fulfilled: '#067647',
  ended: '#475467',
}

const LONGEST_LABEL = 60

/** What a badge says: the name of what is promised, and how it stands. */
export function badgeOf(title: string, indicator: Indicator | null, isStale: boolean): BadgeDocument {
  const label = title.length > LONGEST_LABEL ? `${title.slice(0, LONGEST_LABEL - 1)}…` : title
  const words = indicator === null ? 'nothing promised' : INDICATOR_WORDS[indicator]
  return {
    schemaVersion: 1,
    label,
    message: isStale ? `${words} (may be out of date)` : words,
    color: indicator === null ? '#475467' : INDICATOR_COLORS[indicator],
    isError: indicator === 'breached',
  }
}

/** The badge as a picture; what it says is escaped. */
export function badgeSvg({ label, message, color }: BadgeDocument): string {
  return makeBadge({ label, message, color, style: 'flat' })
}
