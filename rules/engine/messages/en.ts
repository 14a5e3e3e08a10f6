import type { Catalogue, Values } from './catalogue.ts'

const count = (n: string | number | null | undefined, one: string, many: string): string =>
  `${n} ${n === 1 ? one : many}`
const amount = (value: string | number | null | undefined, unit: string | number | null | undefined): string =>
  value === null || value === undefined
    ? 'an amount that is not known'
    : `${grouped(String(value))} ${unit ?? ''}`.trim()

/** Thousands set apart, so that billions can be read. */
function grouped(digits: string): string {
  const [whole = '', fraction] = digits.split('.')
  const spaced = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',')
  return fraction === undefined ? spaced : `${spaced}.${fraction}`
}

function interval(v: Values): string {
  if (v.min === v.max) return amount(v.min, v.unit)
  if (v.max === null) return `at least ${amount(v.min, v.unit)} (how much more is not known)`
  if (v.min === null) return `at most ${amount(v.max, v.unit)} (how much less is not known)`
  if (Number(v.source) + Number(v.time) > 0)
    return `${amount(v.min, v.unit)} for certain, and up to ${amount(v.max, v.unit)} with what is only possible,`
  return `between ${grouped(String(v.min))} and ${amount(v.max, v.unit)}`
}

const goal = (v: Values): string =>
  `${v.bound === 'at_most' ? 'the ceiling of' : 'the target of'} ${amount(v.target, v.unit)}`
const flows = (v: Values): string => {
  const counted = v.flows === 0 ? 'nothing counted' : `${count(v.flows, 'flow', 'flows')} counted`
  const rates = v.rateLow === v.rateHigh ? v.rateLow : `${v.rateLow} to ${v.rateHigh}`
  return Number(v.converted) > 0 ? `${counted}, ${v.converted} of them converted at ${rates}` : counted
}
const NOT_CERTAIN = 'not told for certain by the sources that decide here'
const OPEN_POINTS = {
  source: `possible only (${NOT_CERTAIN})`,
  time: 'possible only (its time is not exact enough)',
  rateless: 'without an exchange rate',
  valueless: 'without an amount',
  rate: 'uncertain in the exchange rate only',
  value: 'uncertain in the amount only',
} as const
const doubt = (v: Values): string => {
  const open = Object.entries(OPEN_POINTS).filter(([point]) => Number(v[point]) > 0)
  const how = open.map(([point, what]) => `${v[point] === v.flows ? `all ${v.flows}` : `${v[point]} of them`} ${what}`)
  if (v.flows === 1 && open[0]) return `; ${open[0][1]}: ${v.settles}`
  return open.length === 0 ? '' : `; ${how.join(', ')}, above all ${v.settles}`
}
const shared = (v: Values): string => (v.shared == null ? '' : `, as one with ${v.shared}`)
const forPeriod = (v: Values): string => (v.period === 'term' ? '' : ` for ${v.period}`)

