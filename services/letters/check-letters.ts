import { ServandaError } from '../../config/error.ts'
import type { Letter } from './letter.ts'
import { letterFor } from './letter-for.ts'
import { SAMPLE_CONTEXT, samples } from './samples.ts'

/**
 * Writes a letter of every kind and purpose with each of `renderers`, so that one that cannot be written is found when the
 * service starts, and not when it has something to tell.
 * @throws {ServandaError} `LETTER_BROKEN`, with the name of the letter and what went wrong
 */
export function checkLetters(renderers: readonly ((letter: Letter) => unknown)[]): void {
  for (const { name, delivery } of samples()) {
    try {
      const letter = letterFor(delivery, SAMPLE_CONTEXT)
      for (const render of renderers) render(letter)
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new ServandaError('LETTER_BROKEN', `The letter “${name}” cannot be written: ${why}`, { cause })
    }
  }
}
