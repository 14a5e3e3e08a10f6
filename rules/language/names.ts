import type { Duration } from './duration.ts'
import { type Located, type Reading, shown, suggestion } from './shape.ts'
import type { Place } from './yaml-tree.ts'

/** What one part of a rulebook declares and another refers to. */
export type NameKind = 'commitment' | 'text' | 'source' | 'term' | 'calendar' | 'fiscal year' | 'party'

/** The names of a rulebook: who declares them, who uses them; complains of duplicates, dangling and unused ones. */
export class Names {
  /** The titles of the parties, so that a code can be suggested for the name it stands for. */
  titles: ReadonlyMap<string, string> = new Map()
  private readonly declared = new Map<NameKind, Map<string, Place>>()
  private readonly used = new Map<NameKind, Set<string>>()
  private readonly to: Reading

  constructor(to: Reading) {
    this.to = to
  }

  declare(kind: NameKind, names: readonly Located<string>[]): void {
    const places = new Map<string, Place>()
    for (const { value, at } of names) {
      const before = places.get(value)
      if (before) {
        this.to.complain(
          at,
          'duplicate-id',
          `the ${kind} ${value} is declared twice; the first is on line ${before.line}`,
          'give one of them another id',
          'verdicts are addressed by it',
        )
      } else places.set(value, at)
    }
    this.declared.set(kind, places)
    this.used.set(kind, new Set())
  }

  /** Marks a name as used, without asking whether it exists. */
  use(kind: NameKind, name: string): void {
    this.used.get(kind)?.add(name)
  }

  /** The name, marked as used; undefined after a complaint when nothing declares it. */
  resolve(kind: NameKind, name: Located<string>): string | undefined {
    const known = this.declared.get(kind) ?? new Map<string, Place>()
    if (known.has(name.value)) {
      this.use(kind, name.value)
      return name.value
    }
    const near = suggestion(name.value, [...known.keys()])
    const section = SECTIONS[kind]
    return this.to.complain(
      name.at,
      'dangling-reference',
      `there is no ${kind} ${shown(name.value)}`,
      near || `declare it under ${section}, or name one that is there`,
    )
  }

  /** Every name of a list; undefined after a complaint. */
  resolveAll(kind: NameKind, names: readonly Located<string>[]): readonly string[] | undefined {
    const found = names.map((name) => this.resolve(kind, name))
    return found.includes(undefined) ? undefined : (found as string[])
  }

  /** A party: declared, or three capital letters that are not a slip for a declared one. */
  party(name: Located<string>): string | undefined {
    const known = this.declared.get('party') ?? new Map<string, Place>()
    if (known.has(name.value)) return name.value
    const near = suggestion(
      name.value,
      [...known.keys()].filter((k) => k.length > 3 || oneLetterOff(k, name.value)),
    )
    if (/^[A-Z]{3}$/.test(name.value) && near === '') return name.value
    const titled = [...this.titles].find(([, title]) => suggestion(name.value, [title]) !== '')
    return this.to.complain(
      name.at,
      'dangling-reference',
      `there is no party ${shown(name.value)}`,
      near ||
        (titled && `did you mean ${titled[0]} (${titled[1]})?`) ||
        'write its ISO 3166 code of three letters, or declare it under agreement.parties',
    )
  }

  /** Marks the calendar of a business-day duration as used, and complains when there is none. */
  useCalendarOf(duration: Duration | undefined, at: Place): void {
    if (duration?.unit === 'bd') this.resolve('calendar', { value: duration.calendar, at })
  }

  complainOfUnused(kinds: readonly NameKind[]): void {
    for (const kind of kinds) {
      for (const [name, at] of this.declared.get(kind) ?? []) {
        if (this.used.get(kind)?.has(name)) continue
        this.to.complain(
          at,
          'unused',
          `the ${kind} ${name} is not used`,
          `use it, or remove it from ${SECTIONS[kind]}`,
          'what nothing refers to is often a misspelt reference elsewhere',
        )
      }
    }
  }
}

const SECTIONS: Readonly<Record<NameKind, string>> = {
  commitment: 'commitments',
  text: 'agreement.texts',
  source: 'sources',
  term: 'terms',
  calendar: 'calendars',
  'fiscal year': 'agreement.fiscal_years',
  party: 'agreement.parties',
}

function oneLetterOff(a: string, b: string): boolean {
  return a.length === b.length && [...a].filter((c, i) => c !== b[i]).length === 1
}
