import type { Transaction } from 'kysely'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openLog } from '../../config/log.ts'
import { type CaseResult, parseInstant } from '../../rules/index.ts'
import { describeOnEachDatabase } from '../../test/servers/modes.ts'
import { bumpStatus, RulebookShelf } from '../rulebooks/index.ts'
import { type Database, openStore, type Store, timestamp } from '../store/index.ts'
import { StatusProjection } from './projection.ts'
import { SHOW_ALL } from './shown.ts'
import { type FollowOrder, type Sink, StatusStream } from './stream.ts'

const log = openLog({ logLevel: 'silent' })
const AT = parseInstant('2026-03-01T12:00:00Z')

const CASE: CaseResult = {
  id: 'accord/talks@1',
  phase: 'closed',
  verdict: 'breached',
  certainty: 'provisional',
  flags: [],
  opened: null,
  due: null,
  close: null,
  next_check: null,
  value: null,
  explanation: 'No talks\r\nwere held.',
  evidence: [],
  evidence_omitted: 0,
}

/** A connection that takes as much as it is let. */
class TestSink implements Sink {
  text = ''
  isOpen = true
  isDestroyed = false
  takes = Number.POSITIVE_INFINITY
  #room: () => void = () => {}

  write(bytes: Buffer): boolean {
    this.text += bytes.toString()
    return --this.takes > 0
  }

  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#room = resolve
    })
  }

  makeRoom(takes = 1): void {
    this.takes = takes
    this.#room()
  }

  end(): void {
    this.isOpen = false
  }

  destroy(): void {
    this.isDestroyed = true
  }

  /** The ids of what it was told, and what else than a transition it was. */
  get told(): readonly string[] {
    return [...this.text.matchAll(/event: (\w+)\nid: (\S+)\ndata: .*\n\n/g)].map(([, name, id]) =>
      name === 'transition' ? `${id}` : `${name} ${id}`,
    )
  }
}

