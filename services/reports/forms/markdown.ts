import type { Reader } from '../../text/index.ts'
import { casesIn, changesAlike, othersText, questionsAlike } from '../alike.ts'
import type { EvidenceRow, Report, RunningClock, TotalPart } from '../report.ts'
import { atText, knowledgeText, readerOf, sinceText, standingText } from '../spoken.ts'
import { SHOWN, WORDS } from '../words.ts'
import { agreements } from './markdown-agreements.ts'
import { bullets, code, link, plain, strong, table } from './markdown-text.ts'
import { amount, caseOf, many, names, onRecord, place, when } from './markdown-words.ts'

/**
 * The report for a wiki, in GitHub-flavoured Markdown without HTML. Lists are as long as people read; everything from
 * outside is text, whatever it says.
 */
export function reportMarkdown(report: Report): string {
  const reader = readerOf(report)
  const parts = [
    `# ${plain(report.title)}`,
    head(report, reader),
    ...section('summary', [bullets(report.summary.map(plain))]),
    ...section('agreements', agreements(report)),
    ...section('changes', changes(report, reader)),
    ...section('clocks', clocks(report, reader)),
    ...section('totals', totals(report, reader)),
    ...section('questions', questions(report, reader)),
    ...section('evidence', evidence(report, reader)),
    ...section('method', method(report, reader)),
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

function section(name: keyof typeof WORDS.sections, parts: readonly string[]): readonly string[] {
  return [`## ${WORDS.sections[name]}`, ...parts]
}

function head({ as_of, basis, scope, period }: Report, reader: Reader): string {
  const of = [
    ...(scope.agreements === null ? [] : [`the agreements ${scope.agreements.map(code).join(', ')}`]),
    ...(scope.parties === null ? [] : [`what is owed by or to ${scope.parties.map(code).join(', ')}`]),
  ]
  const only = of.length === 0 ? '' : ` It is limited to ${of.join(' and ')}.`
  return `How things stood at ${plain(atText(as_of, reader))}, knowing ${plain(knowledgeText(basis, reader))}. Days are those of ${plain(period.zone)}.${only}`
}

function changes({ changes, basis, locale }: Report, reader: Reader): readonly string[] {
  const since = basis.previous === null ? 'the period began' : 'the report before this one'
  if (changes.length === 0) return [`No verdict has changed since ${since}.`]
  const shown = changesAlike(changes).slice(0, SHOWN.changes)
  return [
    `Verdicts that are not what they were since ${since}: corrections first, then what presses most.`,
    table(
      ['Commitment', 'Change', 'Before', 'Now', 'Due', 'Why'],
      shown.map(({ latest: change, others }) => [
        place(change),
        change.kind === 'correction' ? `**${WORDS.changes.correction}**` : WORDS.changes[change.kind],
        standingText(change.before),
        standingText(change.after),
        change.due === null ? '' : when(change.due, reader),
        withOthers(plain(change.why), others, reader),
      ]),
    ),
    more(changes.length - casesIn(shown), 'change', locale),
  ]
}

function clocks({ clocks, locale }: Report, reader: Reader): readonly string[] {
  if (clocks.length === 0) return ['No clock is running.']
  const shown = clocks.slice(0, SHOWN.clocks)
  return [
    table(
      ['Due', 'Commitment', 'By', 'Shows', 'Running since'],
      shown.map((clock) => [
        clock.due === null ? 'no deadline' : when(clock.due, reader),
        place(clock),
        names(clock.by),
        clockShows(clock),
        clock.opened === null ? 'not known' : plain(sinceText(clock.opened, reader)),
      ]),
    ),
    more(clocks.length - shown.length, 'clock', locale),
  ]
}

function clockShows({ indicator, flags, is_suspended }: RunningClock): string {
  const others = flags.filter((flag) => flag !== indicator).map((flag) => WORDS.flags[flag])
  return [`**${WORDS.indicators[indicator]}**`, ...others, ...(is_suspended ? ['the clock stands still'] : [])].join(
    ', ',
  )
}

function totals({ totals, locale }: Report, reader: Reader): readonly string[] {
  if (totals.length === 0) return ['No sum was counted in the period.']
  const shown = totals.slice(0, SHOWN.totals)
  return [...shown.flatMap((total) => totalParts(total, reader)), more(totals.length - shown.length, 'sum', locale)]
}

function totalParts(total: TotalPart, reader: Reader): readonly string[] {
  const { value, growth, flows, flows_omitted, due } = total
  const { locale } = reader
  const bound = value.target === null || growth === null ? '' : `${growth.bound.replace('_', ' ')} `
  const shown = flows.slice(0, SHOWN.flows)
  return [
    `### ${plain(total.commitment_title)}`,
    `${caseOf(total)}.`,
    bullets([
      `On record: **${onRecord(value, locale)}**`,
      `Target: ${bound}${amount(value.target, value.unit, locale)}`,
      ...(value.expected === null ? [] : [`Expected by now: ${amount(value.expected, value.unit, locale)}`]),
      `Stands: **${WORDS.indicators[total.indicator]}**, ${standingText(total)}`,
      ...(total.by.length === 0 ? [] : [`By: ${names(total.by)}`]),
      ...(due === null ? [] : [`Due: ${when(due, reader)}`]),
    ]),
    flows.length === 0
      ? 'Nothing that could be added up is on record.'
      : table(
          ['When', 'Event', 'Counts', 'How'],
          shown.map(({ event, when: at, is_counted, reason }) => [
            when(at, reader),
            `${eventName(event)}, ${code(event.source)}`,
            is_counted ? 'yes' : 'no',
            plain(reason),
          ]),
        ),
    more(flows.length - shown.length, 'flow', locale),
    noRoom(flows_omitted, 'flow', locale),
  ]
}

function questions({ questions, locale }: Report, reader: Reader): readonly string[] {
  if (questions.length === 0) return ['No question is open.']
  const shown = questionsAlike(questions).slice(0, SHOWN.questions)
  return [
    table(
      ['Commitment', 'Stands', 'Waits for', 'Why', 'What would settle it'],
      shown.map(({ latest: question, others }) => [
        place(question),
        standingText(question),
        question.awaits === 'evidence' ? 'evidence' : 'a judgement',
        withOthers(plain(question.why), others, reader),
        question.settled_by.map(plain).join(' Or: '),
      ]),
    ),
    more(questions.length - casesIn(shown), 'question', locale),
  ]
}

/** Why a case stands as it does, and how many more do. */
function withOthers(why: string, others: Parameters<typeof othersText>[0], reader: Reader): string {
  const more = othersText(others, reader)
  return more === null ? why : `${why} ${plain(more)}`
}

function evidence({ evidence, evidence_omitted, locale }: Report, reader: Reader): readonly string[] {
  if (evidence.length === 0) return ['No event bears on a case of the period.']
  const shown = evidence.slice(0, SHOWN.evidence)
  return [
    table(
      ['When', 'Event', 'Type', 'Source', 'What it was used for'],
      shown.map((row) => [
        when(row.when, reader),
        eventName(row),
        row.type === null ? '' : code(row.type),
        sourceName(row),
        uses(row, locale),
      ]),
    ),
    more(evidence.length - shown.length, 'event', locale),
    noRoom(evidence_omitted, 'event', locale),
  ]
}

function eventName({ id, revision }: { readonly id: string; readonly revision: number }): string {
  return revision === 1 ? code(id) : `${code(id)} (revision ${revision})`
}

function sourceName({ source, source_title, source_url }: EvidenceRow): string {
  return source_title === null ? code(source) : `${link(source_title, source_url)} (${code(source)})`
}

/** An event may bear on every case of a commitment. */
const MOST_USES = 6

function uses({ uses }: EvidenceRow, locale: string): string {
  const shown = uses.slice(0, MOST_USES).map(({ case: id, role, reason }) => `${code(id)}: ${role}, ${plain(reason)}`)
  const left = uses.length - shown.length
  return [...shown, ...(left === 0 ? [] : [many(left, 'more use', locale)])].join('; ')
}

function method({ method, basis }: Report, reader: Reader): readonly string[] {
  const { ledger, events_digest, known_at, previous, rulebooks } = basis
  const facts = [
    `Servanda ${plain(method.version)} wrote it. The same request on the same basis gives the same report.`,
    ...(ledger === null ? [] : [`Ledger up to: ${code(ledger)}`]),
    ...(events_digest === null ? [] : [`Events from files, SHA-256: ${code(events_digest)}`]),
    ...(known_at === null ? [] : [`Only what was on record by ${plain(atText(known_at, reader))} counts.`]),
    previous === null
      ? 'Changes are told against how things stood when the period began, by what is known now.'
      : `Changes are told against the report ${plain(previous.report)}, as of ${plain(atText(previous.as_of, reader))}, on the ledger up to ${code(previous.ledger)}.`,
  ]
  return [
    bullets(facts),
    table(
      ['Rulebook', 'Version', 'SHA-256', 'Evaluated without rows'],
      rulebooks.map(({ file, version, hash, set_aside }) => [
        code(file),
        version === null ? 'not adopted' : String(version),
        code(hash),
        set_aside.join(', '),
      ]),
    ),
    ...(method.readings.length === 0
      ? []
      : [
          '### How promises were read whose words are open',
          bullets(
            method.readings.map(
              ({ agreement, title, note }) => `${strong(title)} (${code(agreement)}): ${plain(note)}`,
            ),
          ),
        ]),
  ]
}

/** What people are told of rows that are not shown. */
function more(count: number, what: string, locale: string): string {
  return count === 0 ? '' : `*${many(count, `more ${what}`, locale)} in the CSV and JSON of this report.*`
}

/** Of what is in no form of the report. */
function noRoom(count: number, what: string, locale: string): string {
  return count === 0 ? '' : `*The report had no room for ${many(count, `more ${what}`, locale)}.*`
}
