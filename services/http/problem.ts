import { Type } from 'typebox'
import { ServandaError } from '../../config/error.ts'

/** One thing that is wrong in a request, and where. */
export interface ProblemItem {
  /** RFC 6901, into the body as it was sent. */
  readonly pointer: string
  readonly message: string
  readonly mend?: string
  readonly [detail: string]: unknown
}

/** What each code means over HTTP. A code that is not here is a failure of ours: 500. */
const PROBLEMS = {
  ADDRESS_IN_SETTINGS: [409, 'The settings name this address'],
  AGREEMENT_UNKNOWN: [404, 'No such agreement'],
  ALERT_UNKNOWN: [404, 'No such alert'],
  ALERTS_NOT_HELD: [409, 'Alerts are not held'],
  ALERTS_WAITING: [409, 'It has to be said which mails were told'],
  ANSWER_NOT_KEPT: [409, 'This was done already'],
  BACKUP_FILE_UNUSABLE: [507, 'The backup cannot be written'],
  BATCH_TOO_LONG: [413, 'Too many events in one request'],
  BODY_MALFORMED: [422, 'The body cannot be read'],
  BODY_TOO_LARGE: [413, 'The body is too large'],
  CASE_UNKNOWN: [404, 'No such case'],
  COMMITMENT_UNKNOWN: [404, 'No such commitment'],
  CONTENT_TYPE_UNSUPPORTED: [415, 'This content type is not taken here'],
  CSRF_TOKEN_WRONG: [403, 'The session did not vouch for this'],
  DATABASE_LOST: [503, 'The data cannot be reached'],
  DELIVERY_NOT_GIVEN_UP: [409, 'This was not given up'],
  DELIVERY_UNKNOWN: [404, 'No such delivery'],
  EVENT_CONFLICT: [409, 'The event is known with other content'],
  EVENT_FORBIDDEN: [403, 'This key may not write this event'],
  EVENT_INVALID: [422, 'The event is not valid'],
  EVENT_RETRACTED: [409, 'The event was taken back'],
  EVENT_UNKNOWN: [404, 'No such event'],
  HISTORY_BUSY: [429, 'Too much at once'],
  HISTORY_TOO_LARGE: [503, 'This takes too long or too much'],
  HOST_FOREIGN: [421, 'This host is not served here'],
  IDEMPOTENCY_KEY_REUSED: [422, 'This Idempotency-Key is taken'],
  KEY_INVALID: [401, 'The key is not valid'],
  KEY_MISSING: [401, 'A key is needed'],
  KEY_ROTATING: [409, 'The key has two secrets already'],
  KEY_UNKNOWN: [404, 'No such key'],
  LEDGER_BUSY: [429, 'Too much at once'],
  LINK_EXPIRED: [410, 'The link is too old'],
  LINK_UNKNOWN: [404, 'No such link'],
  LINE_TOO_LONG: [413, 'The line is too long'],
  METHOD_NOT_ALLOWED: [405, 'This method is not allowed here'],
  NOT_A_CANDIDATE: [409, 'Nothing waits to be confirmed'],
  NOT_READY: [503, 'The service is starting or stopping'],
  NOT_SET_ASIDE: [404, 'This event is not set aside'],
  ORIGIN_FOREIGN: [403, 'Pages of this origin may not write here'],
  PERIOD_AHEAD: [422, 'This period has not begun'],
  PERIOD_UNKNOWN: [422, 'This is no period'],
  PERSON_UNKNOWN: [404, 'No such person'],
  RATE_LIMITED: [429, 'Too many requests'],
  REPORT_BUSY: [429, 'Too much at once'],
  REPORT_SCHEDULE_UNKNOWN: [404, 'No such schedule'],
  REPORT_TOO_LARGE: [503, 'This takes too long or too much'],
  REPORT_UNKNOWN: [404, 'No such report'],
  REQUEST_INVALID: [422, 'The request is not valid'],
  REQUEST_UNDER_WAY: [409, 'This is being done already'],
  RESOURCE_UNKNOWN: [404, 'Nothing is here'],
  REVISION_REPLACED: [412, 'The event has another revision'],
  REVISION_TOO_HIGH: [422, 'A revision is missing before this one'],
  RULEBOOK_REJECTED: [422, 'The rulebook is rejected'],
  RULEBOOK_REPLACED: [412, 'Another version is in use'],
  SCOPE_MISSING: [403, 'The key does not allow this'],
  SESSION_ENDED: [401, 'The session has ended'],
  SESSION_UNKNOWN: [404, 'Nobody is signed in'],
  SILENCE_UNKNOWN: [404, 'No such silence'],
  STORE_UNAVAILABLE: [503, 'The data cannot be reached'],
  STREAM_FULL: [503, 'Too many follow the status here'],
  STREAM_STALLED: [408, 'Nothing arrived any more'],
  SUBSCRIPTION_ENDED: [409, 'This subscription takes no alerts'],
  SUBSCRIPTION_UNKNOWN: [404, 'No such subscription'],
  TOO_MANY_ATTEMPTS: [429, 'Too many attempts with wrong keys'],
  VERSION_UNKNOWN: [404, 'No such version'],
  INTERNAL: [500, 'Something went wrong here'],
} as const satisfies Record<string, readonly [number, string]>

