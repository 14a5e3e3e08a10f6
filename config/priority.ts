import { setPriority } from 'node:os'

/** How much more other processes of the machine are worth than one that only works. */
const NICENESS = 5

/**
 * Lets what answers go before this process: whoever asks waits for each answer, and nobody for the second in which
 * something is evaluated or reported. Only where both share a machine that is busy does it make a difference.
 */
export function giveWay(): void {
  setPriority(NICENESS)
}
