import { type Instant, parseInstant, type Verdict } from '../../rules/index.ts'
import { countText, listText, oneLine, readableDate, VERDICT_WORDS } from '../text/index.ts'
import { endOf } from './case-time.ts'
import type { Change, Report, RunningClock } from './report.ts'
import { atText, readerOf } from './spoken.ts'

type Unsummed = Omit<Report, 'summary'>

/** What somebody reads who reads nothing else: whole sentences, the worst news first after the frame. Pure. */
export function summaryOf(report: Unsummed): readonly string[] {
  return [
    ...frame(report),
    ...outcome(report),
    ...breaches(report),
    ...corrections(report),
    ...news(report),
    ...questions(report),
    ...ahead(report),
  ]
}

/** Titles named in a sentence; the rest is counted. */
const MOST_NAMED = 3

const LONGEST_NAME = 120

function frame(report: Unsummed): readonly string[] {
  const { period, as_of, counts, basis } = report
  const lines = [
    `This report covers ${period.words} by the calendar of ${period.zone}, and looks at ${many(counts.commitments, 'commitment', report)} in ${many(counts.agreements, 'agreement', report)}.`,
  ]
  if (parseInstant(as_of) < parseInstant(period.until))
    lines.push(`The period was still running: it is reported as it stood at ${atText(as_of, readerOf(report))}.`)
  if (basis.known_at !== null)
    lines.push(`It takes into account only what was on record by ${atText(basis.known_at, readerOf(report))}.`)
  return lines
}

/** The outcomes that a reader asks for, in the order in which they are told. That nobody used a right is none. */
const OUTCOMES: readonly (readonly [Verdict, (count: string, plural: boolean) => string])[] = [
  ['met', (count) => `${count} met`],
  ['met_late', (count) => `${count} met late`],
  ['partly_met', (count) => `${count} partly met`],
  ['repaired', (count) => `${count} breached and repaired`],
  ['breached', (count) => `${count} breached`],
  ['unknown', (count) => `${count} unknown`],
  ['needs_judgement', (count, plural) => `${count} that ${plural ? 'need' : 'needs'} a judgement`],
  ['excused', (count) => `${count} excused`],
  ['void', (count) => `${count} void`],
]

function outcome(report: Unsummed): readonly string[] {
  const { record } = report.counts
  const found = OUTCOMES.flatMap(([verdict, say]) => {
    const count = record[verdict] ?? 0
    return count === 0 ? [] : [{ count, text: say(numeral(count, report), count > 1) }]
  })
  const decided = found.reduce((sum, { count }) => sum + count, 0)
  const open = record.open ?? 0
  if (decided === 0 && open === 0) return ['Nothing fell due in it, and nothing is running.']
  const running =
    open === 0 ? '' : ` ${capital(many(open, 'case', report))} ${open === 1 ? 'is' : 'are'} still running.`
  if (decided === 0) return [`No case has come to a verdict.${running}`]
  const list = listText(
    found.map(({ text }) => text),
    report.locale,
  )
  return [
    `Of ${many(decided, 'case', report)} with a verdict, there ${found[0]?.count === 1 ? 'is' : 'are'} ${list}.${running}`,
  ]
}

/** What was broken, and what was kept in part, by name. */
function breaches(report: Unsummed): readonly string[] {
  const says = { breached: 'Breached', partly_met: 'Met only in part' } as const
  return (['breached', 'partly_met'] as const).flatMap((verdict) => {
    const found = report.agreements.flatMap(({ title, commitments }) =>
      commitments
        .filter(({ record }) => (record[verdict] ?? 0) > 0)
        .map((one) => `“${name(one.title)}” (${name(title)})`),
    )
    return found.length === 0 ? [] : [`${says[verdict]}: ${named(found, report)}.`]
  })
}

function corrections(report: Unsummed): readonly string[] {
  const wrong = report.changes.filter(({ kind }) => kind === 'correction')
  if (wrong.length === 0)
    return report.basis.previous === null ? [] : ['Nothing that the last report said has been corrected.']
  const list = wrong.map(
    (change) => `“${name(change.commitment_title)}” was ${spoken(change.before)} and is ${spoken(change.after)}`,
  )
  return [`Corrected since the last report: ${named(list, report)}.`]
}

function news(report: Unsummed): readonly string[] {
  const { changes, basis } = report
  const since = basis.previous === null ? 'In the period' : 'Since the last report'
  const others = changes.filter(({ kind }) => kind === 'news')
  const opened = changes.filter(({ kind }) => kind === 'opened')
  const rules = changes.filter(({ kind }) => kind === 'rules')
  return [
    ...(others.length + opened.length === 0
      ? [`${since} no verdict changed.`]
      : [
          `${since} ${many(others.length, 'verdict', report)} ${others.length === 1 ? 'was' : 'were'} new or changed, and ${many(opened.length, 'case', report)} opened.`,
        ]),
    ...(rules.length === 0
      ? []
      : [`${capital(many(rules.length, 'verdict', report))} changed because a rulebook was revised.`]),
  ]
}

function questions(report: Unsummed): readonly string[] {
  const [evidence, judgement] = (['evidence', 'judgement'] as const).map(
    (what) => report.questions.filter(({ awaits }) => awaits === what).length,
  ) as [number, number]
  if (evidence + judgement === 0) return ['No question is open.']
  const parts = [
    ...(evidence > 0 ? [`${many(evidence, 'case', report)} ${evidence === 1 ? 'waits' : 'wait'} for evidence`] : []),
    ...(judgement > 0
      ? [`${many(judgement, 'case', report)} ${judgement === 1 ? 'waits' : 'wait'} for a judgement`]
      : []),
  ]
  const which = evidence + judgement === 1 ? 'it' : 'each'
  return [`${capital(parts.join(', and '))}; this report says what would settle ${which}.`]
}

function ahead(report: Unsummed): readonly string[] {
  const { clocks, period, locale, as_of } = report
  // When a right lapses nothing is due.
  const coming = clocks.filter(({ due, kind }) => due !== null && kind !== 'power' && endOf(due) > parseInstant(as_of))
  const [next] = coming
  if (next === undefined || next.due === null) return ['No deadline lies ahead.']
  const on = readableDate(endOf(next.due), { zone: period.zone, locale })
  const same = coming.filter((clock) => sameDay(clock, endOf(next.due ?? ''), period.zone, locale))
  const title = `“${name(next.commitment_title)}” (${name(next.agreement_title)})`
  return [
    same.length === 1
      ? `The next deadline is on ${on}: ${title}.`
      : `The next deadlines are on ${on}: ${title} and ${many(same.length - 1, 'other', report)}.`,
  ]
}

function sameDay({ due }: RunningClock, at: Instant, zone: string, locale: string): boolean {
  return due !== null && readableDate(endOf(due), { zone, locale }) === readableDate(at, { zone, locale })
}

function named(items: readonly string[], report: Unsummed): string {
  const shown = items.slice(0, MOST_NAMED)
  const more = items.length - shown.length
  return listText(more > 0 ? [...shown, `${numeral(more, report)} more`] : shown, report.locale)
}

function name(text: string): string {
  return oneLine(text, LONGEST_NAME)
}

function spoken(standing: Change['after']): string {
  return standing === null ? 'no case at all' : VERDICT_WORDS[standing.verdict]
}

const NUMERALS = [
  'no',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
]

function numeral(count: number, report: Unsummed): string {
  return NUMERALS[count] ?? countText(count, report)
}

function many(count: number, what: string, report: Unsummed): string {
  return `${numeral(count, report)} ${what}${count === 1 ? '' : 's'}`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
