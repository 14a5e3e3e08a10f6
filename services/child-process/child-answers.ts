import { once } from 'node:events'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ServandaError } from '../../config/error.ts'
import type { Log } from '../../config/log.ts'
import { startChild } from './start-child.ts'

/** What answering may take. */
export interface AnswerLimits {
  /** Answers under way at once, in this process. */
  readonly atOnce: number
  readonly memoryMb: number
  readonly ms: number
}

/** How it is told that there is no answer. */
export interface ChildErrors {
  readonly busy: string
  readonly tooLarge: string
  /** A sentence. */
  readonly mend: string
}

/** What a child process is to answer. */
export interface ChildQuestion {
  /** The module it runs, without its ending, beside the one with the address `from`. */
  readonly module: string
  readonly from: string
  /** What it is told, a line each. */
  readonly lines: AsyncIterable<string>
  /** Names the question in the log. */
  readonly about: Readonly<Record<string, unknown>>
}

/** Answers of child processes, each with a deadline and a limit to its memory, and only so many at once. */
export class ChildAnswers {
  readonly #log: Log
  readonly #limits: AnswerLimits
  readonly #errors: ChildErrors
  #underWay = 0

  constructor({
    log,
    limits,
    errors,
  }: {
    readonly log: Log
    readonly limits: AnswerLimits
    readonly errors: ChildErrors
  }) {
    this.#log = log
    this.#limits = limits
    this.#errors = errors
  }

  /**
   * What the child prints, piece by piece, once there is something.
   * @throws {ServandaError} as `errors` names them
   */
  async ask({ module, from, lines, about }: ChildQuestion): Promise<Readable> {
    const { atOnce, memoryMb, ms } = this.#limits
    const log = this.#log
    const errors = this.#errors
    if (this.#underWay >= atOnce)
      throw new ServandaError(errors.busy, 'Enough such questions are being answered already. Ask again in a moment.')
    this.#underWay += 1
    const child = startChild(module, from, memoryMb)
    const deadline = setTimeout(() => child.kill('SIGKILL'), ms)
    const ended = once(child, 'close').then(([code]) => {
      clearTimeout(deadline)
      this.#underWay -= 1
      return code as number | null
    })
    let complaints = ''
    child.stderr?.on('data', (text: Buffer) => {
      complaints = `${complaints}${text}`.slice(-4_000)
    })
    // What comes next is fetched while the child reads.
    const ahead = Readable.from(lines, { highWaterMark: 2 })
    const told = pipeline(ahead, child.stdin ?? new Writable()).catch((error: unknown) => {
      child.kill('SIGKILL')
      return error
    })
    const { stdout } = child
    if (stdout === null) throw new TypeError('a child process without output')
    const first = await Promise.race([once(stdout, 'readable').then(() => 'answer' as const), ended])
    if (first === 'answer' && stdout.readableLength > 0) return Readable.from(whole(stdout, ended, failure))
    throw await failure(await ended)

    async function failure(code: number | null): Promise<ServandaError> {
      log.error({ err: await told, code, complaints, ...about }, 'a question about the whole history was not answered')
      return new ServandaError(
        errors.tooLarge,
        `This could not be worked out within ${ms / 1_000} seconds and ${memoryMb} MB. ${errors.mend}`,
      )
    }
  }
}

/** What the child prints; breaks where the child does, so that nobody takes half an answer for the whole. */
async function* whole(
  stdout: Readable,
  ended: Promise<number | null>,
  failure: (code: number | null) => Promise<Error>,
): AsyncGenerator<Buffer> {
  yield* stdout
  const code = await ended
  if (code !== 0) throw await failure(code)
}
