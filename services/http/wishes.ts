import { nearest, type Rulebook } from '../../rules/index.ts'
import type { ProblemItem } from './problem.ts'

/** What is wrong with wishes that several resources have: a zone, a language, agreements and parties. */

export function zoneProblems(zone: string): readonly ProblemItem[] {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return []
  } catch {
    return [{ pointer: '/zone', message: `"${zone}" is no time zone`, mend: 'for example Europe/Kyiv' }]
  }
}

export function localeProblems(locale: string): readonly ProblemItem[] {
  try {
    Intl.getCanonicalLocales(locale)
    return []
  } catch {
    return [{ pointer: '/locale', message: `"${locale}" is no language tag`, mend: 'for example en-GB or de-DE' }]
  }
}

/** What names nothing that a rulebook in use has. @param asked  lists of names by the field they stand in */
export function nameProblems(
  asked: Readonly<Record<string, readonly string[] | null | undefined>>,
  known: Readonly<Record<string, readonly string[]>>,
  pointer: string,
): readonly ProblemItem[] {
  return Object.entries(asked).flatMap(([name, values]) => {
    const names = [...new Set(known[name])]
    return (values ?? []).flatMap((value, n) => {
      if (names.includes(value)) return []
      const near = nearest(value, names)
      const mend = near ? { mend: `Did you mean ${near}?` } : {}
      return [{ pointer: `${pointer}/${name}/${n}`, message: `No rulebook in use has "${value}".`, ...mend }]
    })
  })
}

export function scopeProblems(
  scope: { readonly agreements: readonly string[] | null; readonly parties: readonly string[] | null },
  rulebooks: readonly Rulebook[],
): readonly ProblemItem[] {
  const known = {
    agreements: rulebooks.map(({ id }) => id),
    parties: rulebooks.flatMap((one) => Object.keys(one.parties)),
  }
  return nameProblems({ ...scope }, known, '')
}
