import { accordEvent } from './accord.ts'

/** An agreement with one commitment for each indicator, as of 2026-03-01 12:00 UTC, and those that show more of what there is. */
export const SPECTRUM = `servanda: 1
agreement:
  id: spectrum
  title: Everything at once
  legal_force: mixed
  visibility: public
  parties: {JPN: Japan, UKR: Ukraine}
  in_force: {from: 2025-01-01, until: 2030-12-31}
  zone: Europe/Kyiv
  texts: [{id: t, title: The text, url: "https://treaties.example/t", published: 2024-12-01}]
sources: [{id: desk, is: ["https://desk.example/"], title: The desk}]
commitments:
  - {id: breached, title: A report in February, kind: act, by: JPN, by_date: 2026-02-01, counts: {event: report.a},
     clause: {text: t, ref: Art. 1, quote: in February}, note: read strictly, severity: critical}
  - {id: overdue, title: A report with grace, kind: act, by: JPN, by_date: 2026-02-28, grace: 30d, counts: {event: report.b}}
  - {id: unknown, title: A report that the desk would know of, kind: act, by: JPN, by_date: 2026-02-01,
     counts: {event: report.c}, reported_by: [desk]}
  - {id: at_risk, title: Efforts, kind: endeavour, by: JPN, signs_of_effort: {event: effort}, stalled_after: 30d,
     judged_by: the parties}
  - {id: due_soon, title: A report in March, kind: act, by: JPN, by_date: 2026-03-02, remind: [7d], counts: {event: report.d}}
  - {id: suspended, title: A report that waits, kind: act, by: JPN, by_date: 2026-06-01, counts: {event: report.e}}
  - {id: on_track, title: Aid in 2026, kind: total, by: JPN, to: UKR, during: {calendar_year: 2026},
     target: {at_least: 1000.50, unit: EUR, path: linear, at_risk_below: 1%},
     counts: {event: aid, amount: amount, currency: currency}}
  - {id: dormant, title: Talks after a call, kind: act, by: [JPN, UKR], when: {event: nothing.ever}, within: 24h, counts: {event: talks}}
  - {id: fulfilled, title: A report that came, kind: act, by: JPN, by_date: 2026-04-01, counts: {event: report.f}}
  - {id: ended, title: A report that was waived, kind: act, by: JPN, by_date: 2026-05-01, counts: {event: report.g}}
  - {id: imprecise, title: An answer within a day, kind: act, by: UKR, when: {event: question}, within: 24h, counts: {event: answer}}
  - {id: again, title: The report in February once more, kind: act, by: JPN, by_date: 2026-02-01, counts: {event: report.a},
     reading_of: breached}
`

/** What has happened by then. */
export const SPECTRUM_EVENTS = [
  accordEvent('f1', 'report.f', '2026-02-10T10:00:00Z'),
  accordEvent('aid1', 'aid', '2026-01-10T10:00:00Z', { amount: '900.25', currency: 'EUR' }),
  accordEvent('q1', 'question', '2026-03-01T05:00:00Z', {}, { occurred: '2026-03-01', zone: 'Europe/Kyiv' }),
  accordEvent('w1', 'servanda.waiver', '2026-02-20T10:00:00Z', { agreement: 'spectrum', commitment: 'ended' }),
  accordEvent('s1', 'servanda.suspension', '2026-02-20T10:00:00Z', {
    agreement: 'spectrum',
    commitments: ['suspended'],
  }),
]
