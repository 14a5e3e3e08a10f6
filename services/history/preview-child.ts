import { once } from 'node:events'
import { createInterface } from 'node:readline'
import {
  type CaseResult,
  Engine,
  type Indicator,
  type KnownEvent,
  parseInstant,
  type Verdict,
} from '../../rules/index.ts'
import { eventIn, type PreviewJob, type PreviewLine, type RulebookText, rulebookIn, type ToldEvent } from './job.ts'

// The body of a child process: evaluates two versions of a rulebook on the events it reads, and prints what they yield
// differently. It has a deadline and little memory, and whoever started it goes on whatever becomes of it.

/** Changes that are printed of cases nobody was told of. */
const MOST_CHANGES = 1_000

/** Everything that a version yields. */
interface Yield {
  readonly indicators: ReadonlyMap<string, Indicator>
  readonly cases: ReadonlyMap<string, { readonly commitment: string; readonly result: CaseResult }>
}

const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]()
const job = JSON.parse((await lines.next()).value ?? '') as PreviewJob
const told = new Set(job.told)
const events: KnownEvent[] = []
for await (const line of { [Symbol.asyncIterator]: () => lines }) events.push(eventIn(JSON.parse(line) as ToldEvent))
const before = yieldOf(job.before)
const after = yieldOf(job.after)
let printed = 0
let omitted = 0
for (const id of new Set([...after.cases.keys(), ...before.cases.keys()])) {
  const [was, now] = [before.cases.get(id), after.cases.get(id)]
  if (shown(was?.result) === shown(now?.result)) continue
  const commitment = (now ?? was)?.commitment ?? ''
  if (!told.has(id) && printed >= MOST_CHANGES) omitted += 1
  else {
    printed += told.has(id) ? 0 : 1
    await print({ change: { commitment, before: was?.result ?? null, after: now?.result ?? null } })
  }
}
await print({ before: standings(before), after: standings(after), omitted })

function yieldOf(text: RulebookText | null): Yield {
  const indicators = new Map<string, Indicator>()
  const cases = new Map<string, { commitment: string; result: CaseResult }>()
  if (text === null) return { indicators, cases }
  const engine = new Engine(rulebookIn(text))
  engine.take(events)
  for (const report of engine.reports(parseInstant(job.asOf))) {
    const { id: commitment, indicator } = report.head
    indicators.set(commitment, indicator)
    for (const result of report.cases()) cases.set(result.id, { commitment, result })
  }
  return { indicators, cases }
}

/** What tells one standing of a case from another: everything but the words, the evidence, and when it is looked at next. */
function shown(result: CaseResult | undefined): string {
  if (result === undefined) return ''
  const { phase, verdict, certainty, flags, opened, due, close, value } = result
  return JSON.stringify([phase, verdict, certainty, flags, opened, due, close, value])
}

function standings({ indicators, cases }: Yield) {
  const verdicts: Partial<Record<Verdict, number>> = {}
  for (const { result } of cases.values()) verdicts[result.verdict] = (verdicts[result.verdict] ?? 0) + 1
  return { indicators: Object.fromEntries(indicators), verdicts }
}

async function print(line: PreviewLine): Promise<void> {
  if (!process.stdout.write(`${JSON.stringify(line)}\n`)) await once(process.stdout, 'drain')
}
