import { isServandaError } from '../config/error.ts'
import type { Log } from '../config/log.ts'
import type { Settings } from '../config/settings.ts'
import { formatToken, readFirstKey } from '../services/access/index.ts'
import { answerBody } from './answer-body.ts'
import { composeService } from './compose.ts'
import { asUsageError, openSettings } from './open-settings.ts'
import { serviceOf } from './service-file.ts'
import { UsageError } from './usage-error.ts'

/** What the API answers, whoever gives the answer: JSON as its value, files as they are. */
interface Answer {
  readonly status: number
  readonly body: unknown
}

/**
 * Asks the API as an admin: through the service that holds the data folder, when there is one, else in this process.
 * @throws {UsageError} with what the API said, when it refused
 */
export async function callApi(method: string, path: string, body?: unknown): Promise<unknown> {
  const { settings, log } = openSettings({ speaks: true })
  return bodyOf(await answerTo(settings, log, method, path, body))
}

/** @throws {UsageError} with what the API said, when it refused */
export function bodyOf(answer: Answer): unknown {
  if (answer.status < 400) return answer.body
  const { detail, errors = [] } = answer.body as {
    detail?: string
    errors?: readonly { pointer: string; message: string }[]
  }
  const list = errors.map(({ pointer, message }) => `\n  ${pointer}: ${message}`).join('')
  throw new UsageError(`${detail ?? `the service answered ${answer.status}`}${list}`)
}

async function answerTo(settings: Settings, log: Log, method: string, path: string, body: unknown): Promise<Answer> {
  try {
    return await askHere(settings, log, method, path, body)
  } catch (error) {
    return askHolder(settings, error, method, path, body)
  }
}

/**
 * Asks the service that holds the data folder, when `error` is that it does.
 * @throws {UsageError} when it does not say where it answers
 */
export async function askHolder(
  settings: Settings,
  error: unknown,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  if (!isServandaError(error, 'DATA_DIR_IN_USE')) throw asUsageError(error)
  const running = await serviceOf(settings.dataDir, error.details.pid)
  const token = running && (await readFirstKey(settings.dataDir))
  if (!running || !token) throw asUsageError(error)
  const response = await fetch(new URL(path, running.url), {
    method,
    headers: {
      authorization: `Bearer ${formatToken(token)}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const content = Buffer.from(await response.arrayBuffer())
  return { status: response.status, body: answerBody(content, response.headers.get('content-type')) }
}

/** The same routes, asked without a network. */
async function askHere(settings: Settings, log: Log, method: string, path: string, body: unknown): Promise<Answer> {
  const service = await composeService(settings, { roles: { api: false, worker: false }, log })
  try {
    return await service.ask(method, path, body)
  } finally {
    await service.close()
  }
}
