import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { findPostgres, startPostgres } from '../test/servers/postgres.ts'
import { findRedis, startRedis } from '../test/servers/redis.ts'
import { builtFile } from './child.ts'
import type { MachineAnswers, MachineJob } from './machine.ts'
import type { Setting } from './setting.ts'

/** Services of several processes, as on several machines, and the servers they share. */

/** What the processes of one service share. */
export type Shared = Readonly<Record<string, string>>

/** How a service keeps its data and its queues. */
export type Mode = 'postgresql+redis' | 'postgresql' | 'embedded'

/** A process that was started. */
export interface Machine {
  ask<A extends keyof MachineAnswers>(question: A): Promise<MachineAnswers[A]>
  stop(): Promise<void>
}

/** Runs `work` with the servers of `mode`, started for it alone. */
export async function withServers<T>(
  mode: Mode,
  { folder }: Pick<Setting, 'folder'>,
  work: (shared: Shared) => Promise<T>,
): Promise<T> {
  const stops: (() => Promise<void>)[] = []
  const started = async (server: Promise<{ readonly url: string; stop(): Promise<void> }>): Promise<string> => {
    const { url, stop } = await server
    stops.push(stop)
    return url
  }
  const shared: Record<string, string> = {
    DATA_DIR: join(folder, `data-${crypto.randomUUID()}`),
    SECRET: 'x'.repeat(32),
    PORT: '0',
  }
  try {
    if (mode !== 'embedded') shared.DATABASE_URL = await started(startPostgres(installed('PostgreSQL', findPostgres())))
    if (mode === 'postgresql+redis') shared.REDIS_URL = await started(startRedis(installed('Redis', findRedis())))
    mkdirSync(shared.DATA_DIR ?? '')
    return await work(shared)
  } finally {
    for (const stop of stops.reverse()) await stop()
  }
}

function installed(name: string, programs: string | null): string {
  if (programs === null) throw new Error(`${name} is not installed`)
  return programs
}

/** Starts a process; it is wired when this resolves, and works when it is asked to. */
export async function startMachine(shared: Shared, job: Omit<MachineJob, 'env'>): Promise<Machine> {
  const order: MachineJob = { ...job, env: shared }
  const child = fork(builtFile('bench/machine.ts'), [JSON.stringify(order)], {
    execArgv: ['--expose-gc'],
    env: { PATH: process.env.PATH },
  })
  const ended = once(child, 'exit')
  const answerTo = async <A extends keyof MachineAnswers>(question: A): Promise<MachineAnswers[A]> => {
    const [answer] = await Promise.race([once(child, 'message'), ended])
    if (answer?.asked !== question) throw new Error(`a process ended when it was asked to ${question}`)
    return answer.value
  }
  await answerTo('ready')
  return {
    ask(question) {
      child.send(question)
      return answerTo(question)
    },
    async stop() {
      child.send('stop')
      await answerTo('stop')
      child.kill()
      await ended
    },
  }
}
