import type { AlertKind, Severity } from '../alerts/index.ts'

/**
 * What a message says, before it is text, HTML or blocks of a chat. Every text is one harmless line, every address http(s).
 * A renderer lays it out in the order of the fields and adds no words of its own.
 */
export interface Letter {
  /** The language it is written in, as BCP 47 has it. */
  readonly language: string
  /** Never changes for one commitment, so that its mails stay one thread; it states no verdict. */
  readonly subject: string
  /** What an inbox may show beside the subject: what the message says first. */
  readonly preheader: string
  readonly mark: Mark | null
  readonly headline: string
  readonly intro: readonly string[]
  /** What is told in full. */
  readonly sections: readonly Section[]
  /** What is told in brief, by agreement. */
  readonly groups: readonly Group[]
  /** What else there is, a line each. */
  readonly more: Part | null
  readonly facts: Facts | null
  /** Where to read on. */
  readonly links: readonly Link[]
  readonly actions: readonly Action[]
  /** What to do about such messages: acknowledge, silence, unsubscribe. */
  readonly answers: Part
  readonly footer: readonly string[]
}

/** How grave something is: the colour that goes with a word, and never stands alone. */
export const TONES = ['bad', 'doubt', 'watch', 'good', 'plain'] as const
export type Tone = (typeof TONES)[number]

/** A word or two that say how it stands, with their colour. */
export interface Mark {
  readonly word: string
  readonly tone: Tone
  readonly severity: string | null
}

/** An alert in full, in the order in which it is read. */
export interface Section {
  /** The number of the intent. */
  readonly number: number
  readonly kind: AlertKind
  readonly severity: Severity
  readonly mark: Mark
  readonly headline: string
  /** Sentences: what changed, why, since when. */
  readonly changed: readonly string[]
  readonly chart: Chart | null
  readonly deadline: Facts
  readonly why: Part
  readonly evidence: Part
  readonly wouldChange: Part
  readonly next: Part
  readonly about: Facts
  readonly links: readonly Link[]
}

/** The alerts of a digest that belong together. */
export interface Group {
  readonly title: string
  readonly url: string | null
  readonly commitments: readonly { readonly title: string; readonly entries: readonly Entry[] }[]
}

/** Where one matter stands now, and how it got there. */
export interface Entry {
  /** The numbers of the intents it rests on, the latest first. */
  readonly numbers: readonly number[]
  readonly mark: Mark
  readonly headline: string
  readonly now: readonly string[]
  readonly earlier: Part | null
  readonly links: readonly Link[]
}

export interface Part {
  readonly title: string
  readonly lines: readonly Line[]
}

export interface Line {
  readonly text: string
  readonly url: string | null
}

export interface Facts {
  readonly title: string
  readonly facts: readonly Fact[]
}

export interface Fact {
  readonly label: string
  readonly value: string
}

export interface Link {
  readonly label: string
  readonly url: string
}

/** A picture that belongs here, made elsewhere and sent along under this content id. */
export interface Chart {
  readonly cid: string
  readonly alt: string
}

/** Something to be done with one press. */
export interface Action extends Link {
  readonly does: 'confirm' | 'acknowledge' | 'open' | 'silence' | 'unsubscribe'
}

/** A line that leads nowhere. */
export function plain(text: string): Line {
  return { text, url: null }
}
