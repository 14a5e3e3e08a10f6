import { expect, test } from 'vitest'
import { DUTY, order, published, type Row, seen, titled, told } from '../testing/worlds.ts'

// Why a case stands as it does, in a sentence, and what part each event played: §7's `explanation` and `evidence`.

const GO = told('t', 'go', '2024-03-01T00:00Z')
const MAYBE = told('t', 'go', '2024-03-01T00:00Z', {}, { standing: 'disputed' })
const DISPUTED = { standing: 'disputed' }
const LONG = `${DUTY}, within: 2d, grace: 1d`
const HALF = { force: '{from: 2024-01-01, until: 2024-06-30}' }
const REPORTED = { parts: 'sources: [{id: s}]' }

const acts: readonly Row[] = [
  {
    says: 'an act not begun says when it starts, in the zone of the agreement',
    zone: 'Europe/Kyiv',
    force: '{from: 2024-02-01}',
    rules: 'id: x, kind: act, counts: {event: done}, by_date: 2024-03-31',
    at: {
      '2024-01-01T00:00Z': {
        'x@term': { explanation: 'Not begun: it starts on 2024-02-01 00:00 (Europe/Kyiv).' },
      },
    },
  },
  {
    says: 'an act before an entry into force that has not come about',
    force: '{when: {event: ratified}}',
    rules: 'id: x, kind: act, counts: {event: done}, by_date: 2024-03-31',
    given: [told('p', 'done', '2024-01-31T00:00Z')],
    at: {
      '2024-02-01T00:00Z': {
        'x@term': {
          explanation: 'The agreement is not in force yet.',
          reasons: ['p ignored: before the time that counts'],
        },
      },
    },
  },
  {
    says: 'an act owed, overdue, and breached for want of anything that counts',
    rules: LONG,
    given: [told('p', 'done', '2024-02-29T00:00Z'), GO],
    at: {
      '2024-03-01T00:00Z': {
        'x@s#t': {
          explanation: 'Owed by the end of 2024-03-03 (UTC); nothing that counts has been reported so far.',
          reasons: ['p ignored: before the time that counts', 't trigger: opened this case'],
        },
      },
      '2024-03-04T00:00Z': {
        'x@s#t': {
          explanation:
            'Overdue: it was due on the end of 2024-03-03 (UTC), and the tolerance ends on the end of 2024-03-04 (UTC).',
        },
      },
      '2024-03-05T00:00Z': {
        'x@s#t': {
          explanation:
            'Nothing that counts is on record between 2024-03-01 00:00 (UTC) and the end of 2024-03-04 (UTC).',
        },
      },
    },
  },
  {
    says: 'an act without a deadline met in a month that is known',
    force: '{from: 2024-01-01}',
    rules: DUTY,
    given: [GO, told('p', 'done', '2024-03')],
    at: {
      '2024-03-01T00:00Z': {
        'x@s#t': {
          explanation: 'Performed in time: p (s) of 2024-03.',
          reasons: ['t trigger: opened this case', 'p performed: performed in time'],
        },
      },
    },
  },
  {
    says: 'an act without a deadline met on a day that is known',
    force: '{from: 2024-01-01}',
    rules: DUTY,
    given: [GO, told('p', 'done', '2024-03-03'), told('q', 'done', '2024-03-04/2024-03-06')],
    at: {
      '2024-03-02T00:00Z': {
        'x@s#t': {
          explanation: 'Owed, without a deadline; nothing that counts has been reported.',
          reasons: ['t trigger: opened this case'],
        },
      },
      '2024-03-09T00:00Z': {
        'x@s#t': {
          explanation: 'Performed in time: p (s) of 2024-03-03.',
          reasons: ['t trigger: opened this case', 'p performed: performed in time', 'q performed: performed in time'],
        },
      },
    },
  },
  {
    says: 'an act met in time names what met it, and what came too late',
    rules: `${DUTY}, within: 48h`,
    given: [GO, told('p', 'done', '2024-03-02T12:30:15.250Z'), told('q', 'done', '2024-03-08T00:00Z')],
    at: {
      '2024-03-09T00:00Z': {
        'x@s#t': {
          explanation: 'Performed in time: p (s) of 2024-03-02 12:30:15 (UTC), due by 2024-03-03 00:00 (UTC).',
          reasons: [
            't trigger: opened this case',
            'p performed: performed in time',
            'q ignored: after the time that counts',
          ],
        },
      },
    },
  },
  {
    says: 'an act performed late',
    rules: `${DUTY}, within: 48h`,
    given: [GO, told('p', 'done', '2024-03-05'), told('q', 'done', '2024-03-04T00:00Z', {}, DISPUTED)],
    at: {
      '2024-03-09T00:00Z': {
        'x@s#t': {
          explanation: 'Performed, but late: p (s) of 2024-03-05, due by 2024-03-03 00:00 (UTC).',
          reasons: [
            't trigger: opened this case',
            'q ignored: after the deadline, and not certain',
            'p performed: performed after the deadline',
          ],
        },
      },
    },
  },
  {
    says: 'what comes after the deadline is too late where nothing is owed any more',
    rules: `${DUTY}, within: 48h, still_owed_after_deadline: false`,
    given: [GO, told('p', 'done', '2024-03-05')],
    at: {
      '2024-03-09T00:00Z': {
        'x@s#t': {
          explanation: 'Nothing that counts is on record between 2024-03-01 00:00 (UTC) and 2024-03-03 00:00 (UTC).',
          reasons: ['t trigger: opened this case', 'p ignored: after the time that counts'],
        },
      },
    },
  },
  {
    says: 'an act that a disputed report may have met, open and closed',
    rules: `${DUTY}, within: 48h`,
    given: [GO, told('p', 'done', '2024-03-02T00:00Z', {}, DISPUTED)],
    at: {
      '2024-03-02T00:00Z': {
        'x@s#t': {
          explanation:
            'Owed by 2024-03-03 00:00 (UTC); p (s) may count, but it is disputed, not confirmed as this asks, or told by a source that does not count here: its exact time or a confirmation would settle it.',
          reasons: [
            't trigger: opened this case',
            'p performed: possible only: not told for certain by the sources that decide here',
          ],
        },
      },
      '2024-03-09T00:00Z': {
        'x@s#t': {
          explanation:
            'It cannot be said: p (s) may have come in time, but it is disputed, not confirmed as this asks, or told by a source that does not count here; its exact time or a confirmation would settle it.',
          reasons: [
            't trigger: opened this case',
            'p performed: possible only: not told for certain by the sources that decide here',
          ],
        },
      },
    },
  },
  {
    says: 'an act that an imprecise report may have met',
    rules: `${DUTY}, within: 48h`,
    given: [GO, told('p', 'done', '2024-03-02/2024-03-05')],
    at: {
      '2024-03-09T00:00Z': {
        'x@s#t': {
          explanation:
            'It cannot be said: p (s) may have come in time, but its time is not exact enough; its exact time or a confirmation would settle it.',
          reasons: ['t trigger: opened this case', 'p performed: possible only: its time is not exact enough'],
        },
      },
    },
  },
  {
    says: 'what may have met an act is named before what met it late',
    rules: `${DUTY}, within: 48h`,
    given: [GO, told('p', 'done', '2024-03-02T00:00Z', {}, DISPUTED), told('q', 'done', '2024-03-05T00:00Z')],
    at: {
      '2024-03-09T00:00Z': {
        'x@s#t': {
          is: 'closed unknown final contested',
          explanation:
            'It cannot be said: p (s) may have come in time, but it is disputed, not confirmed as this asks, or told by a source that does not count here; its exact time or a confirmation would settle it.',
          reasons: [
            't trigger: opened this case',
            'p performed: possible only: not told for certain by the sources that decide here',
            'q performed: performed after the deadline',
          ],
        },
      },
    },
  },
  {
    says: 'an act that waits for a report names the source',
    ...REPORTED,
    rules: `${DUTY}, within: 48h, reported_by: [s]`,
    given: [GO],
    at: {
      '2024-03-09T00:00Z': {
        'x@s#t': {
          explanation:
            'It cannot be said yet: s is not known to be complete up to 2024-03-03 00:00 (UTC), and silence without a report is no proof.',
        },
      },
    },
  },
  {
    says: 'an act that waits for a report calls the source by its title',
    parts: 'sources: [{id: s, title: Daily Register}]',
    rules: `${DUTY}, within: 48h, reported_by: [s]`,
    given: [GO],
    at: {
      '2024-03-09T00:00Z': {
        'x@s#t': {
          explanation:
            'It cannot be said yet: “Daily Register” is not known to be complete up to 2024-03-03 00:00 (UTC), and silence without a report is no proof.',
        },
      },
    },
  },
  {
    says: 'an act whose trigger is only possible',
    rules: `${DUTY}, within: 48h`,
    given: [MAYBE],
    at: {
      '2024-03-09T00:00Z': {
        'x@s#t': {
          explanation:
            'It cannot be said: whether this was owed at all is open, because what would have triggered it (t (s)) is contested.',
          reasons: ['t trigger: opened this case'],
        },
      },
    },
  },
  {
    says: 'an act whose trigger is imprecise is told with both ends',
    zone: 'Europe/Kyiv',
    rules: `${DUTY}, within: 48h`,
    given: [told('t', 'go', '2024-03-01T00:00/2024-03-02T10:00')],
    at: {
      '2024-03-03T00:00Z': {
        'x@s#t': {
          explanation: 'Owed by 2024-03-04 10:00 (Europe/Kyiv); nothing that counts has been reported so far.',
          opened: '2024-02-29T22:00Z / 2024-03-02T08:00Z',
          due: '2024-03-02T22:00Z / 2024-03-04T08:00Z',
        },
      },
      '2024-03-09T00:00Z': {
        'x@s#t': {
          explanation:
            'Nothing that counts is on record between 2024-03-01 00:00 (Europe/Kyiv) to 2024-03-02 10:00 (Europe/Kyiv) and 2024-03-04 10:00 (Europe/Kyiv).',
        },
      },
    },
  },
  {
    says: 'an act that may be excused',
    rules: `${DUTY}, within: 48h, excused_by: {event: storm}`,
    given: [GO, told('e', 'storm', '2024-03-02T00:00Z', {}, DISPUTED)],
    at: {
      '2024-03-09T00:00Z': {
        'x@s#t': {
          is: 'closed unknown final contested',
          explanation:
            'It cannot be said: an event that may excuse it is on record, but not for certain; its exact time or a confirmation would settle it.',
          reasons: [
            't trigger: opened this case',
            'e excused: possible only: not told for certain by the sources that decide here',
          ],
        },
      },
    },
  },
  {
    says: 'an act excused, waived, discharged and ended',
    rules: [
      `${DUTY}, within: 48h, excused_by: {event: storm}`,
      DUTY.replace('id: x', 'id: y'),
      DUTY.replace('id: x', 'id: z'),
      DUTY.replace('id: x', 'id: w'),
    ],
    given: [
      GO,
      told('n', 'storm', '2024-02-02T00:00Z'),
      told('e', 'storm', '2024-03-02T00:00Z'),
      order('W', 'waiver', '2024-03-03T00:00Z', { commitment: 'y' }),
      order('D', 'discharge', '2024-03-03T00:00Z', { commitment: 'z' }),
      order('E', 'termination', '2024-04-03T00:00Z'),
    ],
    at: {
      '2024-05-01T00:00Z': {
        'x@s#t': {
          explanation: 'Excused or waived by e (s) of 2024-03-02 00:00 (UTC).',
          reasons: [
            'n ignored: not between the opening and the close of the case',
            't trigger: opened this case',
            'e excused: excused the case',
          ],
        },
        'y@s#t': {
          explanation: 'Excused or waived by W (s) of 2024-03-03 00:00 (UTC).',
          reasons: ['t trigger: opened this case', 'W control: waived the case'],
        },
        'z@s#t': {
          explanation: 'Discharged by D (s) of 2024-03-03 00:00 (UTC), before it was due.',
        },
        'w@s#t': {
          explanation: 'The agreement ended on 2024-04-03 00:00 (UTC), before this was settled.',
          reasons: ['t trigger: opened this case', 'E control: ended the agreement'],
        },
      },
    },
  },
  {
    says: 'an act repaired, and the cure that did it',
    rules: [
      `${DUTY}, within: 48h`,
      'id: y, kind: act, when: {breached: x}, within: 5d, counts: {event: cure}, repairs: true',
    ],
    given: [GO, told('c', 'cure', '2024-03-05T00:00Z')],
    at: {
      '2024-03-06T00:00Z': {
        'x@s#t': {
          is: 'closed repaired final',
          explanation: 'It was not kept, and what was missed has been made good since.',
          reasons: ['t trigger: opened this case'],
        },
        'y@x@s#t': {
          explanation: 'Performed in time: c (s) of 2024-03-05 00:00 (UTC), due by the end of 2024-03-08 (UTC).',
          opened: '2024-03-03T00:00Z',
          reasons: ['c performed: performed in time'],
        },
      },
    },
  },
  {
    says: 'an act judged says by what reason, and what the evidence alone would say',
    rules: `${DUTY}, within: 48h`,
    given: [
      GO,
      order('J', 'judgement', '2024-03-05T00:00Z', {
        case: 'ag/x@s#t',
        verdict: 'met',
        why: 'It was done by letter. ',
      }),
    ],
    at: {
      '2024-03-06T00:00Z': {
        'x@s#t': {
          explanation:
            'Judged met on 2024-03-05 00:00 (UTC): It was done by letter (the evidence alone would say breached).',
          reasons: ['t trigger: opened this case', 'J control: decided the case'],
        },
      },
    },
  },
  {
    says: 'an act judged without a reason as the evidence says',
    rules: `${DUTY}, within: 48h`,
    given: [GO, order('J', 'judgement', '2024-03-05T00:00Z', { case: 'ag/x@s#t', verdict: 'breached' })],
    at: {
      '2024-03-06T00:00Z': {
        'x@s#t': {
          explanation: 'Judged breached on 2024-03-05 00:00 (UTC).',
          reasons: ['t trigger: opened this case', 'J control: decided the case'],
        },
      },
    },
  },
  {
    says: 'an act suspended since the latest suspension, and resumed',
    rules: `${DUTY}, within: 48h`,
    given: [
      GO,
      order('S1', 'suspension', '2024-03-01T06:00Z'),
      order('R1', 'resumption', '2024-03-01T09:00Z'),
      order('S2', 'suspension', '2024-03-02T00:00Z'),
      order('R2', 'resumption', '2024-03-20T00:00Z'),
    ],
    at: {
      '2024-03-03T00:00Z': {
        'x@s#t': {
          explanation: 'Suspended since 2024-03-02 00:00 (UTC): the clock stands still.',
          reasons: [
            't trigger: opened this case',
            'S1 control: suspended or resumed it',
            'R1 control: suspended or resumed it',
            'S2 control: suspended or resumed it',
          ],
        },
      },
      '2024-03-20T00:00Z': {
        'x@s#t': {
          explanation: 'Owed by 2024-03-21 03:00 (UTC); nothing that counts has been reported so far.',
          reasons: [
            't trigger: opened this case',
            'S1 control: suspended or resumed it',
            'R1 control: suspended or resumed it',
            'S2 control: suspended or resumed it',
            'R2 control: suspended or resumed it',
          ],
        },
      },
    },
  },
  {
    says: 'an act whose trigger is doubtful in two ways names both, and a long reason is cut short',
    rules: `${DUTY}, within: 48h`,
    force: '{from: 2024-03-02}',
    given: [
      told('t', 'go', '2024-03-01/2024-03-02', {}, DISPUTED),
      told('u', 'go', '2024-03-03T00:00Z'),
      order('J', 'judgement', '2024-03-09T00:00Z', { case: 'ag/x@s#u', verdict: 'breached', why: 'so '.repeat(100) }),
    ],
    at: {
      '2024-03-12T00:00Z': {
        'x@s#t': {
          explanation:
            'It cannot be said: whether this was owed at all is open, because what would have triggered it (t (s)) is contested and imprecise.',
        },
        'x@s#u': {
          explanation:
            'Judged breached on 2024-03-09 00:00 (UTC): so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so so.',
        },
      },
    },
  },
]

