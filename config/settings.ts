import { isAbsolute, resolve } from 'node:path'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { type ClockSetting, parseClockSetting } from './clock.ts'
import { ServandaError } from './error.ts'

const HTTP_URL = '^https?://[^\\s]+$'
const DURATION = '^[1-9][0-9]*(s|m|h|d|w)$'

/** Every variable we read. A `description` finishes the sentence "NAME must be …". */
const Environment = Type.Object({
  HOST: Type.String({ default: '127.0.0.1', pattern: '^[^\\s/]+$', description: 'a host name or an IP address' }),
  PORT: Type.Integer({ default: 8080, minimum: 0, maximum: 65535, description: 'a port, 0 to 65535' }),
  PROBE_PORT: Type.Optional(Type.Integer({ minimum: 0, maximum: 65535, description: 'a port, 0 to 65535' })),
  PUBLIC_URL: Type.Optional(Type.String({ pattern: HTTP_URL, description: 'an http(s) address' })),
  DATA_DIR: Type.String({ default: './data', description: 'a folder' }),
  RULES_DIR: Type.Optional(Type.String({ description: 'a folder of rulebooks' })),
  DATABASE_URL: Type.Optional(Type.String({ pattern: '^postgres(ql)?://\\S+$', description: 'postgres://…' })),
  REDIS_URL: Type.Optional(Type.String({ pattern: '^rediss?://\\S+$', description: 'redis://… or rediss://…' })),
  SMTP_URL: Type.Optional(Type.String({ pattern: '^smtps?://\\S+$', description: 'smtp://… or smtps://…' })),
  MAIL_FROM: Type.String({
    default: 'Servanda <servanda@localhost>',
    pattern: '^([^<>\\r\\n]*<[^<>@\\s]+@[^<>@\\s]+>|[^<>@\\s]+@[^<>@\\s]+)$',
    description: 'one mail address, such as Servanda <alerts@example.org>',
  }),
  BOUNCE_TO: Type.Optional(
    Type.String({ pattern: '^[^<>@\\s]+@[^<>@\\s]+$', description: 'a mail address such as bounces@example.org' }),
  ),
  DKIM_DOMAIN: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9.-]+$', description: 'a domain' })),
  DKIM_SELECTOR: Type.Optional(
    Type.String({ pattern: '^[A-Za-z0-9._-]+$', description: 'the name of a key, such as servanda' }),
  ),
  DKIM_KEY_FILE: Type.Optional(Type.String({ description: 'a file with a private key (PEM)' })),
  PRIVATE_RECEIVERS: Type.String({
    default: '',
    pattern: '^$|^[0-9A-Fa-f.:]+(/[0-9]+)?(\\s*,\\s*[0-9A-Fa-f.:]+(/[0-9]+)?)*$',
    description: 'IP addresses or ranges such as 10.1.0.0/16, divided by commas',
  }),
  PUBLIC_SUBSCRIBE: Type.Boolean({ default: false, description: 'true or false' }),
  SECRET: Type.Optional(
    Type.String({
      pattern: '^[^\\s,]{32,}(,[^\\s,]{32,})?$',
      description: 'at least 32 characters; two, with a comma',
    }),
  ),
  TRUST_PROXY: Type.Boolean({ default: false, description: 'true or false' }),
  CORS_ORIGINS: Type.String({
    default: '',
    pattern: '^$|^https?://[^\\s,/]+(\\s*,\\s*https?://[^\\s,/]+)*$',
    description: 'origins such as https://a.example, divided by commas',
  }),
  RATE_LIMIT: Type.Integer({
    default: 6_000,
    minimum: 0,
    maximum: 1_000_000,
    description: 'a number of requests a minute, or 0 for no limit',
  }),
  PUBLIC_READ: Type.Boolean({ default: false, description: 'true or false' }),
  ALERT_WINDOW: Type.String({ default: '48h', pattern: DURATION, description: 'a duration such as 48h, 90m or 3d' }),
  HEARTBEAT_URL: Type.Optional(Type.String({ pattern: HTTP_URL, description: 'an http(s) address' })),
  LOG_LEVEL: Type.Union(
    ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'].map((level) => Type.Literal(level)),
    { default: 'info', description: 'trace, debug, info, warn, error, fatal or silent' },
  ),
  CLOCK: Type.String({ default: 'system', description: 'system, or a start and a rate: 2024-12-24T22:00:00Z x3600' }),
})

