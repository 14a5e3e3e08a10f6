/** How often a line on a terminal is written anew. */
const EVERY_MS = 200

/** Shows how far long work has come, where a person is watching: one line on standard error, which is gone at the end. */
export class Progress {
  readonly #shows = process.stderr.isTTY === true
  #last = 0

  show(line: string): void {
    const now = performance.now()
    if (!this.#shows || now - this.#last < EVERY_MS) return
    this.#last = now
    process.stderr.write(`\r\u001b[K${line}`)
  }

  end(): void {
    if (this.#shows && this.#last > 0) process.stderr.write('\r\u001b[K')
  }
}
