import type { RawCommitment } from './commitment-shape.ts'
import { decimal } from './decimal.ts'
import { type Linking, linkDuring, linkEvery, linkOpening, type Raw, useCalendars } from './link-parts.ts'
import { linkPower } from './link-power.ts'
import { linkTotal } from './link-total.ts'
import type { Commitment, MaintainState } from './rulebook.ts'
import type { Reading } from './shape.ts'

/** Resolves the names in `raw` and turns it into a commitment; undefined after a complaint. */
export function linkCommitment(raw: RawCommitment, linking: Linking): Commitment | undefined {
  const before = linking.to.problems.length
  const linked = link(raw, linking)
  return linking.to.problems.length > before ? undefined : linked
}

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

function linkBase(raw: RawCommitment, linking: Linking) {
  const { names, to } = linking
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
  useCalendars(linking, raw.place, raw.settle, raw.grace, ...(raw.remind ?? []))
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
