import { type Html, html, oneLine, type Reader } from '../../text/index.ts'
import { type Alike, casesIn, questionsAlike } from '../alike.ts'
import type { Question, Report } from '../report.ts'
import { SHOWN } from '../words.ts'
import { verdictHtml } from './html-marks.ts'
import { nothing, sectionHtml } from './html-section.ts'
import { moreHtml, tableHtml } from './html-table.ts'
import { othersHtml, placeHtml, prose } from './html-words.ts'

/** What nobody can say yet, and what it would take. */
export function questionsHtml({ questions }: Report, reader: Reader): Html {
  if (questions.length === 0) return sectionHtml('questions', nothing('No question is open.'))
  const shown = questionsAlike(questions).slice(0, SHOWN.questions)
  return sectionHtml(
    'questions',
    html`${tableHtml<Alike<Question>>(
      'Cases that wait for evidence or for a judgement',
      [
        {
          head: 'Commitment',
          width: 28,
          cell: (row) =>
            html`${placeHtml(row.latest)} <span class="under">${verdictHtml(row.latest)}</span> <span class="soft under">waits for ${AWAITED[row.latest.awaits]}</span>${othersHtml(row.others, reader)}`,
        },
        { head: 'Why it is open', width: 30, isProse: true, cell: ({ latest }) => prose(latest.why) },
        {
          head: 'What would settle it',
          width: 42,
          isProse: true,
          cell: ({ latest: { settled_by } }) =>
            settled_by.length === 0 ? null : html`<ul>${settled_by.map((one) => html`<li>${oneLine(one)}</li>`)}</ul>`,
        },
      ],
      shown,
    )}
${moreHtml(questions.length, casesIn(shown), 'question', reader)}`,
  )
}

const AWAITED = { evidence: 'evidence', judgement: 'a judgement' } as const satisfies Record<Question['awaits'], string>
