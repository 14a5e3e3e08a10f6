/** One line of a body, numbered from 1 as an editor does. */
export interface Line {
  readonly number: number
  /** Without its end; null: it was longer than is taken, and nothing of it was kept. */
  readonly bytes: Buffer | null
}

const NEWLINE = 0x0a
const RETURN = 0x0d

/** Cuts a body into lines as it arrives, and keeps no more of it than a line may have. Empty lines are counted only. */
export class LineSplitter {
  readonly #longest: number
  #parts: Buffer[] = []
  #size = 0
  #number = 0

  /** @param longest  bytes a line may have */
  constructor(longest: number) {
    this.#longest = longest
  }

  /** The lines that `piece` completes. */
  take(piece: Buffer): Line[] {
    const lines: Line[] = []
    let from = 0
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, from)) {
      this.#keep(piece.subarray(from, end))
      this.#complete(lines)
      from = end + 1
    }
    this.#keep(piece.subarray(from))
    return lines
  }

  /** The last line, where the body does not end with one's end. */
  end(): Line[] {
    const lines: Line[] = []
    if (this.#size > 0) this.#complete(lines)
    return lines
  }

  #keep(part: Buffer): void {
    this.#size += part.length
    if (this.#size > this.#longest) this.#parts = []
    else if (part.length > 0) this.#parts.push(part)
  }

  #complete(lines: Line[]): void {
    this.#number += 1
    const isTooLong = this.#size > this.#longest
    const [first] = this.#parts
    const bytes = this.#parts.length === 1 && first ? first : Buffer.concat(this.#parts)
    const isEmpty = bytes.length === 0 || (bytes.length === 1 && bytes[0] === RETURN)
    if (isTooLong || !isEmpty) lines.push({ number: this.#number, bytes: isTooLong ? null : bytes })
    this.#parts = []
    this.#size = 0
  }
}
