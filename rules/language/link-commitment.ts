import type { Kind } from '../engine/result.ts'
import type { RawCommitment, RawWhen } from './commitment-shape.ts'
import { decimal, dividedBy } from './decimal.ts'
import type { Duration } from './duration.ts'
import type { Names } from './names.ts'
import type {
  Commitment,
  Convert,
  Counting,
  During,
  Effect,
  EventState,
  MaintainState,
  Recurrence,
  Target,
  When,
} from './rulebook.ts'
import type { Located, Reading } from './shape.ts'
import type { Place } from './yaml-tree.ts'

export interface Linking {
  readonly names: Names
  readonly kinds: ReadonlyMap<string, Kind>
  readonly to: Reading
}

/** Resolves the names in `raw` and turns it into a commitment; undefined after a complaint. */
export function linkCommitment(raw: RawCommitment, linking: Linking): Commitment | undefined {
  const before = linking.to.problems.length
  const linked = link(raw, linking)
  return linking.to.problems.length > before ? undefined : linked
}

type Raw<K extends Kind> = Extract<RawCommitment, { kind: K }>

function link(raw: RawCommitment, linking: Linking): Commitment {
  const base = linkBase(raw, linking)
  switch (raw.kind) {
    case 'act':
      return { ...base, ...linkAct(raw, linking) }
    case 'total':
      return { ...base, ...linkTotal(raw, linking) }
    case 'maintain':
      useCalendars(linking, raw.place, raw.lapse_allowed)
      return {
        ...base,
        kind: 'maintain',
        state: linkState(raw.state, linking.to),
        lapseAllowed: raw.lapse_allowed ?? null,
        during: linkDuring(raw.during, linking),
      }
    case 'prohibit':
      return {
        ...base,
        kind: 'prohibit',
        what: raw.what,
        unclear: raw.unclear ?? [],
        during: linkDuring(raw.during, linking),
      }
    case 'endeavour':
      useCalendars(linking, raw.place, raw.stalled_after)
      return {
        ...base,
        kind: 'endeavour',
        signsOfEffort: raw.signs_of_effort,
        stalledAfter: raw.stalled_after ?? null,
        judgedBy: raw.judged_by ?? null,
        outcome: raw.outcome ?? [],
        during: linkDuring(raw.during, linking),
      }
    case 'power':
      return { ...base, ...linkPower(raw, linking) }
  }
}

function linkBase(raw: RawCommitment, { names, kinds, to }: Linking) {
  for (const party of [...raw.by, ...(raw.to ?? [])]) names.party(party)
  const readingOf = raw.reading_of ? names.resolve('commitment', raw.reading_of) : null
  if (readingOf !== null && readingOf === raw.id && raw.reading_of) {
    to.complain(
      raw.reading_of.at,
      'cycle',
      `${raw.id} is a reading of itself`,
      'name the commitment that it reads differently',
    )
  }
  const text = raw.clause?.text ? names.resolve('text', raw.clause.text) : null
  useCalendars({ names, kinds, to }, raw.place, raw.settle, raw.grace, ...(raw.remind ?? []))
  return {
    id: raw.id,
    title: raw.title,
    by: raw.by.map((party) => party.value),
    to: (raw.to ?? []).map((party) => party.value),
    severity: raw.severity ?? ('warning' as const),
    tags: raw.tags ?? [],
    clause: raw.clause ? { text: text ?? null, ref: raw.clause.ref ?? null, quote: raw.clause.quote ?? null } : null,
    note: raw.note ?? null,
    readingOf: readingOf ?? null,
    remind: raw.remind ?? [],
    settle: raw.settle ?? null,
    grace: raw.grace ?? null,
    evidence: {
      accepts: raw.accepts ?? null,
      minimumSources: raw.minimum_sources ?? 1,
      reportedBy: raw.reported_by ? (names.resolveAll('source', raw.reported_by) ?? []) : [],
    },
    excusedBy: raw.excused_by ?? [],
    suspension: raw.suspension ?? ('tolls' as const),
    survives: raw.survives ?? false,
    at: raw.place,
  }
}

function linkOpening(raw: Raw<'act'> | Raw<'power'>, linking: Linking) {
  return {
    when: linkWhen(raw.when, linking),
    onlyIf: raw.only_if ? eventState(raw.only_if.state) : null,
    unless: raw.unless ? eventState(raw.unless.state) : null,
  }
}

