import { Temporal } from 'temporal-polyfill'

/** A small agreement, as small as shows the whole way: an attack, a call for talks, talks within a day of the call. */
export const ACCORD = `servanda: 1
agreement:
  id: accord
  title: Accord on consultations
  legal_force: political
  visibility: public
  parties: {JPN: Japan, UKR: Ukraine}
  signed: 2024-06-13
  in_force: {from: 2024-06-13, term: 10y}
  zone: Europe/Kyiv
terms:
  new_attack: {episode: {of: {event: attack, where: {scale: major}}, merge_within: 72h, longest: 14d}}
commitments:
  - {id: call, title: Either side may call for talks, kind: power, by: [JPN, UKR], when: {episode: new_attack},
     exercised_by: {event: consultation.requested}, available_for: 7d}
  - {id: talks, title: Talks within 24 hours of a call, kind: act, by: [JPN, UKR], when: {exercised: call}, within: 24h,
     counts: {event: consultation.held, where: {parties: [JPN, UKR]}}, settle: 14d, remind: [6h], severity: critical,
     clause: {quote: "talks to be held within 24 hours"}}
`

const TERM = 'new_attack: {episode: {of: {event: attack, where: {scale: major}}, merge_within: 72h, longest: 14d}}'

/** The accord with its term in a file that it includes. */
export const INCLUDING_ACCORD = ACCORD.replace(`terms:\n  ${TERM}\n`, 'include: attacks\n')

/** That file. */
export const ATTACKS = { name: 'attacks', file: 'shared/attacks.yaml', text: `servanda: 1\nterms:\n  ${TERM}\n` }

const SOURCE = 'https://events.example/'

/** A CloudEvent about the accord. */
export function accordEvent(id: string, type: string, time: string, data: object = {}, more: object = {}) {
  return { specversion: '1.0', source: SOURCE, id, type, time, data, ...more }
}

export function attack(id: string, time: string) {
  return accordEvent(id, 'attack', time, { scale: 'major' })
}

export function call(id: string, time: string) {
  return accordEvent(id, 'consultation.requested', time)
}

export function talks(id: string, time: string) {
  return accordEvent(id, 'consultation.held', time, { parties: ['JPN', 'UKR'] })
}

/** The id of the case a call opens. */
export function talksCase(callId: string): string {
  return `accord/talks@${SOURCE}#${callId}`
}

/** Events as a file of evidence. */
export function ndjson(...events: object[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join('')
}

/** When a day began that ends `ms` from now: talks called for then are due by its end. */
export function dayEndingIn(ms: number): string {
  return Temporal.Now.instant()
    .subtract({ hours: 24 })
    .add({ milliseconds: ms })
    .toString({ fractionalSecondDigits: 3 })
}
