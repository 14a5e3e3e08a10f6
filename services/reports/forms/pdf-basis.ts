import { countText, oneLine } from '../../text/index.ts'
import type { Report, RulebookBasis } from '../report.ts'
import { atText, readerOf, timeText } from '../spoken.ts'
import { SHOWN, WORDS } from '../words.ts'
import { eventParas, type Names } from './pdf-events.ts'
import { para } from './pdf-lines.ts'
import type { Paper } from './pdf-paper.ts'
import { type Cell, type Column, facts, table } from './pdf-table.ts'
import { moreParas, titleText } from './pdf-words.ts'

/** What the report rests on: the events, and where they come from. */
export function evidenceSection(paper: Paper, report: Report, names: Names): void {
  const { evidence, evidence_omitted } = report
  paper.section(WORDS.sections.evidence)
  if (evidence.length === 0) {
    paper.text([para('No event bears on any case of the period.', 'body')])
    return
  }
  const reader = readerOf(report)
  const shown = evidence.slice(0, SHOWN.evidence)
  table(
    paper,
    [
      { title: 'When', width: 118 },
      { title: 'Event and source', width: 190 },
      { title: 'What it is used for', width: null },
    ],
    shown.map((row) => [
      [para(row.when === null ? 'not known' : timeText(row.when, reader), 'quiet')],
      eventParas(row),
      [
        ...row.uses
          .slice(0, MOST_USES)
          .flatMap((use) => [
            para(names.commitment(use.case)),
            para(`${use.role}: ${oneLine(use.reason, 300)}`, 'quiet'),
          ]),
        ...(row.uses.length > MOST_USES ? [para(`and ${row.uses.length - MOST_USES} more uses`, 'quiet')] : []),
      ],
    ]),
  )
  paper.text([
    ...moreParas(evidence.length, shown.length, 'events are', reader),
    ...(evidence_omitted === 0
      ? []
      : [para(`The report had no room for ${countText(evidence_omitted, reader)} others.`, 'bodyQuiet')]),
  ])
}

/** An event may bear on every case of a commitment. */
const MOST_USES = 6

/** How the same report can be made again, and what was decided in reading the promises. */
export function methodSection(paper: Paper, report: Report): void {
  const { basis, method } = report
  paper.section(WORDS.sections.method)
  facts(paper, factsOf(report))
  paper.part('Rulebooks')
  rulebooks(paper, basis.rulebooks)
  if (method.readings.length > 0) readings(paper, method.readings)
  if (paper.ink.isLacking) paper.text([para(LACKING, 'bodyQuiet', { above: 2 })])
}

const LACKING = 'Where a box stands, the text has letters that this form has no font for; the CSV and JSON have them.'

function readings(paper: Paper, rows: Report['method']['readings']): void {
  paper.part('How promises were read whose words are open')
  table(
    paper,
    [
      { title: 'Promise', width: 170 },
      { title: 'How it was read', width: null },
    ],
    rows.map(({ title, agreement, note }) => [
      [para(titleText(title), 'strong'), para(agreement, 'quiet')],
      [para(note)],
    ]),
  )
}

function factsOf(report: Report): readonly (readonly [string, Cell])[] {
  const { basis, method, as_of } = report
  const reader = readerOf(report)
  const time = (at: string): Cell => [para(timeText(at, reader))]
  const { previous } = basis
  return [
    ['Servanda', [para(`version ${method.version}`)]],
    ['As of', time(as_of)],
    ...(basis.known_at === null ? [] : [['Known by', time(basis.known_at)] as const]),
    ...(basis.ledger === null ? [] : [['Ledger up to', [para(basis.ledger)]] as const]),
    ...(basis.events_digest === null ? [] : [['Events (SHA-256)', [para(basis.events_digest)]] as const]),
    ...(previous === null
      ? []
      : [
          [
            'Report before',
            [
              para(`${oneLine(previous.report)}, as of ${atText(previous.as_of, reader)}`),
              para(`Ledger up to ${previous.ledger}`, 'quiet'),
            ],
          ] as const,
        ]),
  ]
}

function rulebooks(paper: Paper, rows: readonly RulebookBasis[]): void {
  const isSetAside = rows.some(({ set_aside }) => set_aside.length > 0)
  const columns: readonly Column[] = [
    { title: 'Agreement and file', width: null },
    { title: 'Version', width: 62 },
    { title: 'SHA-256 of the text', width: 170 },
    ...(isSetAside ? [{ title: 'Rows set aside', width: 84 }] : []),
  ]
  table(
    paper,
    columns,
    rows.map(({ agreement, version, hash, file, set_aside }) => [
      [para(oneLine(agreement, 200)), para(oneLine(file, 200), 'quiet')],
      [para(version === null ? 'not adopted' : String(version))],
      [para(hash, 'quiet')],
      [para(setAsideText(set_aside), 'quiet')],
    ]),
  )
}

function setAsideText(rows: readonly number[]): string {
  const shown = rows.slice(0, 20).join(', ')
  return rows.length > 20 ? `${shown} and ${rows.length - 20} more` : shown
}