const others: readonly Row[] = [
  {
    says: 'a total on its way, reached, and what each flow was counted as',
    rules:
      'id: x, kind: total, during: {calendar_year: 2024}, counts: {event: aid, quantity: q, dedupe: k}, target: {at_least: 2500, unit: kg}',
    given: [
      told('o', 'aid', '2023-12-31T00:00Z', { q: 1, k: 'o' }),
      told('a', 'aid', '2024-02-01T00:00Z', { q: 1200, k: 'a' }),
      told('b', 'aid', '2024-02-02T00:00Z', { q: 1200, k: 'a' }, { standing: 'confirmed' }),
      told('c', 'aid', '2024-02-03T00:00Z', { q: 1300, k: 'a' }),
      told('d', 'aid', '2024-03-01T00:00Z', { q: 2000.5, k: 'd' }, DISPUTED),
      told('e', 'aid', '2024-05-01T00:00Z', { q: 1300, k: 'e' }),
    ],
    at: {
      '2024-02-01T00:00Z': {
        'x@2024': {
          value: '1200..1200 kg of 2500',
          explanation: 'So far 1,200 kg against the target of 2,500 kg for 2024: 1 flow counted.',
        },
      },
      '2024-04-01T00:00Z': {
        'x@2024': {
          value: '1200..3200.5 kg of 2500',
          explanation:
            'So far 1,200 kg for certain, and up to 3,200.5 kg with what is only possible, against the target of 2,500 kg for 2024: 2 flows counted; 1 of them possible only (not told for certain by the sources that decide here), above all d.',
          reasons: [
            'o ignored: before the time that counts',
            'a ignored: another report of the same has a higher standing',
            'b counted: counted as 1200 kg',
            'c ignored: another report of the same has a higher standing',
            'd counted: possible only: not told for certain by the sources that decide here',
          ],
        },
      },
      '2024-05-01T00:00Z': {
        'x@2024': {
          value: '2500..4500.5 kg of 2500',
          explanation:
            'Reached: 2,500 kg for certain, and up to 4,500.5 kg with what is only possible, against the target of 2,500 kg for 2024; 3 flows counted; 1 of them possible only (not told for certain by the sources that decide here), above all d.',
        },
      },
    },
  },
  {
    says: 'a total missed, given in part and left open',
    ...HALF,
    rules: [
      'id: x, kind: total, during: term, counts: {event: aid, quantity: q}, target: {at_least: 10, unit: kg}',
      'id: y, kind: total, during: term, counts: {event: aid, quantity: q}, target: {at_least: 10, unit: kg, shortfall: partial}',
      'id: z, kind: total, during: term, counts: {event: aid, quantity: q}, target: {at_most: 2, unit: kg}',
      'id: w, kind: total, during: term, counts: {event: gift, quantity: q}, target: {at_least: 10, unit: kg}',
      'id: v, kind: total, during: term, counts: {event: gift, quantity: q}, target: {at_most: 10, unit: kg}',
      'id: u, kind: total, during: term, counts: {event: none, quantity: q}, target: {at_most: 10, unit: kg}',
    ],
    given: [
      told('a', 'aid', '2024-02-01T00:00Z', { q: 2 }),
      told('b', 'aid', '2024-03-01T00:00Z', { q: 3 }),
      told('g', 'gift', '2024-03-01T00:00Z', { q: { min: 4, max: 11 } }),
      told('h', 'gift', '2024-06-30/2024-07-02', { q: 1 }),
      told('i', 'gift', '2024-04-01T00:00Z', {}),
    ],
    at: {
      '2024-05-01T00:00Z': {
        'z@term': {
          explanation: 'Exceeded: 5 kg against the ceiling of 2 kg; 2 flows counted.',
          reasons: ['a counted: counted as 2 kg', 'b violated: counted as 3 kg'],
        },
        'u@term': { explanation: 'So far 0 kg against the ceiling of 10 kg: nothing counted.' },
        'w@term': {
          explanation:
            'So far an amount that is not known against the target of 10 kg: 2 flows counted; 1 of them without an amount, 1 of them uncertain in the amount only, above all i and g.',
        },
      },
      '2024-07-03T00:00Z': {
        'x@term': {
          explanation: 'Missed: 5 kg against the target of 10 kg; 2 flows counted.',
          reasons: ['a counted: counted as 2 kg', 'b counted: counted as 3 kg'],
        },
        'y@term': { explanation: 'Given in part: 5 kg against the target of 10 kg; 2 flows counted.' },
        'z@term': { explanation: 'Exceeded: 5 kg against the ceiling of 2 kg; 2 flows counted.' },
        'w@term': {
          explanation:
            'It cannot be said whether the target of 10 kg was reached: on record is an amount that is not known; 3 flows counted; 1 of them possible only (its time is not exact enough), 1 of them without an amount, 1 of them uncertain in the amount only, above all i and g; its amount would settle more.',
          reasons: [
            'g counted: counted as 4 to 11 kg',
            'i counted: counted, but names no amount',
            'h counted: possible only: its time is not exact enough',
          ],
          value: 'null..null kg of 10',
        },
        'v@term': {
          explanation:
            'It cannot be said whether the ceiling of 10 kg was exceeded: on record is an amount that is not known; 3 flows counted; 1 of them possible only (its time is not exact enough), 1 of them without an amount, 1 of them uncertain in the amount only, above all i and g; its amount would settle more.',
        },
        'u@term': { explanation: 'Kept: 0 kg against the ceiling of 10 kg; nothing counted.' },
      },
    },
  },
  {
    says: 'a total in another currency says at what rates, and which flow has none',
    rules:
      'id: x, kind: total, during: {calendar_year: 2024}, counts: {event: aid, amount: n, currency: c}, target: {at_least: 500, unit: USD}, convert: {rate: flow_day}',
    given: [
      published('f', '2024-02-01T00:00Z', 'fx.EUR.USD', '2024-02-01', '1.08', 'USD'),
      published('g', '2024-03-01T00:00Z', 'fx.EUR.USD', '2024-03-01', '1.1', 'USD'),
      told('a', 'aid', '2024-02-01T00:00Z', { n: 100, c: 'EUR' }),
      told('b', 'aid', '2024-03-01T00:00Z', { n: 100, c: 'EUR' }),
      told('c', 'aid', '2024-05-01T00:00Z', { n: 100, c: 'EUR' }),
      told('d', 'aid', '2024-05-02T00:00Z', { n: 7, c: 'USD' }),
    ],
    at: {
      '2024-02-09T00:00Z': {
        'x@2024': {
          value: '108..108 USD of 500',
          explanation:
            'So far 108 USD against the target of 500 USD for 2024: 1 flow counted, 1 of them converted at 1.08.',
        },
      },
      '2024-06-01T00:00Z': {
        'x@2024': {
          value: '225..null USD of 500',
          explanation:
            'So far at least 225 USD (how much more is not known) against the target of 500 USD for 2024: 4 flows counted, 2 of them converted at 1.08 to 1.1; 1 of them without an exchange rate, above all c.',
          reasons: [
            'a counted: counted as 108 USD: 100 EUR at 1.08',
            'b counted: counted as 110 USD: 100 EUR at 1.1',
            'c counted: counted as 100 EUR, but there is no exchange rate for its day',
            'd counted: counted as 7 USD',
          ],
        },
      },
      '2025-01-01T00:00Z': {
        'x@2024': {
          value: '225..null USD of 500',
          explanation:
            'It cannot be said whether the target of 500 USD for 2024 was reached: on record is at least 225 USD (how much more is not known); 4 flows counted, 2 of them converted at 1.08 to 1.1; 1 of them without an exchange rate, above all c; an exchange rate for it would settle more.',
        },
      },
    },
  },
  {
    says: 'a share of a figure that nobody has published, then of one that was',
    rules:
      'id: x, kind: total, during: {calendar_year: 2024}, counts: {event: aid, quantity: q}, target: {at_least: 10%, unit: EUR, percent_of: {indicator: gdp, year: previous}}',
    given: [
      published('i', '2024-03-01T00:00Z', 'gdp', '2023', '200', 'EUR'),
      told('a', 'aid', '2024-02-01T00:00Z', { q: 5 }),
    ],
    at: {
      '2024-02-01T00:00Z': {
        'x@2024': {
          is: 'running unknown awaiting_reports',
          explanation: 'It cannot be said: gdp has no published value for 2023, so there is no target to compare with.',
          value: '5..5 EUR of null',
        },
      },
      '2024-03-01T00:00Z': {
        'x@2024': {
          is: 'running open',
          explanation: 'So far 5 EUR against the target of 20 EUR for 2024: 1 flow counted.',
          value: '5..5 EUR of 20',
          reasons: ['a counted: counted as 5 EUR', 'i control: the published figure it is measured by'],
        },
      },
    },
  },
  {
    says: 'a total that waits for a report says what is on record',
    ...HALF,
    ...REPORTED,
    rules:
      'id: x, kind: total, during: term, counts: {event: aid, quantity: q}, target: {at_least: 10, unit: kg}, reported_by: [s]',
    given: [told('a', 'aid', '2024-02-01T00:00Z', { q: 2 })],
    at: {
      '2024-07-03T00:00Z': {
        'x@term': {
          is: 'closed unknown awaiting_reports',
          explanation:
            'It cannot be said yet: on record is 2 kg against the target of 10 kg (1 flow counted), but s is not known to be complete up to the end of 2024-06-30 (UTC).',
        },
      },
    },
  },
  {
    says: 'the pace expected so far, from nothing at the start to all of it at the end',
    rules:
      'id: x, kind: total, during: {from: 2024-02-01, until: 2024-02-10}, counts: {event: aid, quantity: q}, target: {at_least: 86400000, unit: kg, path: {2024-01-20: 10%, 2024-02-05: 20%, 2024-02-10: 50%, 2024-03-01: 70%}}',
    given: [told('a', 'aid', '2024-02-01T00:00Z', { q: 2 })],
    at: {
      '2024-01-31T00:00Z': { 'x@term': { is: 'dormant open', expected: '0' } },
      '2024-02-01T00:00Z': { 'x@term': { is: 'running open', expected: '0' } },
      '2024-02-05T23:59:59.999Z': { 'x@term': { is: 'running open at_risk', expected: '17280000' } },
      '2024-02-08T11:59:59.999Z': { 'x@term': { is: 'running open at_risk', expected: '51840000' } },
      '2024-02-10T23:59:59.999Z': { 'x@term': { is: 'running open at_risk due_soon', expected: '86400000' } },
      '2024-02-20T00:00Z': { 'x@term': { is: 'closed breached final', expected: '86400000' } },
    },
  },
  {
    says: 'a state kept up, and one that nothing tells of',
    ...HALF,
    rules: [
      'id: x, kind: maintain, state: {starts: {event: on}, ends: {event: off}, initially: true}',
      'id: y, kind: maintain, state: {starts: {event: on}, ends: {event: off}, initially: true}, lapse_allowed: 2d',
      'id: z, kind: maintain, state: {starts: {event: up}, ends: {event: down}}',
    ],
    given: [
      told('n', 'off', '2023-11-01T00:00Z'),
      told('o', 'on', '2023-12-01T00:00Z'),
      told('l', 'off', '2024-08-01T00:00Z'),
      told('u', 'up', '2024-02-01T00:00Z', {}, DISPUTED),
    ],
    at: {
      '2024-01-01T00:00Z': {
        'z@term': { explanation: 'It cannot be said: nothing on record tells whether the state holds.' },
      },
      '2024-03-01T00:00Z': {
        'x@term': {
          explanation: 'Kept up so far: no lapse is on record.',
          reasons: ['n ignored: before the time that counts', 'o counted: set the state from then on'],
        },
        'y@term': { explanation: 'Kept up so far: no lapse longer than 2d is on record.' },
        'z@term': {
          is: 'running unknown',
          explanation:
            'It cannot be said: whether the state holds rests on u (s) alone, which is disputed or does not count as certain; a confirmed report would settle it.',
          reasons: ['u counted: possible only: not told for certain by the sources that decide here'],
        },
      },
      '2024-08-01T00:00Z': {
        'x@term': {
          explanation: 'Kept up throughout: no lapse is on record.',
          reasons: [
            'n ignored: before the time that counts',
            'o counted: set the state from then on',
            'l ignored: after the time that counts',
          ],
        },
        'y@term': { explanation: 'Kept up throughout: no lapse longer than 2d is on record.' },
      },
    },
  },
  {
    says: 'a state that lapsed twice, and one that may have lapsed',
    rules:
      'id: x, kind: maintain, state: {starts: {event: on}, ends: {event: off}, initially: true}, lapse_allowed: 2d',
    given: [
      told('d', 'off', '2024-01-02T00:00Z', {}, DISPUTED),
      told('e', 'on', '2024-01-09T00:00Z'),
      told('f', 'off', '2024-02-02T00:00Z'),
      told('g', 'on', '2024-02-09T00:00Z'),
      told('h', 'off', '2024-03-02T00:00Z'),
    ],
    at: {
      '2024-01-05T00:00Z': {
        'x@term': {
          is: 'running unknown contested',
          explanation:
            'It cannot be said: the state may have lapsed since 2024-01-02 00:00 (UTC); the exact time or a confirmation would settle it.',
          reasons: ['d violated: possible only: not told for certain by the sources that decide here'],
        },
      },
      '2024-02-06T00:00Z': {
        'x@term': {
          is: 'running breached final',
          explanation: 'Not kept up: 1 lapse, the first since 2024-02-04 00:00:00 (UTC).',
        },
      },
      '2024-03-06T00:00Z': {
        'x@term': {
          is: 'running breached final',
          explanation: 'Not kept up: 2 lapses, the first since 2024-02-04 00:00:00 (UTC).',
          reasons: [
            'd violated: possible only: not told for certain by the sources that decide here',
            'e counted: set the state from then on',
            'f violated: set the state from then on',
            'g counted: set the state from then on',
            'h violated: set the state from then on',
          ],
        },
      },
    },
  },
  {
    says: 'a figure kept above its bound, then not',
    rules: 'id: x, kind: maintain, state: {indicator: share, at_least: 2}',
    given: [
      published('i', '2024-01-01T00:00Z', 'share', '2023', '2.5', '%'),
      published('j', '2024-05-01T00:00Z', 'share', '2024', '1.5', '%'),
    ],
    at: {
      '2024-02-01T00:00Z': {
        'x@term': {
          is: 'running open',
          explanation: 'Kept up so far: no lapse is on record.',
          value: '2.5..2.5 % of 2',
          reasons: ['i counted: the published figure it is measured by'],
        },
      },
      '2024-05-01T00:00Z': {
        'x@term': {
          is: 'running breached final',
          explanation: 'Not kept up: 1 lapse, the first since 2024-01-01 00:00 (UTC).',
          value: '1.5..1.5 % of 2',
          reasons: ['i ignored: before the time that counts', 'j violated: the published figure it is measured by'],
        },
      },
    },
  },
  {
    says: 'a prohibition respected, perhaps broken, broken, and in need of a judgement',
    ...HALF,
    rules: [
      'id: x, kind: prohibit, what: {event: bad}, unclear: {event: odd}',
      'id: y, kind: prohibit, what: {event: worse}, unclear: {event: odd}',
      'id: z, kind: prohibit, what: {event: worst}',
    ],
    given: [
      told('o', 'bad', '2023-12-01T00:00Z'),
      told('d', 'bad', '2024-02-01T00:00Z', {}, DISPUTED),
      told('u', 'odd', '2024-03-01T00:00Z'),
      told('v', 'odd', '2024-03-02T00:00Z'),
      order('S', 'suspension', '2024-03-10T00:00Z'),
      told('s', 'bad', '2024-03-11T00:00Z'),
      order('R', 'resumption', '2024-03-12T00:00Z'),
      order('J', 'judgement', '2024-03-20T00:00Z', {
        case: 'ag/x@term',
        verdict: 'breached',
        about: { source: 's', id: 'u' },
      }),
      order('K', 'judgement', '2024-03-21T00:00Z', {
        case: 'ag/x@term',
        verdict: 'met',
        about: { source: 's', id: 'v' },
      }),
      told('b', 'bad', '2024-04-01T00:00Z'),
    ],
    at: {
      '2024-01-01T00:00Z': {
        'x@term': {
          explanation: 'Respected so far: no violation is on record.',
          reasons: ['o ignored: outside the period'],
        },
      },
      '2024-02-01T00:00Z': {
        'x@term': {
          explanation:
            'It cannot be said: d (s) would violate it, but it is disputed, not confirmed as this asks, or told by a source that does not count here; a confirmation or its exact time would settle it.',
          reasons: [
            'o ignored: outside the period',
            'd violated: possible only: not told for certain by the sources that decide here',
          ],
        },
      },
      '2024-03-02T00:00Z': {
        'x@term': {
          explanation:
            'It cannot be said: d (s) would violate it, but it is disputed, not confirmed as this asks, or told by a source that does not count here; a confirmation or its exact time would settle it.',
          reasons: [
            'o ignored: outside the period',
            'd violated: possible only: not told for certain by the sources that decide here',
            'u counted: needs a judgement',
            'v counted: needs a judgement',
          ],
        },
        'y@term': {
          is: 'running needs_judgement',
          explanation: 'A person has to judge whether u (s) violates it (2 unclear events).',
        },
      },
      '2024-03-20T00:00Z': {
        'x@term': {
          is: 'running breached final',
          explanation: 'Violated 1 time, first by u (s).',
          reasons: [
            'o ignored: outside the period',
            'd violated: possible only: not told for certain by the sources that decide here',
            'u violated: judged to be a violation',
            'v counted: needs a judgement',
            'S control: suspended or resumed it',
            's ignored: happened while the commitment was suspended',
            'R control: suspended or resumed it',
            'J control: decided the case',
          ],
        },
      },
      '2024-04-01T00:00Z': {
        'x@term': {
          is: 'running breached final',
          explanation: 'Violated 2 times, first by u (s).',
          reasons: [
            'o ignored: outside the period',
            'd violated: possible only: not told for certain by the sources that decide here',
            'u violated: judged to be a violation',
            'v ignored: judged to be no violation',
            'S control: suspended or resumed it',
            's ignored: happened while the commitment was suspended',
            'R control: suspended or resumed it',
            'J control: decided the case',
            'K control: decided the case',
            'b violated: violated the prohibition',
          ],
        },
      },
      '2024-08-01T00:00Z': {
        'z@term': {
          is: 'closed met final',
          explanation: 'Respected throughout: no violation is on record.',
          reasons: ['S control: suspended or resumed it', 'R control: suspended or resumed it'],
        },
      },
    },
  },
  {
    says: 'a prohibition that one of two sources says was broken',
    rules: 'id: x, kind: prohibit, what: {event: bad}, minimum_sources: 2',
    given: [told('a', 'bad', '2024-02-01T00:00Z')],
    at: {
      '2024-02-01T00:00Z': {
        'x@term': {
          is: 'running unknown contested',
          explanation:
            'It cannot be said: a (s) would violate it, but it is disputed, not confirmed as this asks, or told by a source that does not count here; a confirmation or its exact time would settle it.',
          reasons: ['a violated: violated the prohibition'],
        },
      },
    },
  },
  {
    says: 'an endeavour without a sign, under way, stalled and to be judged',
    ...HALF,
    rules:
      'id: x, kind: endeavour, signs_of_effort: {event: talk}, stalled_after: 30d, judged_by: a panel, outcome: {event: deal}',
    given: [
      told('o', 'talk', '2023-12-01T00:00Z'),
      told('a', 'talk', '2024-02-01T00:00Z'),
      told('b', 'talk', '2024-02-05/2024-02-06', {}, DISPUTED),
    ],
    at: {
      '2024-01-15T00:00Z': {
        'x@term': { explanation: 'No sign of effort is on record so far.', reasons: ['o ignored: outside the period'] },
      },
      '2024-01-31T00:00:00.001Z': {
        'x@term': { is: 'running open stalled', explanation: 'No sign of effort is on record.' },
      },
      '2024-02-01T00:00Z': {
        'x@term': {
          is: 'running open',
          explanation: 'Under way: 1 sign of effort on record, the last of 2024-02-01 00:00 (UTC).',
          reasons: ['o ignored: outside the period', 'a counted: a sign of effort'],
        },
      },
      '2024-02-08T00:00Z': {
        'x@term': {
          is: 'running open',
          explanation: 'Under way: 2 signs of effort on record, the last of the end of 2024-02-06 (UTC).',
          reasons: ['o ignored: outside the period', 'a counted: a sign of effort', 'b counted: a sign of effort'],
        },
      },
      '2024-03-08T00:00Z': {
        'x@term': { is: 'running open stalled', explanation: 'No sign of effort since the end of 2024-02-06 (UTC).' },
      },
      '2024-08-01T00:00Z': {
        'x@term': {
          is: 'closed needs_judgement',
          explanation: 'The time is over: a panel has to judge whether the effort sufficed (2 signs on record).',
        },
      },
    },
  },
  {
    says: 'an endeavour whose outcome came, or may have come',
    ...HALF,
    rules: [
      'id: x, kind: endeavour, signs_of_effort: {event: talk}, judged_by: a panel, outcome: {event: deal}',
      'id: y, kind: endeavour, signs_of_effort: {event: talk}, judged_by: a panel, outcome: {event: pact}',
    ],
    given: [
      told('o', 'deal', '2023-12-01T00:00Z'),
      told('a', 'pact', '2024-02-01T00:00Z', {}, DISPUTED),
      told('b', 'deal', '2024-02-05/2024-02-06'),
    ],
    at: {
      '2024-03-01T00:00Z': {
        'x@term': {
          is: 'closed met',
          explanation: 'The goal was reached: b (s) of 2024-02-05 to 2024-02-06.',
          reasons: ['o ignored: outside the period', 'b performed: reached the goal'],
        },
        'y@term': {
          is: 'running open contested',
          explanation: 'No sign of effort is on record so far.',
          reasons: ['a performed: possible only: not told for certain by the sources that decide here'],
        },
      },
      '2024-08-01T00:00Z': {
        'y@term': {
          is: 'closed unknown final contested',
          explanation:
            'It cannot be said: a (s) may be the outcome, but it is disputed, not confirmed as this asks, or told by a source that does not count here; a confirmation or its exact time would settle it.',
        },
      },
    },
  },
  {
    says: 'a right not used so far, used, and used again',
    rules: [
      'id: p, kind: power, when: {event: go}, exercised_by: {event: use}, available_for: 2d, available_after: 1d, once_per: case',
      'id: q, kind: power, exercised_by: {event: leave}',
    ],
    force: '{from: 2024-01-01}',
    given: [
      GO,
      told('a', 'use', '2024-03-01T12:00Z'),
      told('b', 'use', '2024-03-03T00:00Z'),
      told('c', 'use', '2024-03-03T12:00Z'),
      told('d', 'use', '2024-03-09T12:00Z'),
    ],
    at: {
      '2024-03-02T00:00Z': {
        'p@s#t': {
          explanation: 'May be exercised until the end of 2024-03-04 (UTC); nobody has so far.',
          reasons: ['t trigger: opened this case', 'a ignored: before the time that counts'],
        },
        'q@term': { explanation: 'May be exercised; nobody has so far.' },
      },
      '2024-03-10T00:00Z': {
        'p@s#t': {
          explanation: 'Exercised by b (s) of 2024-03-03 00:00 (UTC).',
          reasons: [
            't trigger: opened this case',
            'a ignored: before the time that counts',
            'b performed: exercised the right',
            'c ignored: the right had been used already',
            'd ignored: after the time that counts',
          ],
        },
      },
    },
  },
  {
    says: 'a right that lapsed, or may have been used',
    rules: 'id: p, kind: power, when: {event: go}, exercised_by: {event: use, same: [k]}, available_for: 48h',
    given: [
      told('t', 'go', '2024-03-01T00:00Z', { k: 1 }),
      told('u', 'go', '2024-03-01T00:00Z', { k: 2 }),
      told('b', 'use', '2024-03-02T12:00/2024-03-02T13:00', { k: 1 }),
    ],
    at: {
      '2024-03-02T13:00Z': {
        'p@s#t': {
          is: 'running open imprecise',
          explanation: 'May be exercised until 2024-03-03 00:00 (UTC); nobody has so far.',
          reasons: ['t trigger: opened this case', 'b performed: possible only: its time is not exact enough'],
        },
      },
      '2024-03-10T00:00Z': {
        'p@s#t': {
          explanation:
            'It cannot be said whether it was exercised: b (s) may count, but its time is not exact enough; its exact time or a confirmation would settle it.',
        },
        'p@s#u': {
          explanation: 'Not exercised before 2024-03-03 00:00 (UTC): the right lapsed, and nothing was owed.',
          reasons: [
            'u trigger: opened this case',
            'b ignored: differs from the trigger in a field that has to be the same',
          ],
        },
      },
    },
  },
  {
    says: 'a right before entry into force is used too early',
    force: '{when: {event: ratified}}',
    rules: 'id: p, kind: power, exercised_by: {event: use}',
    given: [told('a', 'use', '2024-03-01T12:00Z')],
    at: {
      '2024-03-02T00:00Z': {
        'p@term': {
          is: 'dormant open',
          explanation: 'The agreement is not in force yet.',
          reasons: ['a ignored: before the time that counts'],
        },
      },
    },
  },
  {
    says: 'a notice withdrawn before it took effect, and a withdrawal of nothing',
    rules: [
      'id: p, kind: power, exercised_by: {event: notice}, effect: {suspends: [x], after: 10d}, withdrawn_by: {event: back}',
      'id: x, kind: prohibit, what: {event: bad}',
    ],
    given: [
      told('z', 'back', '2024-03-01T00:00Z'),
      told('a', 'notice', '2024-03-02T00:00Z'),
      told('b', 'back', '2024-03-05T00:00Z'),
      told('c', 'notice', '2024-04-01T00:00Z'),
    ],
    at: {
      '2024-05-01T00:00Z': {
        'p@term': {
          explanation: 'Exercised by a (s) of 2024-03-02 00:00 (UTC).',
          reasons: [
            'z ignored: withdrew nothing that was pending',
            'a performed: exercised the right',
            'b counted: withdrew it before it took effect',
            'c performed: exercised the right',
          ],
        },
        'x@term': {
          is: 'suspended open',
          explanation: 'Suspended since 2024-04-11 00:00 (UTC): the clock stands still.',
          reasons: ['c control: its effect reached the case'],
        },
      },
    },
  },
  {
    says: 'a right used again too soon after it was used in another window',
    rules: 'id: p, kind: power, when: {event: go}, exercised_by: {event: use}, available_for: 20d, once_per: 10d',
    given: [GO, told('a', 'use', '2024-03-03T00:00Z'), told('b', 'use', '2024-03-05T00:00Z')],
    at: {
      '2024-03-20T00:00Z': {
        'p@s#t': {
          is: 'closed exercised',
          explanation: 'Exercised by a (s) of 2024-03-03 00:00 (UTC).',
          reasons: [
            't trigger: opened this case',
            'a performed: exercised the right',
            'b ignored: the right had been used already',
          ],
        },
      },
    },
  },
]

test.each(titled(acts))('explained: %s', (_, row) => {
  expect(seen(row)).toEqual(row.at)
})

test.each(titled(others))('explained: %s', (_, row) => {
  expect(seen(row)).toEqual(row.at)
})