function eventState(raw: {
  readonly starts: EventState['starts']
  readonly ends: EventState['ends']
  readonly initially?: boolean | undefined
}): EventState {
  return { starts: raw.starts, ends: raw.ends, initially: raw.initially ?? null }
}

/** Which kinds can be exercised, breached, met. */
const CAN: Readonly<Record<'exercised' | 'breached' | 'met', (kind: Kind) => boolean>> = {
  exercised: (kind) => kind === 'power',
  breached: (kind) => kind !== 'power' && kind !== 'endeavour',
  met: (kind) => kind !== 'power',
}

function linkWhen(raw: RawWhen | undefined, { names, kinds, to }: Linking): When | null {
  if (!raw) return null
  if (raw.kind === 'event') return raw
  if (raw.kind === 'episode') return { kind: 'episode', term: names.resolve('term', raw.of) ?? '' }
  const of = names.resolve('commitment', raw.of)
  const kind = of === undefined ? undefined : kinds.get(of)
  if (of !== undefined && kind && !CAN[raw.kind](kind)) {
    const said = {
      exercised: 'only a power is exercised',
      breached: 'it is never breached by itself',
      met: 'a power is exercised, not met',
    }[raw.kind]
    to.complain(
      raw.of.at,
      'wrong-kind',
      `${of} is of kind ${kind}: ${said}`,
      raw.kind === 'exercised' ? 'name a power' : 'name an act, a total or another duty',
    )
  }
  return { kind: raw.kind, of: of ?? '' }
}

function linkAct(raw: Raw<'act'>, linking: Linking) {
  const { to } = linking
  const early = raw.early_counts ?? false
  useCalendars(linking, raw.place, raw.within, typeof early === 'boolean' ? undefined : early)
  if (raw.when === undefined && raw.every === undefined && raw.by_date === undefined) {
    to.complain(
      raw.place,
      'missing-key',
      `${raw.id} says neither when it is owed nor by when`,
      'add when, every or by_date',
      'without one there is no occasion on which it has to be kept',
    )
  }
  if (raw.within !== undefined && raw.when === undefined && raw.every === undefined) {
    to.complain(
      raw.place,
      'missing-key',
      `${raw.id} has within but nothing it is counted from`,
      'add when (a trigger) or every (a period)',
    )
  }
  if (raw.within !== undefined && raw.by_date !== undefined) {
    to.complain(
      raw.place,
      'wrong-form',
      `${raw.id} has both within and by_date`,
      'keep the deadline that the text states',
    )
  }
  if (raw.every !== undefined && (raw.when !== undefined || raw.by_date !== undefined)) {
    to.complain(
      raw.every.at,
      'wrong-form',
      `${raw.id} has every beside ${raw.when ? 'when' : 'by_date'}`,
      'write two commitments',
    )
  }
  if (raw.repairs && !(raw.when && raw.when.kind === 'breached')) {
    to.complain(
      raw.place,
      'wrong-form',
      `${raw.id} repairs, but no breach triggers it`,
      'add when: {breached: <commitment>}',
    )
  }
  return {
    kind: 'act' as const,
    ...linkOpening(raw, linking),
    counts: raw.counts,
    within: raw.within ?? null,
    byDate: raw.by_date ?? null,
    every: linkEvery(raw, linking),
    earlyCounts: early,
    stillOwed: raw.still_owed_after_deadline ?? true,
    repairs: raw.repairs ?? false,
  }
}

function linkEvery(raw: Raw<'act'> | Raw<'power'> | Raw<'total'>, { names, to }: Linking): Recurrence | null {
  const { from, until } = raw
  if (from !== undefined && until !== undefined && until < from) {
    to.complain(raw.place, 'impossible-date', `until (${until}) is before from (${from})`, 'check the two dates')
  }
  if (raw.every === undefined) {
    if (from !== undefined || until !== undefined)
      to.complain(
        raw.place,
        'missing-key',
        'from and until stand here without every',
        'add every, or write during: {from, until}',
      )
    return null
  }
  const { value } = raw.every
  const every =
    typeof value === 'string' ? value : { fiscalYear: names.resolve('fiscal year', value.fiscal_year) ?? '' }
  return { every, from: from ?? null, until: until ?? null }
}

