import { knownLocale } from '../text/index.ts'
import { english } from './catalogue/en.ts'

/** Every word and sentence of letters in one language. */
export type Catalogue = typeof english

/** The languages that letters can be written in. Another one is a file beside English, and a line here. */
const CATALOGUES = { en: english } satisfies Record<string, Catalogue>

export interface Language {
  /** Of what is written. */
  readonly tag: string
  readonly words: Catalogue
  /** How dates and numbers look in it: in its own words, and in the order and with the marks of the reader's country. */
  readonly formats: string
}

/** The language for whoever prefers `locale` (a BCP 47 tag): its own where there is one, else English. */
export function languageFor(locale: string): Language {
  const { language, region } = new Intl.Locale(knownLocale(locale))
  const tag = Object.hasOwn(CATALOGUES, language) ? (language as keyof typeof CATALOGUES) : 'en'
  return { tag, words: CATALOGUES[tag], formats: knownLocale(`${tag}-${region ?? REGION_OF_NONE}`) }
}

/** Whoever names no country gets the day before the month, and 24 hours. */
const REGION_OF_NONE = 'GB'
