import { setPriority } from 'node:os'

/** How much more other processes of the machine are worth than one that only works. */
const NICENESS = 5

/**
 * Lets what answers go before the process `pid` (this one when left out): whoever asks waits for each answer, and nobody
 * for the second in which something is evaluated. Only where both share a machine that is busy does it make a difference.
 */
export function giveWay(pid = 0): void {
  setPriority(pid, NICENESS)
}