/** The name of every variable we read. */
export function settingNames(): readonly string[] {
  return Object.keys(Environment.properties)
}

/** What the process was started with, read once and frozen. */
export interface Settings {
  readonly host: string
  readonly port: number
  /** Where a process that only works tells how it is; absent: nowhere. */
  readonly probePort?: number
  readonly publicUrl: string
  readonly dataDir: string
  /** null: the rulebooks that ship with the project. */
  readonly rulesDir: string | null
  readonly databaseUrl?: string
  readonly redisUrl?: string
  readonly smtpUrl?: string
  readonly mailFrom: string
  /** Where mails that cannot be delivered come back to; absent: to the sender. */
  readonly bounceTo?: string
  /** What mails are signed with; absent: they are not. */
  readonly dkim?: { readonly domain: string; readonly selector: string; readonly keyFile: string }
  /** Addresses inside a network that webhooks may go to all the same. */
  readonly privateReceivers: readonly string[]
  /** Whether anybody may subscribe an address to what is public, once its owner confirms it. */
  readonly publicSubscribe: boolean
  /** The first one signs, all verify; empty when embedded and not given: generate one into `dataDir`. */
  readonly secrets: readonly string[]
  readonly trustProxy: boolean
  readonly corsOrigins: readonly string[]
  /** Requests a minute of an address without a key; 0: any number. */
  readonly rateLimit: number
  readonly publicRead: boolean
  readonly alertWindowMs: number
  readonly heartbeatUrl?: string
  readonly logLevel: string
  readonly clock: ClockSetting
}

/**
 * Reads the settings out of the environment. An empty variable counts as not set.
 * @throws {ServandaError} `SETTINGS_INVALID` naming every problem at once, never a secret's value
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const given = withDefaults(env)
  const problems = [...shapeProblems(given), ...togetherProblems(given, env)]
  if (problems.length > 0) {
    const list = problems.map((problem) => `\n  ${problem}`).join('')
    throw new ServandaError('SETTINGS_INVALID', `The settings cannot be used:${list}`, { details: { problems } })
  }
  return settingsOf(given as Static<typeof Environment>)
}

function withDefaults(env: Readonly<Record<string, string | undefined>>): Record<string, unknown> {
  const named = Object.keys(Environment.properties).flatMap((name) => {
    const text = env[name]?.trim()
    return text === undefined || text === '' ? [] : [[name, text] as const]
  })
  return Value.Default(
    Environment,
    Object.fromEntries(named.map(([name, text]) => [name, typed(name, text)])),
  ) as Record<string, unknown>
}

/** The text as the type the schema asks for; left as text when it is none, for the schema to refuse. */
function typed(name: string, text: string): unknown {
  const { type } = Environment.properties[name as keyof typeof Environment.properties] as { type?: string }
  if (type === 'integer' && /^\d+$/.test(text)) return Number(text)
  if (type === 'boolean' && /^(true|1|yes)$/i.test(text)) return true
  if (type === 'boolean' && /^(false|0|no)$/i.test(text)) return false
  return text
}

function shapeProblems(given: Record<string, unknown>): string[] {
  return Object.entries(Environment.properties)
    .filter(([name, schema]) => given[name] !== undefined && !Value.Check(schema, given[name]))
    .map(([name, schema]) => `${name} must be ${describe(schema)}${shown(name, given)}`)
}

function describe(schema: object): string {
  return 'description' in schema ? String(schema.description) : 'something else'
}

/** Values that may hold a password are not repeated. */
function shown(name: string, given: Record<string, unknown>): string {
  return name === 'SECRET' || name.endsWith('_URL') ? '' : `, not ${JSON.stringify(given[name])}`
}

