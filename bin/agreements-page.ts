import type {
  CaseResult,
  Commitment,
  CommitmentReport,
  DeclaredSource,
  Indicator,
  Kind,
  Rulebook,
} from '../rules/index.ts'
import type { LatestReports } from './latest-reports.ts'
import { counts, type Evaluated, promisesOf, readingsOf, shownBy } from './summary.ts'

/** When, and on whose knowledge, in words. */
export interface Viewed {
  readonly as_of: string
  readonly known_at: string | null
}

/** A page in Markdown: of each agreement what was promised, how it is read, what the evidence says, and what would settle what is unknown. */
export function* agreementsPage(all: readonly Evaluated[], viewed: Viewed, latest: LatestReports): Iterable<string> {
  const names = headings(all)
  yield `${head(viewed)}${evidenceEnds(latest)}\n\n${atAGlance(all, names)}`
  for (const [i, one] of all.entries()) yield `\n\n${agreement(one, names[i] ?? '')}`
}

function head({ as_of, known_at }: Viewed): string {
  const known = known_at === null ? '' : `, knowing what was recorded by ${moment(known_at)}`
  return `# Agreements

How things stood at ${moment(as_of)}${known}. \`servanda evaluate --format markdown\` wrote this page: to change it, change
the rulebooks or the evidence.

**How to read it.** Each promise stands with the words it rests on, the reading that was chosen where they are open, what the
evidence says under that reading, and, where nothing can be said, what would settle it. Another reading of a promise stands
beneath it and counts for nothing. *Unknown* is an answer: silence is not failure, and a report that may mean two things is
not made to mean one. Nothing here says that a party kept an agreement as a whole; what could not be read is named under
*left out*.

**The words.** *Fulfilled*: what was owed so far was kept, on what is on record. *Breached*: it was not, or not in full.
*Unknown*: the evidence decides neither, or a person has to judge. *On track*, *due soon*, *at risk*, *overdue*: the time still
runs; *suspended*: it stands still. *Dormant*: nothing has set it going yet. *Ended*: it is over, and nothing is owed. A promise
that recurs shows the occasion that runs now; how the others came out is counted beside it.`
}

const FEWEST_REPORTS = 10

/** Until when the evidence goes, of what there is much of: that nothing later is on record means nothing. */
function evidenceEnds(latest: LatestReports): string {
  const ends = latest.list(FEWEST_REPORTS).map(({ what, on }) => `${plain(what)} ${on}`)
  if (ends.length === 0) return ''
  return `\n\n**Where the evidence ends.** The latest on record is of: ${ends.join(', ')}. A report of a month is given by its first day. What came
later is not in the evidence, and that nothing of it stands here means nothing.`
}

const COLUMNS = ['fulfilled', 'breached', 'unknown', 'still running', 'nothing owed'] as const

const COLUMN = {
  fulfilled: 'fulfilled',
  breached: 'breached',
  unknown: 'unknown',
  overdue: 'still running',
  at_risk: 'still running',
  due_soon: 'still running',
  suspended: 'still running',
  on_track: 'still running',
  dormant: 'nothing owed',
  ended: 'nothing owed',
} as const satisfies Record<Indicator, (typeof COLUMNS)[number]>

function atAGlance(all: readonly Evaluated[], names: readonly string[]): string {
  const rows = all.map((one, i) => {
    const promises = promisesOf(one)
    const found = COLUMNS.map((column) => promises.filter(({ head }) => COLUMN[head.indicator] === column).length)
    const name = names[i] ?? ''
    return [`[${name}](#${anchor(name)})`, one.rulebook.signed ?? '', spoken(shownBy(one)), ...found]
  })
  return `## At a glance

How many promises show what, other readings aside; and what the agreement shows, which is the most urgent of them.

| agreement | signed | shows | ${COLUMNS.join(' | ')} |
| --- | --- | --- | ${COLUMNS.map(() => '---:').join(' | ')} |
${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}`
}

function agreement(one: Evaluated, heading: string): string {
  const { rulebook } = one
  const { from, term, until } = rulebook.inForce
  const end = term ? `for ${spelt(term.text)}` : until ? `until ${until}` : 'without a fixed end'
  const facts = [
    `*${plain(rulebook.title)}*.`,
    `Signed ${rulebook.signed ?? 'on a day that is not known'}, in force ${from === null ? 'once it is brought into force' : `from ${from}`} ${end}.`,
    `Legal force: ${rulebook.legalForce}.`,
    `Rulebook: \`${rulebook.file}\`.`,
  ].join(' ')
  return [
    `## ${heading}`,
    facts,
    ...(rulebook.note === null ? [] : [`**Left out.** ${plain(rulebook.note)}`]),
    ...promisesOf(one).map((report) => promise(one, report)),
  ].join('\n\n')
}

