import { AsyncLocalStorage } from 'node:async_hooks'
import { ServandaError } from '../../config/error.ts'

interface Running {
  open: boolean
}

const running = new AsyncLocalStorage<Running>()
let transactions = 0

/** Runs `work` marked as the inside of a transaction; the mark ends with it, also for what it left running. */
export async function insideTransaction<T>(work: () => Promise<T>): Promise<T> {
  const mark = { open: true }
  transactions++
  try {
    return await running.run(mark, work)
  } finally {
    mark.open = false
    // While nobody is inside one, nothing is followed: that would cost every promise of the process a little.
    if (--transactions === 0) running.disable()
  }
}

/**
 * Refuses to go on inside a transaction. There, any use of the pool but through the transaction itself waits for ever on
 * the embedded database, which has one session, and is silently not part of the transaction on a server.
 * @param what  what was attempted, to begin the sentence
 * @throws {ServandaError} `NESTED_POOL_USE`
 */
export function refuseInsideTransaction(what: string): void {
  if (running.getStore()?.open) {
    throw new ServandaError(
      'NESTED_POOL_USE',
      `${what} inside a transaction: use the transaction that was handed in, or wait until it has committed`,
    )
  }
}
