import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Figure } from './figures.ts'
import { writeLines } from './lines-of.ts'
import type { Workload } from './workload.ts'

/** With what everything is measured. */
export interface Setting {
  readonly events: number
  readonly rounds: number
  readonly seed: number
  /** Where files may be written. */
  readonly folder: string
  /** Tells how far it is. */
  readonly say: (text: string) => void
}

/** What was found, for people and for machines. */
export interface Measured {
  readonly name: string
  readonly figures: readonly Figure[]
  readonly details: object
}

/** A file with `count` events of `workload`, written unless it is there. */
export function fileOf(workload: Workload, count: number, { seed, folder, say }: Setting): string {
  const file = join(folder, `${workload.name}-${count}.ndjson`)
  if (existsSync(file)) return file
  say(`${workload.name}: writing ${count} events`)
  writeLines(file, workload.lines(count, seed))
  return file
}