function promise(one: Evaluated, report: CommitmentReport): string {
  const commitment = named(one.rulebook, report.head.id)
  const others = readingsOf(one, commitment.id).map((reading) => otherReading(one.rulebook, reading))
  return [
    `### ${plain(commitment.title)}`,
    `${shows(report)} · ${KINDS_SPOKEN[commitment.kind]} · ${between(one.rulebook, commitment)} · \`${commitment.id}\``,
    ...words(one.rulebook, commitment),
    ...findings(one.rulebook, commitment, report).map(({ label, text }) => `**${label}** ${text}`),
    ...(others.length === 0 ? [] : [others.join('\n')]),
  ].join('\n\n')
}

function otherReading(rulebook: Rulebook, report: CommitmentReport): string {
  const commitment = named(rulebook, report.head.id)
  const found = findings(rulebook, commitment, report).map(({ label, text }) => `  - *${label}* ${nested(text)}`)
  return [`- ${plain(commitment.title)} · ${shows(report)} · \`${commitment.id}\``, ...found].join('\n')
}

const KINDS_SPOKEN = {
  act: 'an act',
  total: 'a sum',
  maintain: 'a state to keep up',
  prohibit: 'a prohibition',
  endeavour: 'an effort',
  power: 'a right',
} as const satisfies Record<Kind, string>

function shows(report: CommitmentReport): string {
  return `**${spoken(report.head.indicator)}** (${spoken(counts(report))})`
}

function between({ parties }: Rulebook, { by, to }: Commitment): string {
  const names = (codes: readonly string[]): string => codes.map((code) => plain(parties[code] ?? code)).join(' and ')
  return to.length === 0 ? names(by) : `${names(by)}, to ${names(to)}`
}

/** The clause, quoted or in substance, and where it stands. */
function words({ texts }: Rulebook, { clause }: Commitment): readonly string[] {
  if (clause === null) return []
  const text = texts.find(({ id }) => id === clause.text)
  const title = text && (text.url ? `[${plain(text.title)}](<${text.url}>)` : plain(text.title))
  const ref = clause.ref === null ? '' : plain(clause.ref)
  const said = clause.quote === null ? `In substance: ${ref}` : `“${plain(clause.quote)}”`
  const where = [title, clause.quote === null ? '' : ref, text?.published].filter((part) => part)
  return [`> ${said}${where.length > 0 ? ` — ${where.join(', ')}` : ''}`]
}

interface Finding {
  readonly label: string
  readonly text: string
}

function findings(rulebook: Rulebook, commitment: Commitment, report: CommitmentReport): readonly Finding[] {
  const cases = [...report.cases()]
  const settles = settling(rulebook, commitment, cases)
  return [
    ...(commitment.note === null ? [] : [{ label: 'How it is read.', text: plain(commitment.note) }]),
    { label: 'What the evidence says.', text: evidence(cases) },
    ...(settles === '' ? [] : [{ label: 'What would settle it.', text: settles }]),
  ]
}

const MOST_CASES = 5

/** Why the cases stand as they do: each of a few, of many the latest with each verdict. */
function evidence(cases: readonly CaseResult[]): string {
  const [first, ...others] = cases
  if (first === undefined) return 'Nothing has set it going yet, so nothing is owed.'
  if (others.length === 0) return `${plain(first.explanation)} ${onRecord(cases)}`
  const line = (found: CaseResult, what: string): string => `- ${what}: ${plain(found.explanation)}`
  if (cases.length <= MOST_CASES)
    return [onRecord(cases), '', ...cases.map((one) => line(one, `${caseName(one)}, ${spoken(one.verdict)}`))].join(
      '\n',
    )
  const lines = [...new Set(cases.map(({ verdict }) => verdict))].flatMap((verdict) => {
    const same = cases.filter((one) => one.verdict === verdict)
    const last = same.at(-1)
    const many = same.length === 1 ? '' : `${same.length} times, the last `
    return last ? [line(last, `${spoken(verdict)}, ${many}${caseName(last)}`)] : []
  })
  return [`${cases.length} cases. ${onRecord(cases)}`, '', ...lines].join('\n')
}

