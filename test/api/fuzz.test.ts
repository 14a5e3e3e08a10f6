import fc from 'fast-check'
import { Compile } from 'typebox/schema'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import { ACCORD, attack, call, talksCase } from '../journeys/accord.ts'
import { type RunningService, runService } from '../journeys/running-service.ts'
import { describeInModes } from '../servers/modes.ts'
import { type Operation, operationsOf, pathWith, type Schema } from './described.ts'
import { fromSchema, sometimes } from './from-schema.ts'

/** Requests; `FUZZ_RUNS` and `FUZZ_SEED` ask for others. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 2_000)
const SEED = Number(process.env.FUZZ_SEED ?? 1)

/** These start a process each time they find something to do. */
const SLOW = new Set(['evaluateAgreement', 'previewRulebook', 'dryRunEvents', 'makeBackup', 'explainCase'])

/** These go on until somebody ends them. */
const ENDLESS = new Set(['followStatus'])

interface Asked {
  readonly operation: Operation
  readonly method: string
  readonly url: string
  readonly headers: Headers
  readonly body: string | undefined
}

describeInModes(['pglite', 'postgresql'], 'whatever is sent to it, the service', (server) => {
  const clock = new TestClock('2026-03-01T00:00:00Z')
  let running: RunningService
  let operations: readonly Operation[]

  beforeAll(async () => {
    running = await runService(server(), clock, [{ file: 'accord/rulebook.yaml', text: ACCORD }])
    for (const event of [attack('a1', '2026-02-28T00:00:00Z'), call('c1', '2026-02-28T01:00:00Z')]) {
      expect((await running.post(event)).status).toBe(202)
    }
    await running.service.sweep()
    operations = (await operationsOf(running)).filter(({ operationId }) => !ENDLESS.has(operationId))
  })

  afterAll(() => running.close())

  test('answers as it says it does, and never with a failure of its own', { timeout: 240_000 }, async () => {
    const seen = new Map<string, number>()
    const requests = fc.sample(request(operations), { numRuns: RUNS, seed: SEED })
    const wrong: string[] = []
    for (const [n, asked] of requests.entries()) {
      const answer = await send(running, asked)
      seen.set(`${answer.status}`, (seen.get(`${answer.status}`) ?? 0) + 1)
      const complaint = complaintAbout(asked.operation, answer)
      if (complaint !== null) wrong.push(`${n}: ${complaint} ${JSON.stringify(asked).slice(0, 1_500)}`)
    }
    expect(wrong.slice(0, 10)).toEqual([])
    expect(
      [...seen.keys()].filter((status) => status.startsWith('2')).length,
      'some of it makes sense',
    ).toBeGreaterThan(0)
    expect((await running.request('GET', '/v1/ledger/verification')).body).toMatchObject({ findings: [] })
    expect((await running.request('GET', '/v1/status')).status).toBe(200)
  })
})

function request(operations: readonly Operation[]): fc.Arbitrary<Asked> {
  return fc.oneof(
    ...operations.map((operation) => ({
      weight: SLOW.has(operation.operationId) ? 1 : 30,
      arbitrary: requestOf(operation),
    })),
  )
}

function requestOf(operation: Operation): fc.Arbitrary<Asked> {
  const { method, path, parameters } = operation
  const queries = parameters.flatMap((one) => (one.in === 'query' ? [[one.name, fromSchema(one.schema)] as const] : []))
  return fc
    .record({
      names: fc.infiniteStream(named()),
      query: fc.record(Object.fromEntries(queries), { requiredKeys: [] }),
      sent: body(operation),
      more: sometimes(20, fc.tuple(fc.constantFrom('x', '__proto__', 'as_of'), fc.string())),
    })
    .map(({ names, query, sent, more }) => {
      const search = new URLSearchParams()
      for (const [name, value] of [...Object.entries(query), ...(more === null ? [] : [more])])
        search.append(name, `${value}`)
      const filled = pathWith(path, (name) => names.next().value(name).toWellFormed())
      return {
        operation,
        method,
        url: search.size > 0 ? `${filled}?${search}` : filled,
        headers: sent === null ? new Headers() : new Headers({ 'content-type': sent.type }),
        body: sent?.text,
      }
    })
}

/** A value for a name in a path: one that is there, mostly. */
function named(): fc.Arbitrary<(name: string) => string> {
  const known: Readonly<Record<string, string>> = {
    agreement: 'accord',
    commitment: 'talks',
    case: talksCase('c1'),
    source: 'https://events.example/',
    id: 'c1',
    file: 'accord.svg',
    seq: '1',
  }
  const other = fromSchema({ type: 'string' }).map((value) => `${value}` || '-')
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant((name: string) => known[name] ?? 'x') },
    { weight: 1, arbitrary: other.map((value) => () => value) },
  )
}

function body({ bodies, method }: Operation): fc.Arbitrary<{ readonly type: string; readonly text: string } | null> {
  const types = Object.entries(bodies)
  if (types.length === 0) {
    if (method === 'GET' || method === 'DELETE') return fc.constant(null)
    return fc.constant({ type: 'application/json', text: '{}' })
  }
  return fc.oneof(
    ...types.map(([type, schema]) =>
      fc.tuple(fromSchema(schema), sometimes(20, fc.nat(60))).map(([value, cut]) => {
        const text = typeof value === 'string' && !type.includes('json') ? value : (JSON.stringify(value) ?? '')
        return { type, text: cut === null ? text : text.slice(0, cut) }
      }),
    ),
  )
}

interface Answered {
  readonly status: number
  readonly type: string
  readonly text: string
}

async function send(running: RunningService, { method, url, headers, body }: Asked): Promise<Answered> {
  const response = await fetch(`${running.url}${url}`, {
    method,
    headers: { authorization: `Bearer ${running.adminKey}`, ...Object.fromEntries(headers) },
    redirect: 'manual',
    ...(body !== undefined && { body }),
  })
  const type = response.headers.get('content-type')?.split(';')[0] ?? ''
  return { status: response.status, type, text: await response.text() }
}

/** What is wrong with an answer; null: nothing. */
function complaintAbout(operation: Operation, { status, type, text }: Answered): string | null {
  const { operationId, answers } = operation
  if (status >= 400 && type === 'application/problem+json') {
    const { code, detail, status: said } = JSON.parse(text)
    if (status === 500 || code === 'INTERNAL') return `${operationId}: ${text}`
    return said === status && typeof detail === 'string' && detail !== '' ? null : `${operationId}: says ${text}`
  }
  const described = answers[String(status)]
  if (!described) return `${operationId}: ${status} is not described: ${text.slice(0, 300)}`
  if (text === '') return null
  const media = described[type]
  if (!media) return `${operationId}: ${status} as ${type} is not described`
  if (type !== 'application/json' || !media.schema) return null
  const checked = checkerOf(media.schema)
  const value: unknown = JSON.parse(text)
  if (checked.Check(value)) return null
  const [, errors] = checked.Errors(value)
  return `${operationId}: ${status} is not what is described: ${JSON.stringify(errors.slice(0, 3))} ${text.slice(0, 300)}`
}

const checkers = new Map<Schema, ReturnType<typeof Compile>>()

function checkerOf(schema: Schema) {
  const known = checkers.get(schema)
  if (known) return known
  const made = Compile(schema as object)
  checkers.set(schema, made)
  return made
}
