import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../config/root.ts'

/** One line of the Dockerfile, continued lines joined. */
export interface Instruction {
  readonly name: string
  readonly rest: string
}

/** One stage of the image: from `FROM` on. */
export interface Stage {
  readonly name: string
  readonly instructions: readonly Instruction[]
}

/** What a `COPY` copies. */
export interface Copy {
  readonly from: string | null
  readonly sources: readonly string[]
  readonly to: string
}

/** The stages of our Dockerfile, the image's own last. */
export function readDockerfile(): readonly Stage[] {
  const text = readFileSync(join(packageRoot(), 'Dockerfile'), 'utf8')
  const lines = text
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
  const stages: { name: string; instructions: Instruction[] }[] = []
  for (const line of lines) {
    const [, name, rest] = /^([A-Z]+)\s+(.+)$/.exec(line.trim()) ?? []
    if (name === undefined || rest === undefined) continue
    if (name === 'FROM') stages.push({ name: /\bAS (\w+)$/.exec(rest)?.[1] ?? '', instructions: [] })
    else stages.at(-1)?.instructions.push({ name, rest })
  }
  return stages
}

export function copyOf({ rest }: Instruction): Copy {
  const [, from = null, paths = ''] = /^(?:--from=(\w+) )?(.*)$/.exec(rest) ?? []
  const words = paths.split(/\s+/)
  return { from, sources: words.slice(0, -1), to: words.at(-1) ?? '.' }
}

/** The value of a JSON array instruction such as `CMD ["start"]`. */
export function wordsOf(stage: Stage | undefined, name: string): readonly string[] {
  const rest = stage?.instructions.find((one) => one.name === name)?.rest ?? '[]'
  return JSON.parse(rest.slice(rest.indexOf('[')))
}