/** How many reports there are that count, and how many were looked at and do not. */
function onRecord(cases: readonly CaseResult[]): string {
  const all = cases.flatMap((found) => found.evidence)
  const key = ({ event }: CaseResult['evidence'][number]): string => JSON.stringify([event.source, event.id])
  const counted = new Set(all.filter(({ role }) => role !== 'ignored' && role !== 'trigger').map(key))
  const uncounted = new Set(all.filter((one) => one.role === 'ignored' && !counted.has(key(one))).map(key))
  const omitted = Math.max(0, ...cases.map((found) => found.evidence_omitted))
  const aside = uncounted.size + omitted
  const reports = counted.size === 0 ? 'no report' : `${counted.size} report${counted.size === 1 ? '' : 's'}`
  return `Counted: ${reports}.${aside === 0 ? '' : ` Left aside: ${omitted > 0 ? 'at least ' : ''}${aside}.`}`
}

/** What would have to be known where nothing can be said now; empty where something can. */
function settling(rulebook: Rulebook, commitment: Commitment, cases: readonly CaseResult[]): string {
  const unknown = cases.filter(({ verdict }) => verdict === 'unknown')
  const judged =
    commitment.kind === 'endeavour' && commitment.judgedBy !== null ? ` by ${plain(commitment.judgedBy)}` : ''
  const sources = rulebook.sources.filter(({ id }) => commitment.evidence.reportedBy.includes(id))
  const whoKnows = sources.map(sourceName).join('; ')
  const percentOf = commitment.kind === 'total' ? commitment.target.percentOf : null
  return [
    ...(cases.some(({ verdict }) => verdict === 'needs_judgement') ? [`A judgement${judged}.`] : []),
    ...(unknown.length > 0 && percentOf !== null
      ? [`The published figures of \`${percentOf.indicator}\` for the years in question.`]
      : []),
    ...(unknown.length === 0
      ? []
      : whoKnows === ''
        ? ['A report that leaves no doubt.']
        : [`A report that leaves no doubt, or word that everything is reported, from: ${whoKnows}.`]),
  ].join(' ')
}

function sourceName({ id, title, url }: DeclaredSource): string {
  const name = plain(title ?? id)
  return `${url === null ? name : `[${name}](<${url}>)`} (\`${id}\`)`
}

function named(rulebook: Rulebook, id: string): Commitment {
  const found = rulebook.commitments.find((commitment) => commitment.id === id)
  if (found === undefined) throw new TypeError(`the rulebook ${rulebook.id} has no commitment ${id}`)
  return found
}

/** The part of a case's name that tells it from its commitment's other cases. */
function caseName({ id }: CaseResult): string {
  return plain(id.slice(id.lastIndexOf('#') + 1 || id.indexOf('@') + 1))
}

/** A heading for each agreement: its parties but those that all agreements have, or its title where that tells nothing. */
function headings(all: readonly Evaluated[]): readonly string[] {
  const ownNames = all.map(({ rulebook }) =>
    Object.entries(rulebook.parties)
      .filter(([code]) => !all.every((one) => code in one.rulebook.parties))
      .map(([, name]) => name)
      .join(' and '),
  )
  return all.map(({ rulebook }, i) => {
    const name = ownNames[i] ?? ''
    return plain(name === '' || ownNames.filter((other) => other === name).length > 1 ? rulebook.title : name)
  })
}

/** The name that GitHub and most readers of Markdown give a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
}

const UNITS: Readonly<Record<string, string>> = { y: 'year', mo: 'month', w: 'week', d: 'day' }

function spelt(duration: string): string {
  const [, count, unit] = /^(\d+)(y|mo|w|d)$/.exec(duration) ?? []
  return count && unit ? `${count} ${UNITS[unit]}${count === '1' ? '' : 's'}` : duration
}

function moment(instant: string): string {
  const [, day] = /^(.*)T23:59:59\.999Z$/.exec(instant) ?? []
  return day ? `the end of ${day} (UTC)` : instant
}

function spoken(word: string): string {
  return word.replaceAll('_', ' ')
}

/** Text that stands inside an item of a list. */
function nested(text: string): string {
  return text.replace(/\n(?!\n)/g, '\n    ')
}

/** Text from a rulebook or an event, as text: nothing in it is markup. */
function plain(text: string): string {
  return text
    .replace(/[\\`*_{}<>[\]|#~&]/g, '\\$&')
    .replace(/\s+/g, ' ')
    .trim()
}
