import { INDICATORS } from '../../../rules/index.ts'
import { countText } from '../../text/index.ts'
import type { Report, Scope } from '../report.ts'
import { atText, daysText, knowledgeText, readerOf } from '../spoken.ts'
import { WORDS } from '../words.ts'
import type { Tag } from './pdf-ink.ts'
import { heightOf, type Para, para } from './pdf-lines.ts'
import type { Mark, Paper } from './pdf-paper.ts'
import { type Row, table } from './pdf-table.ts'
import { indicatorPara, namesText, verdictsOf } from './pdf-words.ts'

/** What somebody reads who has a minute: which period, how it stands, and where to read on. */
export function firstPage(paper: Paper, report: Report): void {
  const { period, as_of, title, summary, scope, basis } = report
  const reader = readerOf(report)
  paper.text([para('Servanda', 'brand')])
  paper.text([para(title, 'title', { above: 4 })], 'H1')
  paper.text([
    para(`${daysText(period, reader)} (${period.zone})`, 'body', { above: 6 }),
    para(`As it stood at ${atText(as_of, reader)}`, 'bodyQuiet'),
    para(`Knowing ${knowledgeText(basis, reader)}`, 'bodyQuiet'),
    ...scopeParas(scope, report.locale),
  ])
  paper.section(WORDS.sections.summary)
  paper.text(summary.map((sentence, n) => para(sentence, 'summary', { above: n === 0 ? 0 : 5 })))
  counts(paper, report)
}

/** The sections that come after this page, `count` of them, with the pages on which they begin. */
export function contents(paper: Paper, count: number): void {
  const label = paper.lines([para('What follows', 'head', { above: 14 })], paper.width)
  paper.room(heightOf(label) + count * CONTENTS_LINE)
  paper.text([para('What follows', 'head', { above: 14 })])
  const tag = paper.ink.tag('TOC')
  for (const mark of paper.marks.slice(-count)) contentsLine(paper, mark, tag)
  tag.end()
  // Before the pages are known there is only the room.
  if (paper.marks.length === 0) paper.y += count * CONTENTS_LINE
}

const CONTENTS_LINE = 17

function contentsLine(paper: Paper, { title, page, target }: Mark, toc: Tag): void {
  const { ink, left, width, y: top } = paper
  const item = ink.tag('TOCI', toc)
  const link = ink.tag('Link', item)
  ink.write(paper.lines([para(title, 'body')], width), { left, top, width }, link)
  ink.write(paper.lines([para(String(page), 'body')], width), { left, top, width }, link, 'right')
  ink.leadTo(target, { left, top, width }, CONTENTS_LINE, link)
  link.end()
  item.end()
  paper.y += CONTENTS_LINE
  ink.rule(paper.y - 2, paper, 'faint')
}

/** Two small tables next to each other: how the commitments stand, and how the cases of the period ended. */
function counts(paper: Paper, { counts, locale }: Report): void {
  const number = (count: number): Para => para(countText(count, { locale }))
  const width = (paper.width - 24) / 2
  const commitments: readonly Row[] = INDICATORS.flatMap((indicator) => {
    const count = counts.indicators[indicator] ?? 0
    return count === 0 ? [] : [[[indicatorPara(indicator)], [number(count)]]]
  })
  const cases: readonly Row[] = verdictsOf(counts.record).map(([verdict, count]) => [
    [para(WORDS.verdicts[verdict])],
    [number(count)],
  ])
  const columns = (title: string) => [
    { title, width: null },
    { title: 'How many', width: 56, align: 'right' as const },
  ]
  paper.room(28 + 20 * Math.max(commitments.length, cases.length))
  paper.y += 10
  const top = paper.y
  table(paper, columns('Commitments, as they stand'), commitments, { left: paper.left, width })
  const bottom = paper.y
  paper.y = top
  table(paper, columns('Cases of the period, by verdict'), cases, { left: paper.left + width + 24, width })
  paper.y = Math.max(bottom, paper.y)
}

function scopeParas({ agreements, parties }: Scope, locale: string): readonly Para[] {
  const only = [
    ...(agreements === null ? [] : [`the agreements ${namesText(agreements, locale)}`]),
    ...(parties === null ? [] : [`what ${namesText(parties, locale)} owes or is owed`]),
  ]
  return only.length === 0 ? [] : [para(`Only ${only.join(', and ')}`, 'bodyQuiet')]
}
