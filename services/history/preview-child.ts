import { once } from 'node:events'
import { createInterface } from 'node:readline'
import {
  type CaseResult,
  Engine,
  type Indicator,
  type Instant,
  type KnownEvent,
  parseInstant,
  type Verdict,
} from '../../rules/index.ts'
import { type RulebookText, rowIn, rulebookIn } from '../child-process/index.ts'
import type { PreviewJob, PreviewLine, PreviewOpening } from './job.ts'

// The body of a child process: evaluates agreements twice, on the events it reads, and prints what differs. It has a
// deadline and little memory, and whoever started it goes on whatever becomes of it.

/** Changes that are printed of cases nobody was told of. */
const MOST_CHANGES = 1_000

/** Everything that an evaluation yields. */
interface Yield {
  readonly indicators: ReadonlyMap<string, Indicator>
  readonly cases: ReadonlyMap<string, { readonly commitment: string; readonly result: CaseResult }>
}

const NOTHING: Yield = { indicators: new Map(), cases: new Map() }

const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]()
const { asOf, news } = JSON.parse((await lines.next()).value ?? '') as PreviewOpening
const at = parseInstant(asOf)
const newEvents = news.map((line) => rowIn(line).event)
for (let line = await lines.next(); !line.done; line = await lines.next()) {
  const job = JSON.parse(line.value) as PreviewJob
  await printDifferences(...beforeAndAfter(job, await eventsOnRecord()), new Set(job.told))
}

async function eventsOnRecord(): Promise<readonly KnownEvent[]> {
  const events: KnownEvent[] = []
  for (let line = await lines.next(); !line.done && line.value !== ''; line = await lines.next())
    events.push(rowIn(line.value).event)
  return events
}

function beforeAndAfter(job: PreviewJob, events: readonly KnownEvent[]): [Yield, Yield] {
  if (job.kind === 'rules') {
    const before = job.before === null ? NOTHING : yieldOf(engineOn(job.before, events), at)
    return [before, yieldOf(engineOn(job.after, events), at)]
  }
  const engine = engineOn(job.rulebook, events)
  const before = yieldOf(engine, at)
  engine.take(job.news.flatMap((number) => newEvents[number] ?? []))
  return [before, yieldOf(engine, at)]
}

async function printDifferences(before: Yield, after: Yield, told: ReadonlySet<string>): Promise<void> {
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
  await print({ change: null, before: standings(before), after: standings(after), omitted })
}

function engineOn(text: RulebookText, events: readonly KnownEvent[]): Engine {
  const engine = new Engine(rulebookIn(text))
  engine.take(events)
  return engine
}

function yieldOf(engine: Engine, at: Instant): Yield {
  const indicators = new Map<string, Indicator>()
  const cases = new Map<string, { commitment: string; result: CaseResult }>()
  for (const report of engine.reports(at)) {
    const { id: commitment, indicator } = report.head
    indicators.set(commitment, indicator)
    for (const result of report.cases()) cases.set(result.id, { commitment, result })
  }
  return { indicators, cases }
}

/** What tells one standing of a case from another: everything but the words, when it is looked at next, and evidence that is no violation. */
function shown(result: CaseResult | undefined): string {
  if (result === undefined) return ''
  const { phase, verdict, certainty, flags, opened, due, close, value, evidence } = result
  const violations = evidence.filter(({ role }) => role === 'violated').map(({ event }) => [event.source, event.id])
  return JSON.stringify([phase, verdict, certainty, flags, opened, due, close, value, violations])
}

function standings({ indicators, cases }: Yield) {
  const verdicts: Partial<Record<Verdict, number>> = {}
  for (const { result } of cases.values()) verdicts[result.verdict] = (verdicts[result.verdict] ?? 0) + 1
  return { indicators: Object.fromEntries(indicators), verdicts }
}

async function print(line: PreviewLine): Promise<void> {
  if (!process.stdout.write(`${JSON.stringify(line)}\n`)) await once(process.stdout, 'drain')
}
