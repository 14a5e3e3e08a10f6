import { Writable } from 'node:stream'
import { UsageError } from './usage-error.ts'

/**
 * Standard output for what is of no use by halves: a reader that goes away is a failure here, not the end of a command
 * that has said enough. A failure of whatever feeds it leaves standard output itself as it was.
 */
export function wholeOutput(): Writable {
  process.stdout.removeAllListeners('error')
  process.stdout.on('error', () => {}) // told to the write that failed
  return new Writable({
    write(bytes, _encoding, done) {
      process.stdout.write(bytes, (error) => {
        done(error ? new UsageError(`standard output does not take it all (${error.message})`) : null)
      })
    },
  })
}
