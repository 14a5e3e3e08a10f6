import { Duplex } from 'node:stream'
import type { EmbeddedEngine, Session } from './embedded-engine.ts'
import { greeting, RequestReader } from './wire.ts'

/** PostgreSQL's version inside PGlite 0.5, which drivers are told at the greeting. */
const SERVER_VERSION = '18.0'

/** What the `pg` driver takes for a network socket: it speaks to the embedded engine instead. */
export class EmbeddedSocket extends Duplex implements Session {
  readonly #engine: EmbeddedEngine
  readonly #requests = new RequestReader()

  constructor(engine: EmbeddedEngine) {
    super()
    this.#engine = engine
  }

  connect(): this {
    this.#engine.join(this)
    process.nextTick(() => this.emit('connect'))
    return this
  }

  answer(bytes: Buffer): void {
    this.push(bytes)
  }

  fail(error: Error): void {
    this.destroy(error)
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    for (const request of this.#requests.read(chunk)) {
      if (request.kind === 'batch') this.#engine.submit({ session: this, ...request })
      else if (request.kind === 'startup') this.push(greeting(SERVER_VERSION))
      else this.#end()
    }
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#engine.leave(this)
    done(error)
  }

  #end(): void {
    this.#engine.leave(this)
    this.push(null)
    this.destroy()
  }

  setNoDelay(): this {
    return this
  }

  setKeepAlive(): this {
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }
}
