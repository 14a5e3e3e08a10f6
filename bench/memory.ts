import { readFileSync, writeFileSync } from 'node:fs'

/** What this process holds. It has to run with `--expose-gc`. */

/** Bytes of the heap in use, nothing dead among them. */
export function liveHeap(): number {
  if (global.gc === undefined) throw new Error('run with --expose-gc')
  global.gc()
  global.gc()
  return process.memoryUsage().heapUsed
}

/** Forgets how large the process has been, where the system can (Linux); elsewhere the peak is that of the whole life. */
export function forgetPeak(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5')
  } catch {
    // The peak then includes the reading of the events, and is an upper bound.
  }
}

/** The most memory that the process has taken, in bytes, since `forgetPeak`. */
export function peak(): number {
  return peakOf('self') ?? process.resourceUsage().maxRSS * 1_024
}

/** The most memory that the process `pid` has taken, in bytes; null where the system does not tell. */
export function peakOf(pid: number | 'self'): number | null {
  try {
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return found?.[1] === undefined ? null : Number(found[1]) * 1_024
  } catch {
    return null
  }
}
