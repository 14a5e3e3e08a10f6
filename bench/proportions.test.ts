import { expect, test } from 'vitest'
import type { KnownEvent } from '../rules/index.ts'
import { compiled } from './subject.ts'
import { DAY, HOUR, happened, prepared } from './told.ts'
import { END, START, type Workload } from './workload.ts'
import { corrections } from './workloads/corrections.ts'
import { dense } from './workloads/dense.ts'
import { hundred, listeners } from './workloads/hundred.ts'
import { incidentOf, response } from './workloads/response.ts'
import { sum } from './workloads/sum.ts'

const EVENTS = 20_000

function eventsOf(workload: Workload): readonly KnownEvent[] {
  return [...workload.lines(EVENTS, 3)].map(prepared)
}

function share<T>(of: readonly T[], which: (one: T) => boolean): number {
  return of.filter(which).length / of.length
}

function ofType(type: string): (event: KnownEvent) => boolean {
  return (event) => event.type === type
}

test('response: a quarter each of attacks, consultations, payments and noise, over nine months', () => {
  const events = eventsOf(response)
  expect(events).toHaveLength(EVENTS)
  for (const type of ['attack', 'consultation', 'aid', 'statement']) expect(share(events, ofType(type))).toBe(0.25)
  const days = (Math.max(...events.map(happened)) - START) / DAY
  expect(days).toBeGreaterThan(270)
  expect(days).toBeLessThan(280)
})

test('response: 95% of the attacks are answered in time, 3% late, 2% never', () => {
  const loop = response.loop(EVENTS)
  loop.take(eventsOf(response))
  loop.advance(END)
  const { met = 0, met_late = 0, breached = 0 } = loop.counts(END).talks ?? {}
  const attacks = EVENTS / 4
  expect(Math.abs(met / attacks - 0.95)).toBeLessThan(0.01)
  expect(Math.abs(met_late / attacks - 0.03)).toBeLessThan(0.01)
  expect(Math.abs(breached / attacks - 0.02)).toBeLessThan(0.01)
})

test('dense: of a quarter of a million attacks 80,000 are open at once', () => {
  const events = eventsOf(dense)
  const attacks = events.filter(ofType('attack'))
  const answered = new Map(events.filter(ofType('consultation')).map((event) => [incidentOf(event), happened(event)]))
  const last = Math.max(...attacks.map(happened))
  expect((last - START) / DAY).toBeCloseTo(12, 1)
  const isOpen = (attack: KnownEvent): boolean => {
    const due = happened(attack) + 176 * HOUR
    return due >= last && (answered.get(incidentOf(attack)) ?? due) >= last
  }
  expect(share(attacks, isOpen) * 250_000).toBeGreaterThan(76_000)
  expect(share(attacks, isOpen) * 250_000).toBeLessThan(84_000)
})

test('sum: payments of 50 donors, 25 promises by the year and 25 by the month', () => {
  const events = eventsOf(sum)
  expect(events).toHaveLength(EVENTS)
  expect(share(events, ofType('aid'))).toBe(1)
  expect(new Set(events.map(({ data }) => (data as { donor: string }).donor)).size).toBe(50)
  const { commitments } = compiled(sum.rulebook(EVENTS))
  const every = commitments.map((c) => (c.kind === 'total' ? c.every?.every : null))
  expect(every.filter((e) => e === 'year')).toHaveLength(25)
  expect(every.filter((e) => e === 'month')).toHaveLength(25)
})

test('corrections: 5% told late, 2% revised, 1% retracted', () => {
  const events = eventsOf(corrections)
  expect(events).toHaveLength(EVENTS)
  const isLate = (e: KnownEvent): boolean => e.revision === 1 && (e.recordedAt ?? 0) >= happened(e) + HOUR
  expect(share(events, isLate)).toBeCloseTo(0.05, 2)
  expect(share(events, (e) => e.revision > 1 && !e.retracted)).toBeCloseTo(0.02, 2)
  expect(share(events, (e) => e.retracted)).toBeCloseTo(0.01, 2)
})

test('hundred: a hundred commitments of every kind, about two of which an event concerns', () => {
  const events = eventsOf(hundred)
  expect(events.length).toBeGreaterThan(0.98 * EVENTS)
  expect(events.length).toBeLessThan(1.02 * EVENTS)
  const { commitments } = compiled(hundred.rulebook(EVENTS))
  expect(commitments).toHaveLength(100)
  expect(new Set(commitments.map(({ kind }) => kind)).size).toBe(6)
  expect(commitments.map(({ id }) => id)).toEqual(listeners().map(({ id }) => id))
  const concerned = events.map(({ type, data }) => {
    const fields = data as Record<string, unknown>
    return listeners().filter(
      (l) => type !== null && l.types.includes(type) && Object.entries(l.fields).every(([f, v]) => fields[f] === v),
    ).length
  })
  const average = concerned.reduce((all, one) => all + one, 0) / events.length
  expect(average).toBeGreaterThan(1.6)
  expect(average).toBeLessThan(2.4)
})