function linkDuring(raw: Raw<'total'>['during'], { names, to }: Linking): During | null {
  if (raw === undefined) return null
  const { value, at } = raw
  if (value === 'term') return { kind: 'term' }
  const { calendar_year: year, fiscal_year: fiscal, of, from, until } = value
  const forms = [year !== undefined, fiscal !== undefined, from !== undefined || until !== undefined].filter(
    Boolean,
  ).length
  if (forms === 1 && year !== undefined && of === undefined) return { kind: 'calendar_year', year }
  if (forms === 1 && fiscal !== undefined && of !== undefined)
    return { kind: 'fiscal_year', year: fiscal, of: names.resolve('fiscal year', of) ?? '' }
  if (forms === 1 && from !== undefined && until !== undefined && of === undefined) {
    if (until < from)
      to.complain(at, 'impossible-date', `the period ends (${until}) before it begins (${from})`, 'check the two dates')
    return { kind: 'range', from, until }
  }
  to.complain(
    at,
    'wrong-form',
    'this is no period',
    'write term, {calendar_year: 2024}, {fiscal_year: 2024, of: JPN} or {from: 2024-01-01, until: 2024-06-30}',
  )
  return null
}

function linkTotal(raw: Raw<'total'>, linking: Linking) {
  const { to } = linking
  if ([raw.during, raw.every, raw.by_date].filter((part) => part !== undefined).length !== 1) {
    to.complain(
      raw.place,
      'wrong-form',
      `${raw.id} has not exactly one of during, every and by_date`,
      'say over which period the total is counted',
    )
  }
  const target = linkTarget(raw, to)
  const counts = raw.counts.map((counting): Counting => {
    const { amount, quantity, distinct, currency, dedupe, match, place } = counting
    const measures = [amount, quantity, distinct].filter((part) => part !== undefined)
    if (measures.length > 1)
      to.complain(place, 'wrong-form', 'counts has more than one of amount, quantity and distinct', 'keep one')
    if (currency !== undefined && amount === undefined)
      to.complain(
        place,
        'wrong-form',
        'counts has a currency but no amount',
        'add amount: the field that holds the sum',
      )
    if (currency !== undefined && !/^[A-Z]{3}$/.test(target.unit)) {
      to.complain(
        place,
        'unit',
        `amounts in a currency cannot add up to ${target.unit}`,
        'write a currency (ISO 4217, such as USD) as the unit, or count a quantity',
      )
    }
    const measure = amount ? 'amount' : quantity ? 'quantity' : distinct ? 'distinct' : 'events'
    return {
      match,
      measure,
      path: amount ?? quantity ?? distinct ?? [],
      currency: currency ?? null,
      dedupe: dedupe ?? null,
    }
  })
  if (raw.convert && counts.every((counting) => counting.currency === null)) {
    to.complain(
      raw.convert.place,
      'unit',
      'convert stands here, but no currency is counted',
      'add currency to counts, or remove convert',
    )
  }
  useCalendars(linking, raw.place, raw.convert?.max_age)
  return {
    kind: 'total' as const,
    target,
    counts,
    during: linkDuring(raw.during, linking),
    every: linkEvery(raw, linking),
    byDate: raw.by_date ?? null,
    convert: linkConvert(raw),
  }
}

const SEVEN_DAYS: Duration = { unit: 'd', count: 7, text: '7d' }

function linkConvert(raw: Raw<'total'>): Convert {
  const rate = raw.convert?.rate ?? 'flow_day'
  return {
    rate: typeof rate === 'string' ? rate : new Map([...rate].map(([currency, { value }]) => [currency, value])),
    series: raw.convert?.series ?? 'fx',
    via: raw.convert?.via ?? null,
    maxAge: raw.convert?.max_age ?? SEVEN_DAYS,
  }
}

const DEFAULT_RISK = dividedBy(decimal(80), decimal(100))

