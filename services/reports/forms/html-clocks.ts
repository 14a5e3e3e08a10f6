import { type Html, html, type Reader } from '../../text/index.ts'
import type { Report, RunningClock } from '../report.ts'
import { SHOWN, WORDS } from '../words.ts'
import { indicatorHtml } from './html-marks.ts'
import { nothing, sectionHtml } from './html-section.ts'
import { moreHtml, tableHtml } from './html-table.ts'
import { timeHtml } from './html-time.ts'
import { namesText, placeHtml } from './html-words.ts'

/** What runs, the next deadline first. */
export function clocksHtml({ clocks }: Report, reader: Reader): Html {
  if (clocks.length === 0) return sectionHtml('clocks', nothing('No clock is running.'))
  const shown = clocks.slice(0, SHOWN.clocks)
  return sectionHtml(
    'clocks',
    html`${tableHtml<RunningClock>(
      'Open cases, the next deadline first',
      [
        {
          head: 'Commitment',
          width: 42,
          cell: (clock) => html`${placeHtml(clock)} <span class="soft under">${WORDS.kinds[clock.kind]}</span>`,
        },
        { head: 'By', width: 14, cell: ({ by }) => namesText(by) },
        { head: 'Due', width: 26, cell: (clock) => dueHtml(clock, reader) },
        { head: 'How it stands', width: 18, cell: standsHtml },
      ],
      shown,
    )}
${moreHtml(clocks.length, shown.length, 'clock', reader)}`,
  )
}

function dueHtml({ due, opened, is_suspended }: RunningClock, reader: Reader): Html {
  return html`${is_suspended ? html`<b>The clock stands still.</b> ` : null}${due === null ? 'No deadline while it does' : timeHtml(due, reader)}${opened === null ? null : html` <span class="soft under">open since ${timeHtml(opened, reader)}</span>`}`
}

/** The indicator with what else is known; what it says itself is not said again. */
function standsHtml({ indicator, flags }: RunningClock): Html {
  const words = flags.map((flag) => WORDS.flags[flag]).filter((word) => word !== WORDS.indicators[indicator])
  return html`${indicatorHtml(indicator)}${words.map((word) => html` <span class="soft under">${word}</span>`)}`
}
