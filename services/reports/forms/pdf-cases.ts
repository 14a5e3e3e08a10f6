import { casesIn, changesAlike, questionsAlike } from '../alike.ts'
import type { Change, Report, RunningClock } from '../report.ts'
import { readerOf, sinceText, standingText, timeText } from '../spoken.ts'
import { SHOWN, WORDS } from '../words.ts'
import { type Para, para } from './pdf-lines.ts'
import type { Paper } from './pdf-paper.ts'
import { table } from './pdf-table.ts'
import { caseKey, indicatorPara, moreParas, namesText, othersParas, placeParas } from './pdf-words.ts'

export function changesSection(paper: Paper, report: Report): void {
  const { changes, basis } = report
  paper.section(WORDS.sections.changes)
  const since = basis.previous === null ? 'since the period began' : 'since the report before this one'
  if (changes.length === 0) {
    paper.text([para(`No verdict changed ${since}.`, 'body')])
    return
  }
  paper.lead([para(`Verdicts that are not what they were ${since}; corrections come first.`, 'bodyQuiet')])
  const reader = readerOf(report)
  const shown = changesAlike(changes).slice(0, SHOWN.changes)
  table(
    paper,
    [
      { title: 'Commitment', width: 190 },
      { title: 'Change', width: 106 },
      { title: 'Why', width: null },
    ],
    shown.map((row) => [
      [
        ...placeParas(row.latest),
        para(row.latest.due === null ? caseKey(row.latest) : `Due ${timeText(row.latest.due, reader)}`, 'quiet'),
        ...othersParas(row.others, reader),
      ],
      changeParas(row.latest),
      [para(row.latest.why)],
    ]),
  )
  paper.text(moreParas(changes.length, casesIn(shown), 'changes are', report))
}

function changeParas({ kind, before, after }: Change): readonly Para[] {
  return [
    para(WORDS.changes[kind], kind === 'correction' ? 'bad' : 'strong'),
    para(`${standingText(before)} → ${standingText(after)}`),
  ]
}

export function clocksSection(paper: Paper, report: Report): void {
  const { clocks, locale } = report
  paper.section(WORDS.sections.clocks)
  if (clocks.length === 0) {
    paper.text([para('No clock is running.', 'body')])
    return
  }
  const reader = readerOf(report)
  const shown = clocks.slice(0, SHOWN.clocks)
  table(
    paper,
    [
      { title: 'Deadline', width: 116 },
      { title: 'Commitment', width: null },
      { title: 'Stands', width: 86 },
      { title: 'Running since', width: 92 },
    ],
    shown.map((clock) => [
      [
        para(clock.due === null ? 'none' : timeText(clock.due, reader), 'strong'),
        ...(clock.is_suspended ? [para('The clock stands still.', 'quiet')] : []),
      ],
      [...placeParas(clock), ...(clock.by.length > 0 ? [para(`By ${namesText(clock.by, locale)}`, 'quiet')] : [])],
      [indicatorPara(clock.indicator), ...flagParas(clock)],
      [para(clock.opened === null ? 'not known' : sinceText(clock.opened, reader), 'quiet')],
    ]),
  )
  paper.text(moreParas(clocks.length, shown.length, 'clocks are', report))
}

/** What the indicator does not say already. */
function flagParas({ flags, indicator }: RunningClock): readonly Para[] {
  const more = flags.filter((flag) => flag !== indicator).map((flag) => WORDS.flags[flag])
  return more.length === 0 ? [] : [para(more.join(', '), 'quiet')]
}

export function questionsSection(paper: Paper, report: Report): void {
  const { questions } = report
  const reader = readerOf(report)
  paper.section(WORDS.sections.questions)
  if (questions.length === 0) {
    paper.text([para('No question is open.', 'body')])
    return
  }
  const shown = questionsAlike(questions).slice(0, SHOWN.questions)
  table(
    paper,
    [
      { title: 'Commitment', width: 150 },
      { title: 'What is not known', width: 165 },
      { title: 'What would settle it', width: null },
    ],
    shown.map((row) => [
      [...placeParas(row.latest), ...othersParas(row.others, reader)],
      [
        para(`Waits for ${row.latest.awaits === 'evidence' ? 'evidence' : 'a judgement'}`, 'strong'),
        para(row.latest.why),
      ],
      row.latest.settled_by.map((way, n) => para(`${n === 0 ? '' : 'Or: '}${way}`, 'cell', { above: n === 0 ? 0 : 3 })),
    ]),
  )
  paper.text(moreParas(questions.length, casesIn(shown), 'questions are', report))
}