function linkTarget(raw: Raw<'total'>, to: Reading): Target {
  const { target } = raw
  const { at_least: least, at_most: most, percent_of: percentOf, path } = target
  const figure = least ?? most
  if ((least === undefined) === (most === undefined)) {
    to.complain(
      target.place,
      'wrong-form',
      figure === undefined ? 'the target has neither at_least nor at_most' : 'the target has both at_least and at_most',
      'a floor is at_least, a ceiling ("up to") is at_most',
    )
  }
  if (figure?.percent && percentOf === undefined) {
    to.complain(
      target.place,
      'unit',
      'the target is a percentage of nothing',
      'add percent_of: {indicator: …}, or write the figure',
    )
  }
  const watched = path !== undefined || target.at_risk_below !== undefined
  if (watched && most !== undefined)
    to.complain(target.place, 'wrong-form', 'a ceiling has no pace', 'remove path and at_risk_below')
  const dated =
    path instanceof Map
      ? [...path].map(([on, { value }]) => ({ on, share: value })).sort((a, b) => (a.on < b.on ? -1 : 1))
      : []
  return {
    bound: most !== undefined ? 'at_most' : 'at_least',
    amount: figure?.amount ?? decimal(0),
    unit: target.unit,
    percentOf: percentOf ? { indicator: percentOf.indicator, year: percentOf.year ?? 'same' } : null,
    approximately: target.approximately ?? null,
    path: watched ? dated : null,
    partial: target.shortfall === 'partial',
    atRiskBelow: target.at_risk_below ?? DEFAULT_RISK,
  }
}

function linkState(raw: Raw<'maintain'>['state'], to: Reading): MaintainState {
  const { starts, ends, initially, indicator, at_least: least, at_most: most, unit } = raw.value
  const byEvents =
    starts !== undefined && ends !== undefined && indicator === undefined && least === undefined && most === undefined
  const byIndicator =
    indicator !== undefined &&
    (least === undefined) !== (most === undefined) &&
    starts === undefined &&
    ends === undefined &&
    initially === undefined
  if (!byEvents && !byIndicator) {
    to.complain(
      raw.at,
      'wrong-form',
      'this is no state',
      'write {starts, ends, initially}, or {indicator, at_least} or {indicator, at_most}',
    )
  }
  if (starts !== undefined) return { kind: 'events', starts, ends: ends ?? [], initially: initially ?? null }
  return {
    kind: 'indicator',
    series: indicator ?? '',
    bound: most !== undefined ? 'at_most' : 'at_least',
    amount: (least ?? most)?.amount ?? decimal(0),
    unit: unit ?? null,
  }
}

function linkPower(raw: Raw<'power'>, linking: Linking) {
  const once = raw.once_per ?? null
  useCalendars(
    linking,
    raw.place,
    raw.available_after,
    raw.available_for,
    once === null || once === 'case' ? undefined : once,
  )
  if (raw.every !== undefined && raw.when !== undefined) {
    linking.to.complain(raw.every.at, 'wrong-form', `${raw.id} has every beside when`, 'write two powers')
  }
  return {
    kind: 'power' as const,
    ...linkOpening(raw, linking),
    exercisedBy: raw.exercised_by,
    every: linkEvery(raw, linking),
    availableAfter: raw.available_after ?? null,
    availableFor: raw.available_for ?? null,
    oncePer: once,
    effect: linkEffect(raw.effect, linking),
    withdrawnBy: raw.withdrawn_by ?? [],
  }
}

function linkEffect(raw: Raw<'power'>['effect'], linking: Linking): Effect | null {
  if (raw === undefined) return null
  const { names, kinds, to } = linking
  const { ends, suspends, resumes, waives, extends: extended, by, after: delay } = raw.value
  useCalendars(linking, raw.at, by, delay)
  const after = delay ?? null
  const named = [ends, suspends, resumes, waives, extended].filter((part) => part !== undefined)
  if (named.length !== 1 || (extended === undefined) !== (by === undefined)) {
    to.complain(
      raw.at,
      'wrong-form',
      'an effect names not exactly one thing',
      'write one of ends, suspends, resumes, waives, or extends with by',
    )
    return null
  }
  if (ends) return { kind: 'ends', after }
  if (extended && by) {
    const commitment = names.resolve('commitment', extended) ?? ''
    const kind = kinds.get(commitment)
    if (kind && kind !== 'act' && kind !== 'power')
      to.complain(
        extended.at,
        'wrong-kind',
        `${commitment} is of kind ${kind} and has no deadline to extend`,
        'name an act or a power',
      )
    return { kind: 'extends', commitment, by, after }
  }
  const kind = suspends ? 'suspends' : resumes ? 'resumes' : 'waives'
  return {
    kind,
    commitments: names.resolveAll('commitment', suspends ?? resumes ?? waives ?? ([] as Located<string>[])) ?? [],
    after,
  }
}

function useCalendars({ names }: Linking, at: Place, ...durations: readonly (Duration | undefined)[]): void {
  for (const duration of durations) names.useCalendarOf(duration, at)
}
