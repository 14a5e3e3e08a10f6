import { expect, test } from 'vitest'
import { evaluate, type Instant, type KnownEvent } from '../rules/index.ts'
import { compiled } from './subject.ts'
import { arrived, prepared } from './told.ts'
import { type Counts, END, same, summary, type Workload } from './workload.ts'
import { WORKLOADS } from './workloads.ts'

const EVENTS = 2_000
const SEED = 7
/** The reference looks far ahead from the middle of things, which takes it long. */
const FEWER = 300

const each = test.each(WORKLOADS.map((workload) => [workload.name, workload] as const))

each('%s: the loop counts in the end what the reference counts', (_, workload) => {
  const events = [...workload.lines(EVENTS, SEED)].map(prepared)
  const loop = workload.loop(EVENTS)
  loop.take(events)
  loop.advance(END)
  expectSame(loop.counts(END), byReference(workload, EVENTS, events, END))
})

each('%s: and in the middle, too', (_, workload) => {
  const events = [...workload.lines(FEWER, SEED)].map(prepared).slice(0, FEWER / 2)
  const asOf = Math.max(...events.map(arrived)) as Instant
  const loop = workload.loop(FEWER)
  loop.take(events)
  loop.advance(asOf)
  expectSame(loop.counts(asOf), byReference(workload, FEWER, events, asOf))
})

each('%s: its events arrive in order', (_, workload) => {
  let before = Number.NEGATIVE_INFINITY
  for (const row of workload.lines(FEWER, SEED)) {
    const at = arrived(prepared(row))
    expect(at).toBeGreaterThanOrEqual(before)
    before = at
  }
})

function byReference(workload: Workload, count: number, events: readonly KnownEvent[], asOf: Instant): Counts {
  const { commitments } = evaluate(compiled(workload.rulebook(count)), events, { asOf })
  return Object.fromEntries(commitments.map(({ id, record }) => [id, record]))
}

function expectSame(found: Counts, wanted: Counts): void {
  expect(summary(found)).toBe(summary(wanted))
  expect(same(found, wanted)).toBe(true)
}
