import { INDICATORS, type Indicator, type Verdict } from '../../../rules/index.ts'
import { type Html, html } from '../../text/index.ts'
import type { Standing } from '../report.ts'
import { WORDS } from '../words.ts'

/** How grave an indicator is: the colour that goes with its word, and never stands alone. */
export type Tone = 'bad' | 'doubt' | 'watch' | 'good' | 'plain'

/** Its word with its mark: no two of them share a shape, so that nobody needs the colours. */
export function indicatorHtml(indicator: Indicator): Html {
  return marked(indicator, WORDS.indicators[indicator])
}

/** The verdict of a case, marked with how urgent that is. Null: there is no such case. */
export function verdictHtml(standing: Standing | null): Html {
  return standing === null
    ? html`<span class="soft">no case</span>`
    : marked(standing.indicator, WORDS.verdicts[standing.verdict])
}

/** Verdicts as they stand in counts, where there is no one case whose urgency could be shown. */
export function verdictCountHtml(verdict: Verdict): Html {
  return marked(INDICATOR_OF[verdict], WORDS.verdicts[verdict])
}

/** Most urgent first. */
export function inOrderOfUrgency<T>(
  counts: Readonly<Partial<Record<Indicator, T>>>,
): readonly (readonly [Indicator, T])[] {
  return INDICATORS.flatMap((indicator) => {
    const count = counts[indicator]
    return count === undefined ? [] : [[indicator, count] as const]
  })
}

function marked(indicator: Indicator, words: string): Html {
  const { tone, path } = MARKS[indicator]
  return html`<span class="mark ${tone}"><svg viewBox="0 0 12 12" aria-hidden="true" focusable="false"><path d="${path}"/></svg>${words}</span>`
}

/** Drawn, not written: not every device has a font with such signs. */
const MARKS = {
  breached: { tone: 'bad', path: 'M2 2L10 10M10 2L2 10' },
  overdue: { tone: 'bad', path: 'M6 1V7.5M6 10V11' },
  unknown: { tone: 'doubt', path: 'M3.2 4A2.8 2.8 0 1 1 7.2 6.4C6.3 6.9 6 7.3 6 8M6 10V11' },
  at_risk: { tone: 'watch', path: 'M6 1.5L11 10.5H1Z' },
  due_soon: { tone: 'watch', path: 'M6 1A5 5 0 1 0 6.01 1M6 3.2V6.2L8 7.6' },
  suspended: { tone: 'plain', path: 'M4 2V10M8 2V10' },
  on_track: { tone: 'good', path: 'M1 6H10M6.5 2.5L10 6L6.5 9.5' },
  dormant: { tone: 'plain', path: 'M6 2A4 4 0 1 0 6.01 2' },
  fulfilled: { tone: 'good', path: 'M1.5 6.5L4.5 9.5L10.5 2.5' },
  ended: { tone: 'plain', path: 'M2 2H10V10H2Z' },
} as const satisfies Record<Indicator, { readonly tone: Tone; readonly path: string }>

const INDICATOR_OF = {
  open: 'on_track',
  met: 'fulfilled',
  met_late: 'fulfilled',
  partly_met: 'breached',
  breached: 'breached',
  repaired: 'fulfilled',
  excused: 'ended',
  exercised: 'ended',
  lapsed: 'ended',
  void: 'ended',
  needs_judgement: 'unknown',
  unknown: 'unknown',
} as const satisfies Record<Verdict, Indicator>
