import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino'

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
  'key',
  'password',
  'recipient',
  'redisUrl',
  'secret',
  'secrets',
  'smtpUrl',
  'to.address',
  'token',
]

const REDACTED_PATHS = [
  ...SENSITIVE.flatMap((key) => [key, `*.${key}`]),
  'req.headers.authorization',
  'req.headers.cookie',
  'headers.authorization',
  'headers.cookie',
]

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
      redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
    },
    destination,
  )
}
