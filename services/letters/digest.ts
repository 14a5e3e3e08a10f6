import type { Content, ToldAlert } from '../alerts/index.ts'
import { oneLine } from '../text/index.ts'
import { statusAddress } from './addresses.ts'
import { deadlineOf } from './deadline.ts'
import { byUrgency, countsOf, markOf, toldVerdict } from './headline.ts'
import { type Entry, type Group, type Letter, plain } from './letter.ts'
import { linksOf } from './section.ts'
import { listIn, name, timeIn, type Voice } from './voice.ts'
import { whyTold } from './why.ts'

export type DigestPart = Pick<Letter, 'headline' | 'intro' | 'groups' | 'more'>

/**
 * What was kept for later, in brief: corrections first, then by agreement and by commitment. What several alerts are about
 * shows where it stands now, and how it got there.
 */
export function digestPart(
  voice: Voice,
  { alerts, rhythm }: Extract<Content, { readonly purpose: 'digest' }>,
): DigestPart {
  const { headlines, overview, counts, nothing, leftOut } = voice.words
  const headline = { day: headlines.digest.day, week: headlines.digest.week, alert: headlines.digest.kept }[rhythm]
  const matters = mattersOf(alerts)
  if (matters.length === 0) return { headline, intro: [nothing], groups: [], more: whyTold(voice, 'subscribed') }
  const kinds = countsOf(
    voice,
    matters.map((matter) => (isCorrected(matter) ? 'corrected' : matter.now.intent.kind)),
  )
  const shown = matters.slice(0, MOST_MATTERS)
  const unlisted = matters.length - shown.length
  return {
    headline,
    intro: [
      overview(alerts.length, matters.length),
      counts(listIn(voice, kinds)),
      ...(unlisted > 0 ? [leftOut(unlisted)] : []),
    ],
    groups: [
      ...corrections(voice, shown.filter(isCorrected)),
      ...byAgreement(
        voice,
        shown.filter((one) => !isCorrected(one)),
      ),
    ],
    more: whyTold(voice, shown.some(({ now }) => now.because === 'subscribed') ? 'subscribed' : 'was_told'),
  }
}

/** A mail with more is cut short by those who carry it. */
const MOST_MATTERS = 60

/** All that is told of one case, or of what else an alert is about. */
interface Matter {
  readonly now: ToldAlert
  /** The oldest first. */
  readonly earlier: readonly ToldAlert[]
}

/** Most urgent first, and before all what corrects. */
function mattersOf(alerts: readonly ToldAlert[]): readonly Matter[] {
  const told = new Map<string, ToldAlert[]>()
  for (const one of alerts.toSorted((a, b) => a.intent.number - b.intent.number)) {
    const key = JSON.stringify([one.intent.agreement, one.intent.about])
    told.set(key, [...(told.get(key) ?? []), one])
  }
  return [...told.values()]
    .flatMap((all): Matter[] => {
      const now = all.at(-1)
      return now ? [{ now, earlier: all.slice(0, -1) }] : []
    })
    .sort((a, b) => Number(isCorrected(b)) - Number(isCorrected(a)) || byUrgency(a.now, b.now))
}

function isCorrected({ now, earlier }: Matter): boolean {
  return [now, ...earlier].some(({ intent }) => intent.kind === 'corrected')
}

function corrections(voice: Voice, matters: readonly Matter[]): readonly Group[] {
  if (matters.length === 0) return []
  return [{ title: voice.words.corrections, url: null, commitments: byCommitment(voice, matters) }]
}

function byAgreement(voice: Voice, matters: readonly Matter[]): readonly Group[] {
  return grouped(matters, ({ now }) => now.intent.agreement).map((own) => {
    const { agreement } = own[0].now.intent.body
    return {
      title: name(agreement.title),
      url: statusAddress(voice.context.publicUrl, agreement.id),
      commitments: byCommitment(voice, own),
    }
  })
}

function byCommitment(voice: Voice, matters: readonly Matter[]): Group['commitments'] {
  return grouped(matters, ({ now }) => `${now.intent.agreement}/${now.intent.commitment ?? ''}`).map((own) => {
    const { body } = own[0].now.intent
    const title = body.about === 'case' ? name(body.commitment.title) : voice.words.wholeAgreement
    return { title, entries: own.map((matter) => entryOf(voice, matter)) }
  })
}

function entryOf(voice: Voice, { now, earlier }: Matter): Entry {
  const { words } = voice
  return {
    numbers: [now, ...earlier.toReversed()].map(({ intent }) => intent.number),
    mark: markOf(voice, now.intent),
    headline: matterName(voice, now),
    now: standing(voice, now),
    earlier:
      earlier.length === 0
        ? null
        : {
            title: words.earlier,
            lines: earlier.map((told) =>
              plain(words.earlierLine(timeIn(voice, told.intent.occurredAt), markOf(voice, told.intent).word)),
            ),
          },
    links: linksOf(voice, now).slice(0, 1),
  }
}

function matterName(voice: Voice, told: ToldAlert): string {
  const { body } = told.intent
  if (body.about === 'source') return name(body.source.title ?? body.source.id)
  if (body.about === 'agreement') return name(body.agreement.title)
  const part = casePart(body.after.id)
  return part === 'term' ? voice.words.wholeTerm : voice.words.caseOf(name(part))
}

/** Of `<agreement>/<commitment>@<case part>` what tells one case of a commitment from another. */
function casePart(id: string): string {
  return id.slice(id.indexOf('@') + 1)
}

function standing(voice: Voice, told: ToldAlert): readonly string[] {
  const { words } = voice
  const { body, kind } = told.intent
  if (body.about === 'source')
    return [
      words.changed.sourceSilent(name(body.source.title ?? body.source.id), timeIn(voice, body.source.expectedBy)),
    ]
  if (body.about === 'agreement') return [words.changed.ending(name(body.agreement.title), timeIn(voice, body.endsAt))]
  const before = toldVerdict(told)
  const { verdicts, changed, fact } = words
  return [
    ...(kind === 'corrected'
      ? [
          ...(before === null ? [] : [changed.correctionOfNone(verdicts[before])]),
          changed.correctionNow(verdicts[body.after.verdict]),
        ]
      : []),
    oneLine(body.after.explanation, LONGEST_EXPLANATION),
    ...(body.after.verdict === 'open'
      ? deadlineOf(voice, body).facts.map(({ label, value }) => fact(label, value))
      : []),
  ]
}

const LONGEST_EXPLANATION = 400

/** `items` that share a key, in the order in which the keys first come. */
function grouped<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly [T, ...T[]])[] {
  const groups = new Map<string, [T, ...T[]]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group) group.push(item)
    else groups.set(keyOf(item), [item])
  }
  return [...groups.values()]
}
