import { Prepared, preparedText } from './prepared.ts'

/** Whether an agreement is shown to whoever asks. Of the same readers always the same function: what they see is kept under it. */
export type IsShown = (agreement: string) => boolean

export const SHOW_ALL: IsShown = () => true

/** Something that is shown, what names it, and the bytes that were made of it, for as long as it is shown. */
export class Shown<T> {
  readonly etag: string
  readonly #make: () => T
  readonly #prepared = new Map<string, Prepared>()
  readonly #texts = new Map<string, Promise<Prepared>>()
  #value: T | null = null

  constructor(etag: string, make: () => T) {
    this.etag = etag
    this.#make = make
  }

  get value(): T {
    this.#value ??= this.#make()
    return this.#value
  }

  /** Bytes that `make` makes of it when they are first asked for. @param name names them among all that are made of it */
  prepared(name: string, make: (value: T) => Buffer): Prepared {
    const known = this.#prepared.get(name)
    if (known) return known
    const made = new Prepared(this.etag, () => make(this.value))
    this.#prepared.set(name, made)
    return made
  }

  /** The same of a text that `make` has to look up more for, and that is named by what it says. */
  text(name: string, make: (value: T) => Promise<string>): Promise<Prepared> {
    const known = this.#texts.get(name)
    if (known) return known
    const made = make(this.value).then(preparedText)
    this.#texts.set(name, made)
    // What could not be made is tried again.
    made.catch(() => this.#texts.delete(name))
    return made
  }
}