describeOnEachDatabase('the stream of changes', (server) => {
  let store: Store
  let status: StatusProjection
  let stream: StatusStream
  const streams: StatusStream[] = []

  function open(limits: { patienceMs?: number; mostReplayed?: number } = {}): StatusStream {
    const opened = new StatusStream({
      store,
      status,
      log,
      statusUrl: () => 'http://localhost/v1/status',
      ...limits,
    })
    streams.push(opened)
    return opened
  }

  beforeAll(async () => {
    store = await openStore({ ...server(), log })
    const deps = { store, shelf: new RulebookShelf(), base: () => 'http://localhost/v1', now: () => AT, clock: null }
    status = new StatusProjection(deps)
    await status.refresh()
    stream = open()
  })

  afterEach(() => {
    for (const one of streams.splice(1)) one.close()
  })

  afterAll(async () => {
    stream?.close()
    await store?.close()
  })

  /** Puts transitions on record, without a number of the status yet. */
  async function change(trx: Transaction<Database>, agreement: string, count: number): Promise<[number, number]> {
    const rows = await trx
      .insertInto('servanda.transitions')
      .values(
        Array.from({ length: count }, () => ({
          case_id: CASE.id,
          agreement,
          commitment: 'talks',
          verdict_version: 1,
          cause: 'time' as const,
          occurred_at: timestamp(AT),
          recorded_at: timestamp(AT),
          seq: 1,
          rulebook_version: 1,
          before: null,
          after: JSON.stringify(CASE),
        })),
      )
      .returning('number')
      .execute()
    return [rows[0]?.number ?? 0, rows.at(-1)?.number ?? 0]
  }

  /** @returns the ids under which they are told */
  async function changeAtOnce(agreement: string, count = 1): Promise<readonly string[]> {
    const [first, last] = await store.transaction(async (trx) => {
      const transitions = await change(trx, agreement, count)
      await bumpStatus(trx, AT, { agreement, transitions })
      return transitions
    })
    await status.refresh()
    return Array.from({ length: last - first + 1 }, (_, n) => `${status.seq}-${first + n}`)
  }

  function follow(order: Partial<FollowOrder> = {}, sink = new TestSink(), on = stream): TestSink {
    on.follow(sink, { agreement: null, isShown: SHOW_ALL, lastEventId: null, ...order })
    return sink
  }

  test('tells the status first, then each change and the status after it', async () => {
    const sink = follow()
    const before = status.seq
    const ids = await changeAtOnce('accord', 2)
    await expect.poll(() => sink.told).toEqual([`status ${before}`, ...ids, `status ${status.seq}`])
    expect(sink.text).toMatch(/^retry: \d{4}\n\n/)
    expect(sink.text).toContain('"explanation":"No talks\\r\\nwere held."')
  })

  test('tells only what an agreement is concerned with, and only what may be seen', async () => {
    const [accord, seen] = [follow({ agreement: 'accord' }), follow({ isShown: (id) => id !== 'pact' })]
    const [one] = await changeAtOnce('accord')
    const [other] = await changeAtOnce('pact')
    const [last] = await changeAtOnce('accord')
    await expect.poll(() => seen.told.filter((id) => !id.startsWith('status'))).toEqual([one, last])
    await expect.poll(() => accord.told.filter((id) => !id.startsWith('status'))).toEqual([one, last])
    const after = follow({ lastEventId: String(one), isShown: (id) => id !== 'accord' })
    await expect.poll(() => after.told).toEqual([other, `status ${status.seq}`])
  })

  test('leaves nothing out when transactions end in another order', async () => {
    if (server().mode === 'pglite') return
    const sink = follow()
    let letGo: () => void = () => {}
    const held = new Promise<void>((resolve) => {
      letGo = resolve
    })
    let isWritten: (numbers: [number, number]) => void = () => {}
    const written = new Promise<[number, number]>((resolve) => {
      isWritten = resolve
    })
    const slow = store.transaction(async (trx) => {
      const transitions = await change(trx, 'accord', 1)
      isWritten(transitions)
      await held
      await bumpStatus(trx, AT, { agreement: 'accord', transitions })
    })
    const [early] = await written
    const [quick] = await changeAtOnce('pact')
    await expect.poll(() => sink.told).toContain(quick)
    letGo()
    await slow
    await status.refresh()
    expect(early).toBeLessThan(Number(quick?.split('-')[1]))
    await expect.poll(() => sink.told).toContain(`${status.seq}-${early}`)
    const again = follow({ lastEventId: String(quick) })
    await expect.poll(() => again.told).toEqual([`${status.seq}-${early}`, `status ${status.seq}`])
  })

  test('goes on where somebody left off, in a process that was not there then', async () => {
    const before = status.seq
    const ids = await changeAtOnce('accord', 250)
    const later = await changeAtOnce('pact', 3)
    const fresh = open()
    const all = follow({ lastEventId: String(before) }, new TestSink(), fresh)
    await expect.poll(() => all.told).toEqual([...ids, ...later, `status ${status.seq}`])
    const rest = follow({ lastEventId: String(ids[120]) }, new TestSink(), fresh)
    await expect.poll(() => rest.told).toEqual([...ids.slice(121), ...later, `status ${status.seq}`])
    const [next] = await changeAtOnce('accord')
    await expect.poll(() => rest.told.slice(-2)).toEqual([next, `status ${status.seq}`])
  })

  test.each([
    ['x', 'cursor_unknown'],
    ['999999', 'cursor_unknown'],
    ['12-', 'cursor_unknown'],
  ])('tells who comes with the cursor %s to read the status anew', async (lastEventId, reason) => {
    const sink = follow({ lastEventId })
    await expect.poll(() => sink.told).toEqual([`reset ${status.seq}`, `status ${status.seq}`])
    expect(sink.text).toContain(`"reason":"${reason}","status":"http://localhost/v1/status"`)
  })

  test('tells who missed too much to read the status anew', async () => {
    const before = status.seq
    for (let n = 0; n < 3; n++) await changeAtOnce('accord', 4)
    const [few, many] = [open({ mostReplayed: 11 }), open({ mostReplayed: 12 })]
    const sink = follow({ lastEventId: String(before) }, new TestSink(), few)
    const patient = follow({ lastEventId: String(before) }, new TestSink(), many)
    await expect.poll(() => patient.told.length).toBe(13)
    await expect.poll(() => sink.told).toEqual([`reset ${status.seq}`, `status ${status.seq}`])
    expect(sink.text).toContain('"reason":"cursor_too_old"')
  })

  test('tells who is slow at the pace at which it takes things, and keeps no more than a page for it', async () => {
    const sink = follow({}, new TestSink(), open())
    sink.takes = 1
    const ids = await changeAtOnce('accord', 350)
    await expect.poll(() => sink.told.length).toBeGreaterThan(50)
    expect(sink.told.length).toBeLessThanOrEqual(102)
    while (sink.told.filter((id) => !id.startsWith('status')).length < ids.length) {
      const before = sink.told.length
      sink.makeRoom()
      await expect.poll(() => sink.told.length).toBeGreaterThan(before)
      expect(sink.told.length - before).toBeLessThanOrEqual(101)
    }
    expect(sink.told.filter((id) => !id.startsWith('status'))).toEqual(ids)
  })

  test('cuts off who takes nothing any more', async () => {
    const impatient = open({ patienceMs: 20 })
    const sink = follow({}, new TestSink(), impatient)
    sink.takes = 1
    await changeAtOnce('accord')
    await expect.poll(() => sink.isDestroyed).toBe(true)
    expect(impatient.followers).toBe(0)
  })

  test('ends every connection when it is closed', async () => {
    const closing = open()
    const sink = follow({}, new TestSink(), closing)
    closing.close()
    const { text } = sink
    await changeAtOnce('accord')
    expect([sink.isOpen, sink.text]).toEqual([false, text])
  })
})
