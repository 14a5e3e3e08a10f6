import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { packageRoot } from '../config/root.ts'
import type { IngestJob, IngestRound } from './ingest-round.ts'
import type { PeerRate } from './peers.ts'
import type { Job, ReadingTimes, Run, Scaling } from './round.ts'

/** Room for a million events and what an engine keeps of them. */
const HEAP_MB = 8_192

const built = join(packageRoot(), 'dist', 'bench-build')

/**
 * Builds what is measured: the JavaScript that `tsc` makes, as users run it, and not what a loader makes of the sources
 * while they load. The command line is built with it, so that what is measured end to end are these sources too.
 */
export function build(): void {
  const tsc = join(packageRoot(), 'node_modules', 'typescript', 'bin', 'tsc')
  execFileSync(process.execPath, [tsc, '-p', join(packageRoot(), 'bench')], { stdio: 'inherit' })
}

/** The built form of a source file, named from the root of the project. */
export function builtFile(source: string): string {
  return join(built, source.replace(/\.ts$/, '.js'))
}

export function performJob(job: Job & { readonly what: 'run' }): Run
export function performJob(job: Job & { readonly what: 'scaling' }): Scaling
export function performJob(job: Job & { readonly what: 'reading' }): ReadingTimes
export function performJob(job: Job): Run | Scaling | ReadingTimes {
  return inChild(['--expose-gc', `--max-old-space-size=${HEAP_MB}`, builtFile('bench/round.ts'), JSON.stringify(job)])
}

/** What other engines make of the events in `file`. */
export function peerRates(file: string): readonly PeerRate[] {
  return inChild([builtFile('bench/peers.ts'), file])
}

/** How long events took into the ledger. */
export function ingestRounds(job: IngestJob): readonly IngestRound[] {
  return inChild(['--expose-gc', builtFile('bench/ingest-round.ts'), JSON.stringify(job)])
}

function inChild<T>(args: readonly string[]): T {
  const child = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (child.status !== 0) throw new Error(`a round ended with ${child.signal ?? child.status}, see above`)
  return JSON.parse(child.stdout)
}
