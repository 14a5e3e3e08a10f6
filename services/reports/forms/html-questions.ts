import { type Html, html, oneLine, type Reader } from '../../text/index.ts'
import type { Question, Report } from '../report.ts'
import { SHOWN } from '../words.ts'
import { verdictHtml } from './html-marks.ts'
import { nothing, sectionHtml } from './html-section.ts'
import { moreHtml, tableHtml } from './html-table.ts'
import { placeHtml, prose } from './html-words.ts'

/** What nobody can say yet, and what it would take. */
export function questionsHtml({ questions }: Report, reader: Reader): Html {
  if (questions.length === 0) return sectionHtml('questions', nothing('No question is open.'))
  const shown = questions.slice(0, SHOWN.questions)
  return sectionHtml(
    'questions',
    html`${tableHtml<Question>(
      'Cases that wait for evidence or for a judgement',
      [
        {
          head: 'Commitment',
          width: 28,
          cell: (question) =>
            html`${placeHtml(question)} <span class="under">${verdictHtml(question)}</span> <span class="soft under">waits for ${AWAITED[question.awaits]}</span>`,
        },
        { head: 'Why it is open', width: 30, isProse: true, cell: ({ why }) => prose(why) },
        {
          head: 'What would settle it',
          width: 42,
          isProse: true,
          cell: ({ settled_by }) =>
            settled_by.length === 0 ? null : html`<ul>${settled_by.map((one) => html`<li>${oneLine(one)}</li>`)}</ul>`,
        },
      ],
      shown,
    )}
${moreHtml(questions.length, shown.length, 'question', reader)}`,
  )
}

const AWAITED = { evidence: 'evidence', judgement: 'a judgement' } as const satisfies Record<Question['awaits'], string>
