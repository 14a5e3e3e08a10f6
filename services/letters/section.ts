import type { CaseNews, EndingNews, SourceNews, ToldAlert } from '../alerts/index.ts'
import { aboutAgreement, aboutCommitment, aboutSource, chartOf } from './about.ts'
import { caseAddress, linkTo, statusAddress } from './addresses.ts'
import { whatChanged } from './changed.ts'
import { deadlineOf, endOfTerm, expectationOf } from './deadline.ts'
import { evidenceOf } from './evidence.ts'
import { headlineOf, markOf } from './headline.ts'
import { type Link, plain, type Section } from './letter.ts'
import { whatHappensNext } from './next.ts'
import { name, timeIn, type Voice } from './voice.ts'
import { whyTold } from './why.ts'
import { whatWouldChange } from './would-change.ts'

/** An alert in full. */
export function sectionOf(voice: Voice, told: ToldAlert): Section {
  const { intent, because } = told
  return {
    number: intent.number,
    kind: intent.kind,
    severity: intent.severity,
    mark: markOf(voice, intent),
    headline: headlineOf(voice, told),
    why: whyTold(voice, because),
    next: whatHappensNext(voice, intent),
    links: linksOf(voice, told),
    ...substance(voice, told),
  }
}

/** Where to read more about what an alert is about. */
export function linksOf({ words, context }: Voice, { intent: { body } }: ToldAlert): readonly Link[] {
  const { publicUrl } = context
  const status = linkTo(words.links.status, statusAddress(publicUrl, body.agreement.id))
  if (body.about === 'agreement') return status
  if (body.about === 'source') return [...status, ...linkTo(words.links.source, body.source.url)]
  return [
    ...linkTo(words.links.case, caseAddress(publicUrl, body.agreement.id, body.after.id)),
    ...status,
    ...linkTo(words.links.text, body.commitment.clause?.url ?? null),
  ]
}

type Substance = Pick<Section, 'changed' | 'chart' | 'deadline' | 'evidence' | 'wouldChange' | 'about'>

function substance(voice: Voice, told: ToldAlert): Substance {
  const { body } = told.intent
  if (body.about === 'case') return ofCase(voice, told, body)
  return body.about === 'source' ? ofSource(voice, body) : ofEnding(voice, body)
}

function ofCase(voice: Voice, told: ToldAlert, news: CaseNews): Substance {
  return {
    changed: whatChanged(voice, told, news),
    chart: chartOf(voice, told.intent.number, news),
    deadline: deadlineOf(voice, news),
    evidence: evidenceOf(voice, news.after),
    wouldChange: whatWouldChange(voice, news),
    about: aboutCommitment(voice, news),
  }
}

function ofSource(voice: Voice, news: SourceNews): Substance {
  const { changed, evidence, wouldChange } = voice.words
  const { title, id, expectedBy, heardAt } = news.source
  return {
    changed: [changed.sourceSilent(name(title ?? id), timeIn(voice, expectedBy)), changed.sourceSilence],
    chart: null,
    deadline: expectationOf(voice, news),
    evidence: {
      title: evidence.title,
      lines: [plain(heardAt === null ? evidence.heardNothing : evidence.notHeardSince)],
    },
    wouldChange: { title: wouldChange.title, lines: [plain(wouldChange.sourceReports)] },
    about: aboutSource(voice, news),
  }
}

function ofEnding(voice: Voice, news: EndingNews): Substance {
  const { changed, evidence, wouldChange } = voice.words
  return {
    changed: [changed.ending(name(news.agreement.title), timeIn(voice, news.endsAt)), changed.endingMeans],
    chart: null,
    deadline: endOfTerm(voice, news),
    evidence: { title: evidence.title, lines: [plain(evidence.notNeeded)] },
    wouldChange: { title: wouldChange.title, lines: [plain(wouldChange.extension)] },
    about: aboutAgreement(voice, news),
  }
}