export type ProblemCode = keyof typeof PROBLEMS

/** An RFC 9457 problem document. */
export interface ProblemDocument {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly instance: string
  readonly code: ProblemCode
  readonly request_id: string
  readonly errors?: readonly ProblemItem[]
}

/** The same, for the description of the interface. */
export const ProblemSchema = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    instance: Type.String(),
    code: Type.Enum(Object.keys(PROBLEMS) as ProblemCode[]),
    request_id: Type.String(),
    errors: Type.Optional(
      Type.Array(
        Type.Object(
          { pointer: Type.String(), message: Type.String(), mend: Type.Optional(Type.String()) },
          { additionalProperties: true },
        ),
      ),
    ),
  },
  { description: 'A problem (RFC 9457): what is wrong and where, and how to mend it' },
)

/** The problem to throw from a handler. */
export function problem(code: ProblemCode, message: string, errors?: readonly ProblemItem[]): ServandaError {
  return new ServandaError(code, message, { details: errors ? { errors } : {} })
}

/** One that is over in so many seconds. */
export function problemAfter(retryAfter: number, code: ProblemCode, message: string): ServandaError {
  return new ServandaError(code, message, { details: { retryAfter } })
}

/** What a problem says wherever it is met: in a document of its own, or in a line of a stream. */
export type ProblemFacts = Omit<ProblemDocument, 'instance' | 'request_id'>

/** What is told of `error`; one without a code of ours says nothing about what happened inside. */
export function problemFacts(error: ServandaError): ProblemFacts {
  const code = Object.hasOwn(PROBLEMS, error.code) ? (error.code as ProblemCode) : 'INTERNAL'
  const [status, title] = PROBLEMS[code]
  const { errors } = error.details as { errors?: readonly ProblemItem[] }
  const detail =
    code === 'INTERNAL' ? 'The request could not be answered. The log has more under the request id.' : error.message
  return {
    type: `urn:servanda:problem:${code.toLowerCase().replaceAll('_', '-')}`,
    title,
    status,
    detail,
    code,
    ...(errors && { errors }),
  }
}

/** The document that answers `error`. */
export function problemDocument(error: ServandaError, request: { url: string; id: string }): ProblemDocument {
  const { errors, code, ...facts } = problemFacts(error)
  return { ...facts, instance: request.url, code, request_id: request.id, ...(errors && { errors }) }
}

/** What Fastify throws before a handler runs, in our words. */
export function translated(error: unknown): ServandaError {
  if (error instanceof ServandaError) {
    return error.code === 'DATABASE_LOST' ? new ServandaError('DATABASE_LOST', AWAY, { cause: error }) : error
  }
  const { code, statusCode, validation, message } = error as {
    code?: string
    statusCode?: number
    validation?: readonly Violation[]
    message?: string
  }
  if (validation) {
    const errors = validation.map((one) => ({ pointer: one.instancePath, message: validationMessage(one) }))
    return problem('REQUEST_INVALID', 'The request is not valid.', errors)
  }
  if (isStoreAway(code, message)) return new ServandaError('STORE_UNAVAILABLE', AWAY, { cause: error })
  if (code === UNTRANSLATABLE_CHARACTER) return problem('REQUEST_INVALID', 'The request holds a NUL character.')
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return problem('BODY_TOO_LARGE', 'The body is larger than this service takes.')
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return unsupportedType(null)
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return problem('BODY_MALFORMED', message ?? 'The request cannot be read.')
  }
  return new ServandaError('INTERNAL', 'unexpected error', { cause: error })
}

/** A connection that breaks during the COMMIT does not tell whether it was done. */
const AWAY =
  'The data cannot be reached. Whether the request was carried out is not known; sending the same again is safe.'

/** What the schema of a request found. */
interface Violation {
  readonly instancePath: string
  readonly message?: string
  readonly keyword?: string
  readonly params?: { readonly allowedValues?: readonly unknown[]; readonly additionalProperty?: string }
}

function validationMessage({ keyword, message = 'is not valid', params = {} }: Violation): string {
  if (keyword === 'enum' && params.allowedValues) return `must be one of ${params.allowedValues.join(', ')}`
  if (keyword === 'additionalProperties') return `has an unknown property "${params.additionalProperty}"`
  return message
}

const UNTRANSLATABLE_CHARACTER = '22021'

/** What sockets say when there is nobody at the other end. */
const SOCKET_CODES = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOSPC',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]

/** What `pg` says without a code when a connection broke or none could be had. */
const CONNECTION_MESSAGES = /^(Connection terminated|timeout exceeded when trying to connect|Client .* not queryable)/

/** SQLSTATE classes 08 (connection), 53 (disk or connections used up), 57 (shutting down), and what sockets say. */
function isStoreAway(code: string | undefined, message = ''): boolean {
  if (code === undefined) return CONNECTION_MESSAGES.test(message)
  return /^(08|53|57)[0-9A-Z]{3}$/.test(code) || SOCKET_CODES.includes(code)
}

/** @param takes  the content types that would do; null: it is not known where the request was going */
export function unsupportedType(takes: readonly string[] | null): ServandaError {
  const which = takes === null ? 'a content type that is taken here' : `one of ${takes.join(', ')}`
  return problem('CONTENT_TYPE_UNSUPPORTED', `Send ${which}.`)
}
