import { writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { sql } from 'kysely'
import { pino } from 'pino'
import { composeService, type Service } from '../bin/compose.ts'
import { readSettings } from '../config/settings.ts'
import { formatInstant, parseEvent, parseJson, type ServandaEvent } from '../rules/index.ts'
import { createKey } from '../services/access/index.ts'
import { appendBatches, type Batch, GroupCommit } from '../services/ledger/index.ts'
import { linesOf } from './lines-of.ts'
import { startProfile, stopProfile } from './profiler.ts'

// How fast events come into the ledger: a process of its own, which takes a job and prints JSON.

/** Where to, and what. */
export interface IngestJob {
  readonly dataDir: string
  /** Null: the embedded database. */
  readonly databaseUrl: string | null
  /** Events, enough for three parts of `size` a round. */
  readonly file: string
  readonly rounds: number
  readonly size: number
  /** Where to write a profile of the appends. */
  readonly profile: string | null
}

/** Milliseconds that one round took, each for `size` events. */
export interface IngestRound {
  /** A bare insert of finished rows into a table with the same indexes. */
  readonly bare: number
  /** The ledger's append of events that were read already. */
  readonly append: number
  /** Lines sent over HTTP, read and appended. */
  readonly stream: number
}

const job: IngestJob = JSON.parse(process.argv[2] ?? '')

/** What a bulk insert is handed at once. */
const BARE_CHUNK = 5_000
/** What a stream appends at once. */
const APPEND_CHUNK = 1_000

/** The last number in the bare table. */
let bareRows = 0

const service = await composeService(
  readSettings({
    DATA_DIR: job.dataDir,
    PORT: '0',
    SECRET: 'x'.repeat(32),
    ...(job.databaseUrl !== null && { DATABASE_URL: job.databaseUrl }),
  }),
  { roles: { api: true, worker: false }, log: pino({ level: 'silent' }) },
)
const rounds = await measure(service)
process.stdout.write(JSON.stringify(rounds))
await service.close()
process.exit()

async function measure({ store, now, start }: Service): Promise<readonly IngestRound[]> {
  const url = await start()
  const order = {
    name: 'bench',
    scopes: ['events', 'recordedtime'],
    sources: null,
    highestStanding: 'confirmed',
  } as const
  const { token } = await createKey(store.db, { ...order, expiresAt: null }, now())
  await sql`create table servanda.bare (like servanda.events including all)`.execute(store.db)
  const ledger = new GroupCommit((batches) =>
    store.transaction(async (trx) => (await appendBatches(trx, batches, now(), nobodyListens)).outcomes),
  )
  const lines = linesOf(job.file)
  const found: IngestRound[] = []
  const session = job.profile === null ? null : startProfile()
  // The first round warms up and is not counted.
  for (let round = 0; round <= job.rounds; round++) {
    const parts = [take(lines), take(lines), take(lines)] as const
    const finished = chunked(parts[0].map(eventOf), BARE_CHUNK).map((part) => columnsOf(part))
    const events = chunked(parts[1].map(eventOf), APPEND_CHUNK)
    const body = Buffer.from(`${parts[2].join('\n')}\n`)
    const bare = await timed(async () => {
      for (const columns of finished) await store.transaction((trx) => bareInsert(columns).execute(trx))
    })
    const append = await timed(async () => {
      // The next is handed in while one is written, as the stream does.
      let writing: Promise<unknown> = Promise.resolve()
      for (const part of events) {
        const next = ledger.appendInTurn(part.map(batchOf))
        await writing
        writing = next
      }
      await writing
    })
    const stream = await timed(() => send(`${url}/v1/events`, token, body, job.size))
    if (round > 0) found.push({ bare, append, stream })
  }
  if (session !== null && job.profile !== null) writeFileSync(job.profile, stopProfile(session))
  return found
}

async function nobodyListens() {
  return { touchedBy: () => [], object: () => null }
}

function take(lines: Generator<string>): readonly string[] {
  const taken: string[] = []
  while (taken.length < job.size) {
    const { value, done } = lines.next()
    if (done) throw new Error('too few events')
    if (value !== '') taken.push(value)
  }
  return taken
}

function eventOf(line: string): ServandaEvent {
  const parsed = parseEvent(parseJson(line))
  if (!parsed.ok) throw new Error(line)
  return parsed.event
}

function batchOf(event: ServandaEvent): Batch {
  return { events: [event], origin: 'http', keyId: 'bench', authorize: () => null }
}

/** The rows as the ledger would write them, but for their hashes. */
function columnsOf(events: readonly ServandaEvent[]) {
  const at = formatInstant(service.now())
  return {
    seq: events.map(() => ++bareRows),
    source: events.map(({ source }) => source),
    id: events.map(({ id }) => id),
    revision: events.map(({ revision }) => revision),
    type: events.map(({ type }) => type),
    retracted: events.map(({ retracted }) => retracted),
    standing: events.map(({ standing }) => standing),
    at: events.map(() => at),
    claimed: events.map(({ recordedTime }) => (recordedTime === null ? null : formatInstant(recordedTime))),
    content: events.map(({ content }) => content),
    hash: events.map(({ digest }) => digest),
    origin: events.map(() => 'http'),
    key: events.map(() => 'bench'),
  }
}

function bareInsert(c: ReturnType<typeof columnsOf>) {
  return sql`insert into servanda.bare select * from unnest(${c.seq}::bigint[], ${c.source}::text[], ${c.id}::text[],
    ${c.revision}::integer[], ${c.type}::text[], ${c.retracted}::boolean[], ${c.standing}::text[],
    ${c.at}::timestamptz[], ${c.claimed}::timestamptz[], ${c.content}::text[], ${c.hash}::text[], ${c.origin}::text[],
    ${c.key}::text[], ${c.hash}::text[], ${c.hash}::text[])`
}

function chunked<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size))
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  globalThis.gc?.()
  const started = performance.now()
  await work()
  return performance.now() - started
}

/** Sends `body` and reads the answers to their end, which has to say that all were recorded. */
function send(url: string, token: string, body: Buffer, count: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' }
    const sending = request(url, { method: 'POST', headers }, (response) => {
      let last = ''
      response.setEncoding('utf8').on('data', (text: string) => {
        last = (last + text).slice(-500)
      })
      response.on('end', () => {
        if (last.includes(`"complete":true,"lines":${count},"recorded":${count},`)) resolve()
        else reject(new Error(`the stream ended with ${last}`))
      })
    })
    sending.on('error', reject)
    sending.end(body)
  })
}
