import type { CaseResult } from '../../rules/index.ts'
import { oneLine } from '../text/index.ts'
import { eventAddress } from './addresses.ts'
import { type Line, type Part, plain } from './letter.ts'
import { name, type Voice } from './voice.ts'

/** The evidence that counts, each event with its address; of the rest, how much there is. */
export function evidenceOf(voice: Voice, { evidence, evidence_omitted }: CaseResult): Part {
  const { words } = voice
  const counted = evidence.filter(({ role }) => role !== 'ignored')
  const unlisted = counted.length - SHOWN
  const ignored = evidence.length - counted.length + evidence_omitted
  return {
    title: words.evidence.titled(counted.length),
    lines: [
      ...(counted.length === 0 ? [plain(words.evidence.none)] : []),
      ...counted.slice(0, SHOWN).map((one) => lineOf(voice, one)),
      ...(unlisted > 0 ? [plain(words.evidence.more(unlisted))] : []),
      ...(ignored > 0 ? [plain(words.evidence.ignored(ignored))] : []),
    ],
  }
}

/** More than anybody reads in a mail; the case has them all. */
const SHOWN = 20
const LONGEST_REASON = 300

function lineOf({ words, context }: Voice, { event, reason }: CaseResult['evidence'][number]): Line {
  const [id, source, why] = [name(event.id), name(event.source), oneLine(reason, LONGEST_REASON)]
  return {
    text:
      event.revision > 1
        ? words.evidence.revised(id, source, event.revision, why)
        : words.evidence.event(id, source, why),
    url: eventAddress(context.publicUrl, event),
  }
}
