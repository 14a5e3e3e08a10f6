import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { pino } from 'pino'
import PostalMime, { type Email } from 'postal-mime'
import { composeService, type Service } from '../../bin/compose.ts'
import type { Clock } from '../../config/clock.ts'
import { readSettings } from '../../config/settings.ts'
import { createKey, type Scope } from '../../services/access/index.ts'
import type { RulesFolder } from '../../services/rulebooks/index.ts'
import type { StatusDocument } from '../../services/status/index.ts'
import type { ModeServer } from '../servers/modes.ts'

/** What the API answered. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of the body
  readonly body: any
}

/** A service that runs in this process and is spoken to over HTTP. */
export interface RunningService {
  readonly service: Service
  readonly url: string
  readonly adminKey: string
  key(scopes: readonly Scope[], order?: { sources?: string[] }): Promise<string>
  request(method: string, path: string, options?: RequestOptions): Promise<Answer>
  /** Posts with an admin's key. */
  post(event: unknown, options?: RequestOptions): Promise<Answer>
  status(): Promise<StatusDocument>
  /** The mails in the outbox, oldest first. */
  mails(): Promise<readonly Email[]>
  close(): Promise<void>
}

export interface RequestOptions {
  readonly key?: string | null
  readonly type?: string | null
  readonly headers?: Readonly<Record<string, string>>
  /** The body as text; `post` makes it from the event. */
  readonly body?: string
}

/** Runs a service on `server`, as both api and worker, with rulebooks and evidence given as texts. */
export async function runService(
  server: ModeServer,
  clock: Clock,
  files: readonly { file: string; text: string; evidence?: string }[],
  env: Readonly<Record<string, string>> = {},
  beside: Partial<Pick<RulesFolder, 'shared' | 'evidence'>> = {},
): Promise<RunningService> {
  const settings = readSettings({
    DATA_DIR: server.dataDir,
    PORT: '0',
    DATABASE_URL: server.databaseUrl,
    REDIS_URL: server.redisUrl,
    SECRET: 'x'.repeat(32),
    PUBLIC_READ: 'true',
    ...env,
  })
  const log = pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' })
  const service = await composeService(settings, { roles: { api: true, worker: true }, log, clock })
  await service.loadRules({
    rulebooks: files.map(({ file, text, evidence }) => ({
      file,
      text,
      evidence:
        evidence === undefined ? null : { file: file.replace('rulebook.yaml', 'evidence.ndjson'), text: evidence },
    })),
    shared: [],
    evidence: [],
    ...beside,
  })
  await service.sweep()
  const url = await service.start()
  if (url === null) throw new Error('the service does not answer')
  const adminKey = await newKey(service, ['admin'])

  async function request(method: string, path: string, options: RequestOptions = {}): Promise<Answer> {
    const { key = adminKey, type = 'application/cloudevents+json', headers, body } = options
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(key !== null && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && type !== null && { 'content-type': type }),
        ...headers,
      },
      ...(body !== undefined && { body }),
    })
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    const answered = text === '' ? null : isJson ? JSON.parse(text) : text
    return { status: response.status, headers: response.headers, body: answered }
  }

  return {
    service,
    url,
    adminKey,
    key: (scopes, order) => newKey(service, scopes, order),
    request,
    post: (event, options) => request('POST', '/v1/events', { body: JSON.stringify(event), ...options }),
    status: async () => (await request('GET', '/v1/status')).body,
    mails: () => mailsIn(service.outbox),
    close: () => service.close(),
  }
}

async function newKey(service: Service, scopes: readonly Scope[], { sources }: { sources?: string[] } = {}) {
  const order = {
    name: 'test',
    scopes,
    sources: sources ?? null,
    highestStanding: 'confirmed',
    expiresAt: null,
  } as const
  return (await createKey(service.store.db, order, service.now())).token
}

/** The mails in `folder`, by file name. */
export async function mailsIn(folder: string): Promise<readonly Email[]> {
  if (!existsSync(folder)) return []
  const names = (await readdir(folder)).filter((name) => name.endsWith('.eml')).sort()
  return Promise.all(names.map(async (name) => PostalMime.parse(await readFile(`${folder}/${name}`))))
}

/** The cases that a mail is about: what came up together goes together. */
export function casesOf({ text }: Email): readonly string[] {
  const named = [...(text ?? '').matchAll(/^\s+Case:\s+(\S+)/gm)].map(([, id = '']) => id)
  // Of many at once the last are told in a line each, with a link.
  const linked = [...(text ?? '').matchAll(/\/cases\/([^\s/]+)/g)].map(([, id = '']) => decodeURIComponent(id))
  return [...new Set([...named, ...linked])]
}

/** One commitment of the status. */
export function commitmentIn(status: StatusDocument, id: string) {
  const found = status.agreements.flatMap(({ commitments }) => commitments).find((one) => one.id === id)
  if (!found) throw new Error(`the status shows no commitment ${id}`)
  return found
}
