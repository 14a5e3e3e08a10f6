import type { Duration } from './duration.ts'
import { type Located, type Reading, shown, suggestion } from './shape.ts'
import type { Place } from './yaml-tree.ts'

/** What one part of a rulebook declares and another refers to. */
export type NameKind = 'commitment' | 'text' | 'source' | 'term' | 'calendar' | 'fiscal year' | 'party'

/** The names of a rulebook: who declares them, who uses them; complains of duplicates, dangling and unused ones. */
export class Names {
  /** The titles of the parties, so that a code can be suggested for the name it stands for. */
  titles: ReadonlyMap<string, string> = new Map()
  /** Set when an included file could not be read: what it would have declared is then not missed. */
  incomplete = false
  private readonly included = new Map<NameKind, Map<string, string>>()
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
      const from = this.included.get(kind)?.get(value)
      if (from !== undefined) {
        this.to.complain(
          at,
          'duplicate-id',
          `the ${kind} ${value} is declared here and in the included ${from}`,
          'give this one another name, or remove it',
          'one word may mean only one thing',
        )
      }
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

  /** Names that the included file `from` declares; they may go unused. Complains at `at` when two files share one. */
  include(kind: NameKind, names: readonly Located<string>[], from: string, at: Place): void {
    const known = this.included.get(kind) ?? new Map<string, string>()
    this.included.set(kind, known)
    for (const { value } of names) {
      const other = known.get(value)
      if (other === undefined) known.set(value, from)
      else
        this.to.complain(
          at,
          'duplicate-id',
          `${from} declares the ${kind} ${shown(value)}, and so does ${other}`,
          'include only one of the two',
          'one word may mean only one thing',
        )
    }
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
    const included = this.included.get(kind)
    if (included?.has(name.value) || (this.incomplete && SHARED.has(kind))) return name.value
    const near = suggestion(name.value, [...known.keys(), ...(included?.keys() ?? [])])
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

/** What an included file can declare. */
const SHARED: ReadonlySet<NameKind> = new Set(['source', 'calendar', 'term'])

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
