import { Prepared } from './prepared.ts'

/** Whether an agreement is shown to whoever asks. Of the same readers always the same function: what they see is kept under it. */
export type IsShown = (agreement: string) => boolean

export const SHOW_ALL: IsShown = () => true

/** Something that is shown, what names it, and the bytes that were made of it, for as long as it is shown. */
export class Shown<T> {
  readonly etag: string
  readonly #make: () => T
  readonly #prepared = new Map<string, Prepared>()
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
}
