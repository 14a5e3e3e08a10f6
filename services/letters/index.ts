/** Letters: what a message says, before it is text, HTML or blocks for a chat. */
export { reportAddress } from './addresses.ts'
export { languageFor } from './catalogue.ts'
export { checkLetters } from './check-letters.ts'
export type { Acknowledged, ActionLinks, LetterContext } from './context.ts'
export type {
  Action,
  Chart,
  Entry,
  Fact,
  Facts,
  Group,
  Letter,
  Line,
  Link,
  Mark,
  Part,
  Section,
  Tone,
} from './letter.ts'
export { letterFor } from './letter-for.ts'
export { SAMPLE_CONTEXT, type Sample, samples } from './samples.ts'
export { type Speaker, speakerFor } from './voice.ts'
export { wouldChange } from './would-change.ts'
