import type { Log } from '../../config/log.ts'
import type { Store } from '../store/index.ts'
import type { StatusProjection } from './projection.ts'
import type { IsShown } from './shown.ts'
import {
  type Cursor,
  type CursorRefusal,
  parseCursor,
  reaches,
  readTold,
  refusedCursor,
  type TransitionEvent,
} from './told.ts'

/** Where a follower's events go: a connection. */
export interface Sink {
  /** @returns false when it takes no more for now */
  write(bytes: Buffer): boolean
  /** Resolves once it takes more, or is closed. */
  drained(): Promise<void>
  end(): void
  /** Breaks it off, with whatever lies unsent. */
  destroy(): void
}

/** What somebody follows. */
export interface FollowOrder {
  /** One agreement; null: all. */
  readonly agreement: string | null
  readonly isShown: IsShown
  /** The last event that was heard; null: none, what is to come will do. */
  readonly lastEventId: string | null
}

export interface StatusStreamDeps {
  readonly store: Store
  readonly status: StatusProjection
  readonly log: Log
  /** Where the status is to be read. */
  readonly statusUrl: () => string
  /** How long a connection may take nothing; half a minute when left out. */
  readonly patienceMs?: number
  /** Who missed more than this reads the status anew; 10,000 events when left out. */
  readonly mostReplayed?: number
}

/** How often a connection on which nothing happens hears that it is still there. */
const HEARTBEAT_MS = 15_000
const HEARTBEAT = Buffer.from(': still here\n\n')

/** No more events than this lie in the process for one follower, beside what its connection took when it still took. */
const PAGE = 100

/** What was told last is kept for whoever comes back soon, or is a little behind. */
const KEPT_BYTES = 4 * 1_024 * 1_024

const MOST_REPLAYED = 10_000

const PATIENCE_MS = 30_000
const RETRY_MS = 1_000

/** Clients that were cut off together come back one after another, within this time. */
const COMEBACK_MS = { least: 1_000, most: 4_000 }

/**
 * Tells followers of each change of the status, in the order in which the changes were committed, none left out and none
 * twice. Each event is written once, for all who hear it. Who does not keep up is told at a pace of its own, page by page,
 * and cut off when it takes nothing any more.
 */
export class StatusStream {
  readonly #deps: StatusStreamDeps
  readonly #followers = new Set<Follower>()
  readonly #stopListening: () => void
  readonly #heartbeat: NodeJS.Timeout
  /** Up to here everything was told. */
  #told: Cursor
  readonly #kept: KeptFrames
  /** Which status was told last, to those who follow the same. */
  #toldStatus = new Chapters<string>()
  #telling: Promise<void> = Promise.resolve()
  #reading: Promise<unknown> = Promise.resolve()
  #retry: NodeJS.Timeout | undefined

