import { readFileSync } from 'node:fs'
import { basename } from 'node:path'

/** A profile as V8 writes it; only what is read here. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

const SHOWN = 15

/** The functions in which most time was spent, what they call left aside, one line each. */
export function hotspots(file: string): readonly string[] {
  const { nodes, samples, timeDeltas }: CpuProfile = JSON.parse(readFileSync(file, 'utf8'))
  const names = new Map(
    nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => {
      const place = url === '' ? '' : ` ${basename(url)}:${lineNumber + 1}`
      return [id, `${functionName || '(anonymous)'}${place}`]
    }),
  )
  const spent = new Map<string, number>()
  let whole = 0
  for (const [n, sample] of samples.entries()) {
    const time = timeDeltas[n] ?? 0
    const name = names.get(sample) ?? '(unknown)'
    spent.set(name, (spent.get(name) ?? 0) + time)
    whole += time
  }
  const sorted = [...spent].sort(([, a], [, b]) => b - a).slice(0, SHOWN)
  return sorted.map(([name, time]) => {
    const share = ((time / whole) * 100).toFixed(1).padStart(5)
    return `${share}%  ${(time / 1_000).toFixed(0).padStart(6)} ms  ${name}`
  })
}
