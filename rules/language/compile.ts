import { createHash } from 'node:crypto'
import { type RawRulebook, rulebookShape } from './agreement-shape.ts'
import type { RawCommitment } from './commitment-shape.ts'
import { commitmentNodes, declaredKinds, declaredNames } from './declared.ts'
import { linkDefinitions, together } from './definitions.ts'
import { type Include, type IncludedFile, includeNames, noFiles, readIncluded } from './include.ts'
import { linkCommitment } from './link-commitment.ts'
import { type NameKind, Names } from './names.ts'
import type { Problem } from './problem.ts'
import { referencesIn } from './references.ts'
import type { Commitment, FiscalYear, InForce, Rulebook } from './rulebook.ts'
import { readScenarios } from './scenario.ts'
import { type Located, Reading } from './shape.ts'
import { checkStructure } from './structure.ts'
import { parseYaml, type YamlNode } from './yaml-tree.ts'

export type CompiledRulebook =
  | { readonly ok: true; readonly rulebook: Rulebook }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/**
 * Reads and checks the rulebook in `text`; `file` is its name in messages, and `include` gives the files of shared
 * definitions that it may include. Either every part of it is understood and every name resolved, or all the problems
 * found are listed in the order of the file, those of an included file after it.
 */
export function compileRulebook(text: string, file: string, include: Include = noFiles): CompiledRulebook {
  const yaml = parseYaml(text, file)
  if (!yaml.ok) return yaml
  const reading = new Reading(file, yaml.lines)
  const raw = rulebookShape.read(yaml.root, reading)
  const included = readIncluded(raw?.include ?? [], text, include, reading)
  const rulebook = raw && link(yaml.root, raw, text, file, included, reading)
  const elsewhere = included.flatMap((one) => one.problems)
  if (!rulebook || reading.problems.length + elsewhere.length > 0)
    return { ok: false, problems: [...inFileOrder(reading.problems), ...elsewhere] }
  return { ok: true, rulebook }
}

/** Commitments that could not be read as a whole still have their names looked up. */
function checkUnread(root: YamlNode, { commitments = [] }: Partial<RawRulebook>, names: Names): void {
  for (const node of commitmentNodes(root)) {
    if (commitments.some((c) => c.place.line === node.at.line && c.place.column === node.at.column)) continue
    for (const { kind, name } of referencesIn(node)) {
      if (kind === 'party') names.party(name)
      else names.resolve(kind, name)
    }
  }
}

/** A rulebook that includes nothing is known by its own text alone. */
function hashOf(text: string, files: readonly IncludedFile[]): string {
  const whole =
    files.length === 0 ? text : JSON.stringify([text, ...files.map(({ source }) => [source.name, source.text])])
  return createHash('sha256').update(whole).digest('hex')
}

function inFileOrder(problems: readonly Problem[]): readonly Problem[] {
  return [...problems].sort((a, b) => a.line - b.line || a.column - b.column)
}

function link(
  root: YamlNode,
  raw: Partial<RawRulebook>,
  text: string,
  file: string,
  included: readonly IncludedFile[],
  to: Reading,
): Rulebook | undefined {
  const { agreement } = raw
  const soundlyRead = to.problems.length === 0
  const names = new Names(to)
  includeNames(included, names)
  for (const [kind, declared] of Object.entries(declaredNames(root))) names.declare(kind as NameKind, declared)
  names.titles = new Map([...(agreement?.parties ?? [])].map(([code, title]) => [code, title.value]))
  const kinds = declaredKinds(root)
  const inForce = agreement && readInForce(agreement.in_force, names, to)
  const shared = included.map((one) => one.definitions)
  const own = linkDefinitions(
    raw,
    names,
    to,
    shared.flatMap((one) => one.sources),
  )
  const definitions = together([own, ...shared])
  const { sources, calendars, terms } = definitions
  const commitments = (raw.commitments ?? []).map((c: RawCommitment) => linkCommitment(c, { names, kinds, terms, to }))
  const sound = commitments.filter((c): c is Commitment => c !== undefined)
  checkUnread(root, raw, names)
  if (sound.some((c) => c.evidence.minimumSources > 1)) for (const source of sources) names.use('source', source.id)
  checkStructure(sound, to)
  if (!agreement) return undefined
  const tests = readScenarios(raw.tests ?? [], agreement.zone, [...kinds.keys()], to)
  // A part that could not be read may be the one that uses a name.
  if (soundlyRead) names.complainOfUnused(['term', 'source', 'calendar', 'text'])
  if (sound.length < commitments.length || !inForce) return undefined
  return {
    id: agreement.id.value,
    title: agreement.title,
    legalForce: agreement.legal_force,
    visibility: agreement.visibility ?? 'internal',
    file,
    hash: hashOf(text, included),
    included: included.map((one) => one.source),
    parties: Object.fromEntries([...(agreement.parties ?? [])].map(([code, name]) => [code, name.value])),
    signed: agreement.signed ?? null,
    inForce,
    where: { zone: agreement.zone, calendars },
    fiscalYears: readFiscalYears(agreement),
    texts: (agreement.texts ?? []).map((t) => ({
      id: t.id.value,
      title: t.title,
      url: t.url ?? null,
      published: t.published ?? null,
    })),
    note: agreement.note ?? null,
    sources,
    terms: terms.episodes,
    commitments: sound,
    tests,
  }
}

function readInForce(
  raw: Located<RawRulebook['agreement']['in_force']['value']>,
  names: Names,
  to: Reading,
): InForce | undefined {
  const { from, when, term, until } = raw.value
  const doubled = term !== undefined && until !== undefined
  if (doubled)
    to.complain(raw.at, 'wrong-form', 'in_force has both a term and an until', 'keep the one that the text states')
  if ((from === undefined) === (when === undefined)) {
    return to.complain(
      raw.at,
      'wrong-form',
      from === undefined ? 'in_force has neither from nor when' : 'in_force has both from and when',
      'write the first day (from), or the event that brings it into force (when)',
    )
  }
  if (doubled) return undefined
  if (from !== undefined && until !== undefined && until < from) {
    return to.complain(
      raw.at,
      'impossible-date',
      `the agreement ends (${until}) before it begins (${from})`,
      'check the two dates',
    )
  }
  names.useCalendarOf(term, raw.at)
  return { from: from ?? null, when: when ?? [], term: term ?? null, until: until ?? null }
}

function readFiscalYears(agreement: RawRulebook['agreement']): ReadonlyMap<string, FiscalYear> {
  const years = new Map<string, FiscalYear>()
  for (const [party, { value }] of agreement.fiscal_years ?? []) {
    years.set(
      party,
      typeof value === 'string'
        ? { starts: value, named: 'start' }
        : { starts: value.starts, named: value.named ?? 'start' },
    )
  }
  return years
}
