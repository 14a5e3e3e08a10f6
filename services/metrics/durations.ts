/** What names one series: the values of its labels, in the order of their names. */
type Values<Labels extends readonly string[]> = { readonly [N in keyof Labels]: string }

interface Series {
  readonly labels: string
  /** How many lie at or below each bound, and above the one before; the last: above all. */
  readonly counts: number[]
  sum: number
}

export interface DurationsOptions<Labels extends readonly string[]> {
  readonly name: string
  readonly help: string
  readonly labelNames: Labels
  /** Upper bounds, ascending; seconds. */
  readonly buckets: readonly number[]
}

/**
 * A histogram of how long something took, for what is done tens of thousands of times a second: the library's takes longer
 * to note an answer than it takes to give one.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export class Durations<const Labels extends readonly string[]> {
  readonly #options: DurationsOptions<Labels>
  readonly #series = new Map<string, Series>()

  constructor(options: DurationsOptions<Labels>) {
    this.#options = options
  }

  /** @param values  few different ones, known beforehand */
  observe(values: Values<Labels>, seconds: number): void {
    const { buckets } = this.#options
    const key = values.join('\n')
    let series = this.#series.get(key)
    if (!series) {
      series = { labels: this.#labels(values), counts: Array(buckets.length + 1).fill(0), sum: 0 }
      this.#series.set(key, series)
    }
    let n = 0
    while (n < buckets.length && seconds > (buckets[n] ?? 0)) n++
    series.counts[n] = (series.counts[n] ?? 0) + 1
    series.sum += seconds
  }

  /** In the text format of Prometheus. */
  text(): string {
    const { name, help, buckets } = this.#options
    const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`]
    for (const { labels, counts, sum } of this.#series.values()) {
      let total = 0
      for (const [n, count] of counts.entries()) {
        total += count
        lines.push(`${name}_bucket{${labels},le="${buckets[n] ?? '+Inf'}"} ${total}`)
      }
      lines.push(`${name}_sum{${labels}} ${sum}`, `${name}_count{${labels}} ${total}`)
    }
    return `${lines.join('\n')}\n`
  }

  #labels(values: Values<Labels>): string {
    return this.#options.labelNames.map((name, n) => `${name}="${escaped(values[n] ?? '')}"`).join(',')
  }
}

function escaped(value: string): string {
  return value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')
}
