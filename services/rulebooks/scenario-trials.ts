import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline'
import type { Log } from '../../config/log.ts'
import type { IncludedText, Problem } from '../../rules/index.ts'
import { startChild } from '../child-process/index.ts'

/** A rulebook whose scenarios are to be run. */
export interface TrialJob {
  readonly file: string
  readonly text: string
  readonly included: readonly IncludedText[]
}

/** What the scenarios of one rulebook may take. */
export interface TrialLimits {
  readonly memoryMb: number
  readonly ms: number
}

const LIMITS: TrialLimits = { memoryMb: 512, ms: 60_000 }

/** How long a child process waits for the next rulebook: the first load of a folder brings one after the other. */
const IDLE_MS = 2_000

interface Child {
  readonly process: ChildProcess
  readonly answers: Interface
  /** Null, once the process is no more; also when it never was. */
  readonly ended: Promise<null>
}

/**
 * Runs the scenarios of rulebooks that are not in use yet. However long and greedy they are, the service goes on: they run
 * one after the other in a process of their own, each with a deadline, and with a limit to its memory.
 */
export class ScenarioTrials {
  readonly #log: Log
  readonly #limits: TrialLimits
  #child: Child | null = null
  #turn: Promise<unknown> = Promise.resolve()
  #idle: NodeJS.Timeout | undefined
  #isClosed = false

  constructor({ log, limits = LIMITS }: { readonly log: Log; readonly limits?: TrialLimits }) {
    this.#log = log
    this.#limits = limits
  }

  /** What the scenarios did not find as expected: nothing when the rulebook may be used. */
  run(job: TrialJob): Promise<readonly Problem[]> {
    const answer = this.#turn.then(() => this.#ask(job))
    this.#turn = answer.catch(() => {})
    return answer
  }

  /** Ends what is under way: its rulebook is neither adopted nor rejected, and tried again at the next start. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#idle)
    this.#child?.process.kill('SIGKILL')
    await this.#turn
  }

  async #ask(job: TrialJob): Promise<readonly Problem[]> {
    if (this.#isClosed) throw new Error('the service is closing')
    clearTimeout(this.#idle)
    this.#child ??= this.#start()
    const { process, answers, ended } = this.#child
    const deadline = setTimeout(() => process.kill('SIGKILL'), this.#limits.ms)
    process.stdin?.write(`${JSON.stringify(job)}\n`)
    const line = await Promise.race([once(answers, 'line').then(([text]) => text as string), ended])
    clearTimeout(deadline)
    if (line === null) {
      this.#child = null
      if (this.#isClosed) throw new Error('the service is closing')
      return [this.#endless(job.file)]
    }
    this.#idle = setTimeout(() => {
      process.stdin?.end()
      this.#child = null
    }, IDLE_MS)
    return JSON.parse(line) as readonly Problem[]
  }

  #start(): Child {
    const process = startChild('./scenarios-child', import.meta.url, this.#limits.memoryMb)
    const { stdin, stdout, stderr } = process
    if (stdout === null) throw new TypeError('a child process without output')
    // What it could not be told any more is noticed by its end.
    stdin?.on('error', () => {})
    stderr?.on('data', (text: Buffer) =>
      this.#log.warn({ complaints: `${text}`.slice(-4_000) }, 'scenarios complained'),
    )
    const ended = once(process, 'close').then(
      () => null,
      () => null,
    )
    return { process, answers: createInterface({ input: stdout }), ended }
  }

  #endless(file: string): Problem {
    const { ms, memoryMb } = this.#limits
    return {
      file,
      line: 0,
      column: 1,
      code: 'scenario',
      message: `its scenarios did not come to an end within ${ms / 1_000} seconds and ${memoryMb} MB`,
      why: 'what cannot be tried does not replace what is in use',
      mend: 'make the scenarios smaller; "servanda test" runs them without a limit',
      excerpt: '',
    }
  }
}