  constructor(deps: StatusStreamDeps) {
    this.#deps = deps
    this.#told = allOf(deps.status.seq)
    this.#kept = new KeptFrames(this.#told)
    this.#stopListening = deps.status.onChange(() => this.#tellSoon())
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS).unref()
  }

  get followers(): number {
    return this.#followers.size
  }

  /** Tells `sink` from now on, or from the last event that it heard on. @returns how to stop that */
  follow(sink: Sink, order: FollowOrder): () => void {
    const follower = new Follower(sink, order, this.#told)
    this.#followers.add(follower)
    const spread = COMEBACK_MS.most - COMEBACK_MS.least
    follower.write(Buffer.from(`retry: ${COMEBACK_MS.least + Math.floor(Math.random() * spread)}\n\n`))
    if (order.lastEventId === null) {
      follower.write(this.#statusFrame(order).bytes)
      follower.isLive = true
    } else {
      void this.#takeUp(follower, order.lastEventId).catch((err) => this.#giveUp(follower, err))
    }
    return () => this.#drop(follower)
  }

  /** Ends every connection. */
  close(): void {
    this.#stopListening()
    clearInterval(this.#heartbeat)
    clearTimeout(this.#retry)
    for (const follower of this.#followers) {
      this.#drop(follower)
      follower.sink.end()
    }
  }

  #drop(follower: Follower): void {
    this.#followers.delete(follower)
    follower.isGone = true
  }

  /** What it does not hear now it asks for when it comes back. */
  #giveUp(follower: Follower, err: unknown): void {
    this.#deps.log.warn({ err }, 'what a follower of the status missed could not be read; it was disconnected')
    this.#drop(follower)
    follower.sink.end()
  }

  #beat(): void {
    for (const follower of this.#followers) if (follower.isLive) this.#tell(follower, HEARTBEAT)
  }

  #tellSoon(): void {
    this.#telling = this.#telling
      .then(() => this.#tellAll())
      .catch((err) => {
        this.#deps.log.warn({ err }, 'what changed in the status could not be read; it is tried again')
        clearTimeout(this.#retry)
        this.#retry = setTimeout(() => this.#tellSoon(), RETRY_MS).unref()
      })
  }

  /** Tells everybody who has kept up what changed since they were told last. */
  async #tellAll(): Promise<void> {
    const { store, status } = this.#deps
    const through = allOf(status.seq)
    const isBack = !reaches(through, this.#told)
    if (this.#followers.size === 0 || isBack) {
      this.#told = through
      this.#kept.forget(through)
      // Another database, which does not know what they were told.
      if (isBack) for (const follower of this.#followers) this.#reset(follower, 'cursor_unknown')
      return
    }
    for (let isLast = false; !isLast; ) {
      const query = { after: this.#told, through, agreement: null, most: PAGE }
      const frames = reaches(this.#told, through) ? [] : (await readTold(store.db, query)).map(frameOf)
      isLast = frames.length < PAGE
      this.#told = isLast ? through : (frames.at(-1)?.at ?? through)
      this.#kept.add(frames, this.#told)
      this.#tellPage(frames, isLast)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** Those who follow the same are told the same bytes. */
  #tellPage(frames: readonly Frame[], isLast: boolean): void {
    const chapters = new Chapters<Buffer>()
    const toldStatus = isLast ? new Chapters<string>() : this.#toldStatus
    for (const follower of this.#followers) {
      if (!follower.isLive) continue
      const { order } = follower
      const chapter = chapters.of(order, () => {
        const heard = frames.filter((frame) => isHeard(frame, order)).map(({ bytes }) => bytes)
        if (!isLast) return Buffer.concat(heard)
        const { name, bytes } = this.#statusFrame(order)
        const isSame = name === this.#toldStatus.of(order, () => '')
        toldStatus.of(order, () => name)
        return Buffer.concat(isSame ? heard : [...heard, bytes])
      })
      follower.cursor = this.#told
      if (chapter.length > 0) this.#tell(follower, chapter)
    }
    this.#toldStatus = toldStatus
  }

  #statusFrame({ agreement, isShown }: FollowOrder): { readonly name: string; readonly bytes: Buffer } {
    const { status } = this.#deps
    const one = agreement === null ? null : status.agreement(agreement, isShown)?.value
    const said = one
      ? {
          agreement: one.id,
          seq: one.seq,
          as_of: one.as_of,
          evaluated_through: one.evaluated_at,
          stale: one.stale,
          indicator: one.indicator,
          counts: one.counts,
        }
      : status.overall(isShown)
    return { name: `${said.seq} ${said.stale}`, bytes: eventBytes('status', idOf(this.#told), said) }
  }

  #tell(follower: Follower, bytes: Buffer): void {
    if (!follower.write(bytes)) void this.#catchUp(follower)
  }

  /** Begins where a follower left off, if that is known; else it is told to read the status. */
  async #takeUp(follower: Follower, lastEventId: string): Promise<void> {
    const { store, status } = this.#deps
    const after = parseCursor(lastEventId) ?? allOf(Number.MAX_SAFE_INTEGER)
    // It may have heard it from another process, which is ahead of this one.
    if (!reaches(this.#told, after)) {
      await status.refresh()
      await this.#telling
    }
    const most = this.#deps.mostReplayed ?? MOST_REPLAYED
    const query = { after, through: this.#told, agreement: follower.order.agreement, most }
    const isKept = reaches(after, this.#kept.from) && reaches(this.#told, after)
    const refusal = isKept ? null : await this.#inTurn(() => refusedCursor(store.db, query))
    if (refusal === null) follower.cursor = after
    else this.#reset(follower, refusal)
    await this.#catchUp(follower)
  }

  #reset(follower: Follower, reason: CursorRefusal): void {
    follower.cursor = this.#told
    const said = { seq: this.#told.seq, reason, status: this.#deps.statusUrl() }
    follower.write(eventBytes('reset', idOf(this.#told), said))
  }

  /** Tells a follower page by page what it has not heard, until it has kept up. */
  async #catchUp(follower: Follower): Promise<void> {
    follower.isLive = false
    try {
      while (!follower.isGone) {
        if (!(await this.#hasRoom(follower))) return this.#cutOff(follower)
        const told = this.#told
        const page = await this.#page(follower, told)
        const [last] = page.slice(-1)
        follower.cursor = last?.at ?? told
        if (last) follower.write(Buffer.concat(page.map(({ bytes }) => bytes)))
        else if (told === this.#told) {
          follower.write(this.#statusFrame(follower.order).bytes)
          follower.isLive = true
          return
        }
      }
    } catch (err) {
      this.#giveUp(follower, err)
    }
  }

  /** The next that a follower has not heard; nothing when it has heard everything up to `through`. */
  async #page({ cursor, order }: Follower, through: Cursor): Promise<readonly Frame[]> {
    const { agreement, isShown } = order
    if (reaches(cursor, through)) return []
    if (reaches(cursor, this.#kept.from)) {
      return this.#kept
        .after(cursor)
        .filter((frame) => isHeard(frame, order))
        .slice(0, PAGE)
    }
    for (let after = cursor; ; ) {
      const query = { after, through, agreement, most: PAGE }
      const told = await this.#inTurn(() => readTold(this.#deps.store.db, query))
      const heard = told.filter((one) => isShown(one.agreement)).map(frameOf)
      const [last] = told.slice(-1)
      if (heard.length > 0 || !last) return heard
      after = { seq: last.seq, number: last.number }
    }
  }

  /** Many may come back at the same moment: they do not all ask the database at once. */
  #inTurn<T>(read: () => Promise<T>): Promise<T> {
    const turn = this.#reading.then(read)
    this.#reading = turn.catch(() => {})
    return turn
  }

  async #hasRoom(follower: Follower): Promise<boolean> {
    if (!follower.isFull) return true
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), this.#deps.patienceMs ?? PATIENCE_MS)
    })
    const hasRoom = await Promise.race([follower.sink.drained().then(() => true), late])
    clearTimeout(timer)
    follower.isFull = !hasRoom
    return hasRoom
  }

  #cutOff(follower: Follower): void {
    this.#deps.log.info({ followers: this.#followers.size }, 'a follower of the status took nothing; it was cut off')
    this.#drop(follower)
    follower.sink.destroy()
  }
}

/** Somebody who follows the status. */
class Follower {
  readonly sink: Sink
  readonly order: FollowOrder
  /** How far it has been told. */
  cursor: Cursor
  /** Whether it has kept up, and is told of each change as it comes. */
  isLive = false
  isFull = false
  isGone = false

  constructor(sink: Sink, order: FollowOrder, cursor: Cursor) {
    this.sink = sink
    this.order = order
    this.cursor = cursor
  }

  /** @returns whether it takes more */
  write(bytes: Buffer): boolean {
    if (!this.isGone && !this.sink.write(bytes)) this.isFull = true
    return !this.isFull
  }
}

/** The last events that were told, within a bound. */
class KeptFrames {
  /** Everything that was told after this is here. */
  from: Cursor
  #frames: readonly Frame[] = []
  #bytes = 0

  constructor(from: Cursor) {
    this.from = from
  }

  add(frames: readonly Frame[], told: Cursor): void {
    this.#bytes += frames.reduce((sum, { bytes }) => sum + bytes.length, 0)
    const all = [...this.#frames, ...frames]
    let oldest = 0
    for (; this.#bytes > KEPT_BYTES && oldest < all.length; oldest++) {
      const dropped = all[oldest]
      this.#bytes -= dropped?.bytes.length ?? 0
      this.from = dropped?.at ?? told
    }
    this.#frames = all.slice(oldest)
  }

  after(cursor: Cursor): readonly Frame[] {
    return this.#frames.filter(({ at }) => !reaches(cursor, at))
  }

  forget(from: Cursor): void {
    this.from = from
    this.#frames = []
    this.#bytes = 0
  }
}

/** One thing for all who follow the same. */
class Chapters<T> {
  readonly #made = new Map<IsShown, Map<string | null, T>>()

  of({ agreement, isShown }: FollowOrder, make: () => T): T {
    const ofThese = this.#made.get(isShown) ?? new Map<string | null, T>()
    this.#made.set(isShown, ofThese)
    const known = ofThese.get(agreement)
    if (known !== undefined) return known
    const made = make()
    ofThese.set(agreement, made)
    return made
  }
}

/** An event as it goes over the connection, and its place. */
interface Frame {
  readonly at: { readonly seq: number; readonly number: number }
  readonly agreement: string
  readonly bytes: Buffer
}

function frameOf(event: TransitionEvent): Frame {
  const at = { seq: event.seq, number: event.number }
  return { at, agreement: event.agreement, bytes: eventBytes('transition', idOf(at), event) }
}

/** No line break is left in JSON, so that it is one line of data. */
function eventBytes(name: string, id: string, data: object): Buffer {
  return Buffer.from(`event: ${name}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`)
}

function idOf({ seq, number }: Cursor): string {
  return number === null ? String(seq) : `${seq}-${number}`
}

function allOf(seq: number): Cursor {
  return { seq, number: null }
}

function isHeard({ agreement }: Frame, order: FollowOrder): boolean {
  return (order.agreement === null || order.agreement === agreement) && order.isShown(agreement)
}
