import { type DestinationStream, type Logger, pino, stdSerializers, stdTimeFunctions } from 'pino'

/** A structured log: object first, sentence second. */
export type Log = Logger

/** Where addresses and secrets may turn up in a logged object, at the top or one level down. */
const SENSITIVE = [
  'address',
  'addresses',
  'authorization',
  'cookie',
  'databaseUrl',
  'email',
  'heartbeatUrl',
  'key',
  'mailFrom',
  'pass',
  'password',
  'recipient',
  'recipients',
  'redisUrl',
  'secret',
  'secrets',
  'session',
  'smtpUrl',
  'token',
]

const REDACTED_PATHS = [
  ...SENSITIVE.flatMap((key) => [key, `*.${key}`]),
  'to.address',
  '*.to.address',
  'headers["set-cookie"]',
  'headers["x-csrf-token"]',
  ...['headers', 'req.headers', 'res.headers'].flatMap((headers) => [
    `${headers}.authorization`,
    `${headers}.cookie`,
    `${headers}["set-cookie"]`,
  ]),
]

const CENSOR = '[redacted]'

/** What no path leads to: what a server or a library says in an error of its own. */
const IN_TEXT: readonly (readonly [RegExp, string])[] = [
  // The user and the password of a URL; the host stays, for whoever has to look there.
  [/(\b[a-z][a-z0-9+.-]{0,15}:\/\/)[^\s/@]{0,512}@/gi, `$1${CENSOR}@`],
  [/\bsvd_[\w-]+/g, CENSOR],
  [/\b(bearer|basic)\s+[\w.~+/=-]+/gi, `$1 ${CENSOR}`],
  [/[^\s<>"'(),:;@[\]/]{1,64}@[^\s<>"'(),:;@[\]/]{1,255}/g, CENSOR],
]

/** `text` without addresses, tokens and passwords. Pure. */
export function withoutSecrets(text: string): string {
  return IN_TEXT.reduce((rest, [pattern, instead]) => rest.replace(pattern, instead), text)
}

/** An error as it is logged: all that it says, at any depth, without addresses, tokens and passwords. */
function errorWithoutSecrets(error: unknown): unknown {
  return error instanceof Error ? scrubbed(stdSerializers.err(error)) : error
}

const DEEPEST = 4

function scrubbed(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return withoutSecrets(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth === DEEPEST) return '…'
  if (Array.isArray(value)) return value.map((one) => scrubbed(one, depth + 1))
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, scrubbed(one, depth + 1)]))
}

/**
 * Opens the log, JSON a line on standard error, so that standard output stays a command's own answer.
 * @param destination  for tests: where the lines go instead
 */
export function openLog(
  options: { readonly logLevel: string },
  destination: DestinationStream = pino.destination({ dest: 2, sync: true }),
): Log {
  return pino(
    {
      level: options.logLevel,
      timestamp: stdTimeFunctions.isoTime,
      base: { pid: process.pid },
      redact: { paths: REDACTED_PATHS, censor: CENSOR },
      serializers: { err: errorWithoutSecrets },
    },
    destination,
  )
}