const DKIM = ['DKIM_DOMAIN', 'DKIM_SELECTOR', 'DKIM_KEY_FILE'] as const

function togetherProblems(given: Record<string, unknown>, env: Readonly<Record<string, string | undefined>>): string[] {
  const embedded = given.DATABASE_URL === undefined
  const clock = parseClockSetting(String(given.CLOCK))
  return [
    [clock === null, `CLOCK must be ${describe(Environment.properties.CLOCK)}, not ${JSON.stringify(given.CLOCK)}`],
    [
      clock?.kind === 'simulated' && !embedded,
      'CLOCK can only be simulated on the embedded database: leave DATABASE_URL out',
    ],
    [embedded && given.REDIS_URL !== undefined, 'REDIS_URL needs DATABASE_URL beside it'],
    [!embedded && given.SECRET === undefined, 'SECRET is required with DATABASE_URL, so that every process shares it'],
    [given.SMTP_URL !== undefined && !env.MAIL_FROM?.trim(), 'MAIL_FROM is required with SMTP_URL'],
    [
      new Set(DKIM.map((name) => given[name] === undefined)).size > 1,
      `${DKIM.join(', ')} belong together: give all of them or none`,
    ],
    [given.PUBLIC_SUBSCRIBE === true && given.PUBLIC_READ !== true, 'PUBLIC_SUBSCRIBE needs PUBLIC_READ beside it'],
  ].flatMap(([wrong, problem]) => (wrong ? [String(problem)] : []))
}

function settingsOf(given: Static<typeof Environment>): Settings {
  const host = given.HOST.includes(':') ? `[${given.HOST}]` : given.HOST
  return Object.freeze({
    host: given.HOST,
    port: given.PORT,
    ...(given.PROBE_PORT !== undefined && { probePort: given.PROBE_PORT }),
    publicUrl: (given.PUBLIC_URL ?? `http://${host}:${given.PORT}`).replace(/\/+$/, ''),
    dataDir: absolute(given.DATA_DIR),
    rulesDir: given.RULES_DIR === undefined ? null : absolute(given.RULES_DIR),
    ...(given.DATABASE_URL !== undefined && { databaseUrl: given.DATABASE_URL }),
    ...(given.REDIS_URL !== undefined && { redisUrl: given.REDIS_URL }),
    ...(given.SMTP_URL !== undefined && { smtpUrl: given.SMTP_URL }),
    mailFrom: given.MAIL_FROM,
    ...(given.BOUNCE_TO !== undefined && { bounceTo: given.BOUNCE_TO }),
    ...(given.DKIM_DOMAIN !== undefined && {
      dkim: Object.freeze({
        domain: given.DKIM_DOMAIN,
        selector: given.DKIM_SELECTOR ?? '',
        keyFile: absolute(given.DKIM_KEY_FILE ?? ''),
      }),
    }),
    privateReceivers: Object.freeze(listIn(given.PRIVATE_RECEIVERS)),
    publicSubscribe: given.PUBLIC_SUBSCRIBE,
    secrets: Object.freeze(given.SECRET?.split(',') ?? []),
    trustProxy: given.TRUST_PROXY,
    corsOrigins: Object.freeze(listIn(given.CORS_ORIGINS)),
    rateLimit: given.RATE_LIMIT,
    publicRead: given.PUBLIC_READ,
    alertWindowMs: durationMs(given.ALERT_WINDOW),
    ...(given.HEARTBEAT_URL !== undefined && { heartbeatUrl: given.HEARTBEAT_URL }),
    logLevel: given.LOG_LEVEL,
    clock: parseClockSetting(given.CLOCK) ?? { kind: 'system' as const },
  })
}

function listIn(text: string): string[] {
  return text === '' ? [] : text.split(/\s*,\s*/)
}

function absolute(folder: string): string {
  return isAbsolute(folder) ? folder : resolve(folder)
}

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

function durationMs(text: string): number {
  return Number(text.slice(0, -1)) * UNIT_MS[text.slice(-1) as keyof typeof UNIT_MS]
}
