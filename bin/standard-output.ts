import { writeSync } from 'node:fs'
import { pause } from './event-lines.ts'

const ENOUGH = 262_144

/** Writes to standard output in large pieces, at the pace at which they are read; a reader that has seen enough ends it. */
export class StandardOutput {
  private waiting: string[] = []
  private size = 0

  write(text: string): void {
    this.waiting.push(text)
    this.size += text.length
    if (this.size >= ENOUGH) this.flush()
  }

  flush(): void {
    const bytes = Buffer.from(this.waiting.join(''))
    this.waiting = []
    this.size = 0
    for (let at = 0; at < bytes.length; ) at += writeSome(bytes, at)
  }
}

function writeSome(bytes: Buffer, at: number): number {
  try {
    return writeSync(process.stdout.fd, bytes, at)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EPIPE') process.exit(0)
    if (code !== 'EAGAIN') throw error
    pause()
    return 0
  }
}
