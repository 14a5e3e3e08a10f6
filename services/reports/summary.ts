import { type Instant, parseInstant, type Verdict } from '../../rules/index.ts'
import { listText, oneLine, readableDate, readableTime, VERDICT_WORDS } from '../text/index.ts'
import { endOf } from './case-time.ts'
import type { Change, Report, RunningClock } from './report.ts'

/** What somebody reads who reads nothing else: whole sentences, the worst news first after the frame. Pure. */
export function summaryOf(report: Omit<Report, 'summary'>): readonly string[] {
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

function frame({ period, as_of, counts, basis }: Omit<Report, 'summary'>): readonly string[] {
  const lines = [
    `This report covers ${period.words} by the calendar of ${period.zone}, and looks at ${many(counts.commitments, 'commitment')} in ${many(counts.agreements, 'agreement')}.`,
  ]
  if (parseInstant(as_of) < parseInstant(period.until))
    lines.push(`The period was still running: it is reported as it stood on ${timeIn(period.zone, as_of)}.`)
  if (basis.known_at !== null)
    lines.push(`It takes into account only what was on record by ${timeIn(period.zone, basis.known_at)}.`)
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

function outcome({ counts: { record }, locale }: Omit<Report, 'summary'>): readonly string[] {
  const found = OUTCOMES.flatMap(([verdict, say]) => {
    const count = record[verdict] ?? 0
    return count === 0 ? [] : [{ count, text: say(numeral(count), count > 1) }]
  })
  const decided = found.reduce((sum, { count }) => sum + count, 0)
  const open = record.open ?? 0
  if (decided === 0 && open === 0) return ['Nothing fell due in it, and nothing is running.']
  const running = open === 0 ? '' : ` ${capital(many(open, 'case'))} ${open === 1 ? 'is' : 'are'} still running.`
  if (decided === 0) return [`No case has come to a verdict.${running}`]
  const list = listText(
    found.map(({ text }) => text),
    locale,
  )
  return [
    `Of ${many(decided, 'case')} with a verdict, there ${found[0]?.count === 1 ? 'is' : 'are'} ${list}.${running}`,
  ]
}

/** What stands breached now, by name. */
function breaches({ agreements, locale }: Omit<Report, 'summary'>): readonly string[] {
  const breached = agreements.flatMap(({ title, commitments }) =>
    commitments
      .filter(({ record }) => (record.breached ?? 0) + (record.partly_met ?? 0) > 0)
      .map((one) => `“${name(one.title)}” (${name(title)})`),
  )
  if (breached.length === 0) return []
  return [`Breached, or met only in part: ${named(breached, locale)}.`]
}

function corrections({ changes, locale, basis }: Omit<Report, 'summary'>): readonly string[] {
  const wrong = changes.filter(({ kind }) => kind === 'correction')
  if (wrong.length === 0)
    return basis.previous === null ? [] : ['Nothing that the last report said has been corrected.']
  const list = wrong.map(
    (change) => `“${name(change.commitment_title)}” was ${spoken(change.before)} and is ${spoken(change.after)}`,
  )
  return [`Corrected since the last report: ${named(list, locale)}.`]
}

function news({ changes, basis }: Omit<Report, 'summary'>): readonly string[] {
  const since = basis.previous === null ? 'In the period' : 'Since the last report'
  const others = changes.filter(({ kind }) => kind === 'news')
  const opened = changes.filter(({ kind }) => kind === 'opened')
  const rules = changes.filter(({ kind }) => kind === 'rules')
  return [
    ...(others.length + opened.length === 0
      ? [`${since} no verdict changed.`]
      : [
          `${since} ${many(others.length, 'verdict')} ${others.length === 1 ? 'was' : 'were'} new or changed, and ${many(opened.length, 'case')} opened.`,
        ]),
    ...(rules.length === 0
      ? []
      : [`${capital(many(rules.length, 'verdict'))} changed because a rulebook was revised.`]),
  ]
}

function questions({ questions }: Omit<Report, 'summary'>): readonly string[] {
  const [evidence, judgement] = (['evidence', 'judgement'] as const).map(
    (what) => questions.filter(({ awaits }) => awaits === what).length,
  ) as [number, number]
  if (evidence + judgement === 0) return ['No question is open.']
  const parts = [
    ...(evidence > 0 ? [`${many(evidence, 'case')} ${evidence === 1 ? 'waits' : 'wait'} for evidence`] : []),
    ...(judgement > 0 ? [`${many(judgement, 'case')} ${judgement === 1 ? 'waits' : 'wait'} for a judgement`] : []),
  ]
  return [`${capital(parts.join(', and '))}; this report says what would settle each.`]
}

function ahead({ clocks, period, locale, as_of }: Omit<Report, 'summary'>): readonly string[] {
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
      : `The next deadlines are on ${on}: ${title} and ${many(same.length - 1, 'other')}.`,
  ]
}

function sameDay({ due }: RunningClock, at: Instant, zone: string, locale: string): boolean {
  return due !== null && readableDate(endOf(due), { zone, locale }) === readableDate(at, { zone, locale })
}

function timeIn(zone: string, at: string): string {
  return readableTime(parseInstant(at), { zone, locale: 'en-GB' })
}

function named(items: readonly string[], locale: string): string {
  const shown = items.slice(0, MOST_NAMED)
  const more = items.length - shown.length
  return listText(more > 0 ? [...shown, `${numeral(more)} more`] : shown, locale)
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

function numeral(count: number): string {
  return NUMERALS[count] ?? count.toLocaleString('en')
}

function many(count: number, what: string): string {
  return `${numeral(count)} ${what}${count === 1 ? '' : 's'}`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
