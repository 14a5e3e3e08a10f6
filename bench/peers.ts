import { LogicEngine } from 'json-logic-engine'
import { Engine } from 'json-rules-engine'
import type { KnownEvent } from '../rules/index.ts'
import { linesOf } from './lines-of.ts'
import { prepared } from './told.ts'
import { type Listener, listeners } from './workloads/hundred.ts'

// What others need for the first step alone, which commitments an event concerns: two general engines for rules in JSON,
// on the filter of the hundred commitments. A process of its own, which takes a file of events and prints JSON.

/** What one of them managed. */
export interface PeerRate {
  readonly name: string
  readonly events: number
  readonly perSecond: number
  /** How many commitments an event concerned on average. */
  readonly concerned: number
}

type Fields = Record<string, unknown>
/** How many of the hundred commitments an event with these fields concerns. */
type Filter = (fields: Fields) => number | Promise<number>

const PEERS: readonly { readonly name: string; readonly sample: number; readonly filter: Filter }[] = [
  { name: 'json-rules-engine', sample: 5_000, filter: jsonRulesEngine() },
  { name: 'json-logic-engine', sample: 50_000, filter: jsonLogicEngine() },
  { name: 'a map by hand', sample: 50_000, filter: byHand() },
]
const WARM_UP = 500

const rates: PeerRate[] = []
const check = byHand()
for (const { name, sample, filter } of PEERS) {
  const fields = sampleOf(process.argv[2] ?? '', sample).map(fieldsOf)
  for (const one of fields.slice(0, WARM_UP)) await filter(one)
  let concerned = 0
  const started = performance.now()
  for (const one of fields) {
    const found = filter(one)
    concerned += typeof found === 'number' ? found : await found
  }
  const ms = performance.now() - started
  let wanted = 0
  for (const one of fields) wanted += check(one)
  if (concerned !== wanted) throw new Error(`${name} finds ${concerned} commitments concerned, and not ${wanted}`)
  const perSecond = (fields.length / ms) * 1_000
  rates.push({ name, events: fields.length, perSecond, concerned: concerned / fields.length })
}
process.stdout.write(JSON.stringify(rates))

/** Events from all over the file would be fairer, but those of its first days are as mixed as any. */
function sampleOf(file: string, most: number): readonly KnownEvent[] {
  const events: KnownEvent[] = []
  for (const row of linesOf(file)) {
    events.push(prepared(row))
    if (events.length === most) break
  }
  return events
}

/** All at the top, where these engines find it fastest. */
function fieldsOf({ type, data }: KnownEvent): Fields {
  return { type, ...(data as Fields) }
}

function jsonRulesEngine(): Filter {
  const rules = listeners().map(({ id, types, fields }) => ({
    conditions: {
      all: [
        ...Object.entries(fields).map(([fact, value]) => ({ fact, operator: 'equal', value })),
        { fact: 'type', operator: 'in', value: types },
      ],
    },
    event: { type: id },
  }))
  const engine = new Engine(rules, { allowUndefinedFacts: true })
  return async (fields) => (await engine.run(fields)).events.length
}

function jsonLogicEngine(): Filter {
  const engine = new LogicEngine()
  const conditions = listeners().map(({ types, fields }) => {
    const equal = Object.entries(fields).map(([name, value]) => ({ '===': [{ var: name }, value] }))
    return engine.build({ and: [...equal, { in: [{ var: 'type' }, types] }] }) as (fields: Fields) => unknown
  })
  return (fields) => {
    let concerned = 0
    for (const holds of conditions) if (holds(fields)) concerned++
    return concerned
  }
}

function byHand(): (fields: Fields) => number {
  const index = new Map<string, Listener[]>()
  for (const listener of listeners()) {
    for (const type of listener.types) {
      const key = `${listener.fields.region} ${type}`
      index.set(key, [...(index.get(key) ?? []), listener])
    }
  }
  return (fields) => {
    let concerned = 0
    for (const { fields: wanted } of index.get(`${fields.region} ${fields.type}`) ?? []) {
      if (wanted.cargo === undefined || wanted.cargo === fields.cargo) concerned++
    }
    return concerned
  }
}