/** English. */
export const english: Catalogue = {
  explanations: {
    dormant: (v) => (v.opens === null ? 'The agreement is not in force yet.' : `Not begun: it starts on ${v.opens}.`),
    judged: (v) =>
      `Judged ${v.verdict} on ${v.on}${v.why === null ? '' : `: ${v.why}`}${v.computed === v.verdict ? '' : ` (the evidence alone would say ${v.computed})`}.`,
    excused: (v) => `Excused or waived by ${v.event} of ${v.on}.`,
    discharged: (v) => `Discharged by ${v.event} of ${v.on}, before it was due.`,
    terminated: (v) => `The agreement ended on ${v.on}, before this was settled.`,
    repaired: () => 'It was not kept, and what was missed has been made good since.',
    awaiting: (v) =>
      `It cannot be said yet: ${v.sources} ${v.many === 1 ? 'is' : 'are'} not known to be complete up to ${v.close}, and silence without a report is no proof.`,
    awaiting_total: (v) =>
      `It cannot be said yet: on record is ${interval(v)} against ${goal(v)}${forPeriod(v)} (${flows(v)}${doubt(v)}), but ${v.sources} ${v.many === 1 ? 'is' : 'are'} not known to be complete up to ${v.close}.`,
    possible_trigger: (v) =>
      `It cannot be said: whether this was owed at all is open, because what would have triggered it (${v.trigger}) is ${v.doubts}.`,
    possible_excuse: () =>
      'It cannot be said: an event that may excuse it is on record, but not for certain; its exact time or a confirmation would settle it.',
    suspended: (v) => `Suspended since ${v.since}: the clock stands still.`,
    act_open: (v) =>
      v.due === null
        ? 'Owed, without a deadline; nothing that counts has been reported.'
        : `Owed by ${v.due}; nothing that counts has been reported so far.`,
    act_open_possible: (v) =>
      `Owed by ${v.due}; ${v.event} may count, but ${v.doubts}: its exact time or a confirmation would settle it.`,
    act_overdue: (v) => `Overdue: it was due on ${v.due}, and the tolerance ends on ${v.close}.`,
    act_met: (v) => `Performed in time: ${v.event} of ${v.on}${v.due === null ? '' : `, due by ${v.due}`}.`,
    act_met_late: (v) => `Performed, but late: ${v.event} of ${v.on}, due by ${v.due}.`,
    act_breached: (v) => `Nothing that counts is on record between ${v.opened} and ${v.close}.`,
    act_unknown: (v) =>
      `It cannot be said: ${v.event} may have come in time, but ${v.doubts}; its exact time or a confirmation would settle it.`,
    total_no_indicator: (v) =>
      `It cannot be said: ${v.indicator} has no published value for ${v.year}, so there is no target to compare with.`,
    total_open: (v) => `So far ${interval(v)} against ${goal(v)}${forPeriod(v)}: ${flows(v)}${doubt(v)}.`,
    total_met: (v) =>
      `${v.bound === 'at_most' ? 'Kept' : 'Reached'}: ${interval(v)} against ${goal(v)}${forPeriod(v)}; ${flows(v)}${doubt(v)}.`,
    total_breached: (v) =>
      `${v.bound === 'at_most' ? 'Exceeded' : 'Missed'}: ${interval(v)} against ${goal(v)}${forPeriod(v)}; ${flows(v)}${doubt(v)}.`,
    total_partly_met: (v) => `Given in part: ${interval(v)} against ${goal(v)}${forPeriod(v)}; ${flows(v)}${doubt(v)}.`,
    total_unknown: (v) =>
      `It cannot be said whether ${goal(v)}${forPeriod(v)} was ${v.bound === 'at_most' ? 'exceeded' : 'reached'}: on record is ${interval(v).replace(/,$/, '')}; ${flows(v)}${doubt(v)}${
        v.missing === 'missing_rate'
          ? '; an exchange rate for it would settle more'
          : v.missing === 'missing_amount'
            ? '; its amount would settle more'
            : ''
      }.`,
    maintain_open: (v) =>
      `Kept up so far: no lapse${v.allowed === null ? '' : ` longer than ${v.allowed}`} is on record.`,
    maintain_met: (v) =>
      `Kept up throughout: no lapse${v.allowed === null ? '' : ` longer than ${v.allowed}`} is on record.`,
    maintain_breached: (v) => `Not kept up: ${count(v.count, 'lapse', 'lapses')}, the first since ${v.since}.`,
    maintain_unknown: (v) =>
      v.since === null
        ? v.event === null
          ? 'It cannot be said: nothing on record tells whether the state holds.'
          : `It cannot be said: whether the state holds rests on ${v.event} alone, which is disputed or does not count as certain; a confirmed report would settle it.`
        : `It cannot be said: the state may have lapsed since ${v.since}; the exact time or a confirmation would settle it.`,
    prohibit_open: () => 'Respected so far: no violation is on record.',
    prohibit_met: () => 'Respected throughout: no violation is on record.',
    prohibit_breached: (v) => `Violated ${count(v.count, 'time', 'times')}, first by ${v.event}.`,
    prohibit_unknown: (v) =>
      `It cannot be said: ${v.event} would violate it, but ${v.doubts}; a confirmation or its exact time would settle it.`,
    prohibit_needs_judgement: (v) =>
      `A person has to judge whether ${v.event} violates it (${count(v.unclear, 'unclear event', 'unclear events')}).`,
    endeavour_open: (v) =>
      Number(v.signs) === 0
        ? 'No sign of effort is on record so far.'
        : `Under way: ${count(v.signs, 'sign', 'signs')} of effort on record${v.last === null ? '' : `, the last of ${v.last}`}.`,
    endeavour_stalled: (v) =>
      v.last === null ? 'No sign of effort is on record.' : `No sign of effort since ${v.last}.`,
    endeavour_met: (v) => `The goal was reached: ${v.event} of ${v.on}.`,
    endeavour_needs_judgement: (v) =>
      `The time is over: ${v.judgedBy ?? 'a person'} has to judge whether the effort sufficed (${count(v.signs, 'sign', 'signs')} on record).`,
    endeavour_unknown: (v) =>
      `It cannot be said: ${v.event} may be the outcome, but ${v.doubts}; a confirmation or its exact time would settle it.`,
    power_open: (v) =>
      v.due === null ? 'May be exercised; nobody has so far.' : `May be exercised until ${v.due}; nobody has so far.`,
    power_exercised: (v) => `Exercised by ${v.event} of ${v.on}.`,
    power_lapsed: (v) => `Not exercised before ${v.close}: the right lapsed, and nothing was owed.`,
    power_unknown: (v) =>
      `It cannot be said whether it was exercised: ${v.event} may count, but ${v.doubts}; its exact time or a confirmation would settle it.`,
    plain: (v) => `${v.verdict}.`,
  },
  changes: {
    time: (v) => `With no news it becomes ${v.verdict} on ${v.on}.`,
    settle_time: (v) => `The exact time of ${v.event}, or its retraction.`,
    settle_source: (v) =>
      v.sources === ''
        ? `A confirmation of ${v.event}, or its retraction.`
        : `The same as ${v.event} told for certain by ${v.sources}, or its retraction.`,
    watermark: (v) => `A watermark of ${v.sources} through ${v.close}: then silence counts.`,
    indicator: () => 'A published value of the figure that the target is a share of.',
    retraction: (v) => `A correction or retraction of ${v.event}.`,
    performance: (v) =>
      v.due === null ? 'A report of what was promised.' : `A report of what was promised, dated ${v.due} or before.`,
    amount: (v) => `Another ${grouped(String(v.missing))} ${v.unit} on record for certain within the period.`,
    violation: () => 'A report of a violation within the period.',
    lapse: () => 'A report that the state has ended.',
    judgement: () => 'A judgement.',
    waiver: () => 'A waiver, a judgement, or a correction of the evidence.',
    is_final: () => 'Final. A later correction can still change it, and whoever was told is told again.',
    not_while_open: () => 'Not final while it is open.',
    not_while_awaiting: () => 'Not final while reports are awaited.',
    not_before_judgement: () => 'Not final before somebody has judged it.',
    not_yet: () => 'Not final yet.',
    final_on: (v) => `Final on ${v.on}, unless news changes it before.`,
  },
  reasons: {
    trigger: () => 'opened this case',
    in_time: () => 'performed in time',
    maybe_time: () => 'possible only: its time is not exact enough',
    maybe_source: () => `possible only: ${NOT_CERTAIN}`,
    late: () => 'performed after the deadline',
    late_in_doubt: () => 'after the deadline, and not certain',
    names_nothing: () => 'does not name what is counted',
    not_same: () => 'differs from the trigger in a field that has to be the same',
    too_late: () => 'after the time that counts',
    too_early: () => 'before the time that counts',
    exercise: () => 'exercised the right',
    used_already: () => 'the right had been used already',
    withdrawal: () => 'withdrew it before it took effect',
    no_withdrawal: () => 'withdrew nothing that was pending',
    outside_period: () => 'outside the period',
    outside_case: () => 'not between the opening and the close of the case',
    outcome: () => 'reached the goal',
    sign: () => 'a sign of effort',
    outranked: () => 'another report of the same has a higher standing',
    missing_amount: () => 'counted, but names no amount',
    missing_rate: (v) => `counted as ${v.told}, but there is no exchange rate for its day`,
    converted: (v) => `counted as ${v.worth}: ${v.told} at ${v.rate}${shared(v)}`,
    as_told: (v) => (v.worth === null ? `counted${shared(v)}` : `counted as ${v.worth}${shared(v)}`),
    suspended: () => 'happened while the commitment was suspended',
    judged_allowed: () => 'judged to be no violation',
    judged: () => 'judged to be a violation',
    unclear: () => 'needs a judgement',
    violation: () => 'violated the prohibition',
    state: () => 'set the state from then on',
    indicator: () => 'the published figure it is measured by',
    excuse: () => 'excused the case',
    waiver: () => 'waived the case',
    discharge: () => 'discharged the case',
    termination: () => 'ended the agreement',
    effect: () => 'its effect reached the case',
    suspension: () => 'suspended or resumed it',
    judgement: () => 'decided the case',
  },
}
