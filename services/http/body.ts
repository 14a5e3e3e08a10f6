import type { IncomingHttpHeaders } from 'node:http'
import { jsonErrorPlace, parseJson } from '../../rules/index.ts'
import type { App } from './app.ts'
import { MERGE_PATCH_TYPE } from './merge-patch.ts'
import { problem } from './problem.ts'

/** The content types a write may have. */
export const JSON_TYPES = [
  'application/json',
  'application/cloudevents+json',
  'application/cloudevents-batch+json',
] as const

/** The content type of a rulebook (RFC 9512). */
export const YAML_TYPE = 'application/yaml'

/** What a body may have, and a line of one that is read line by line; bytes. */
export const BODY_LIMIT = 4 * 1024 * 1024

/** The content type that `headers` name, without parameters. */
export function typeOf(headers: IncomingHttpHeaders): string | undefined {
  return headers['content-type']?.split(';')[0]?.trim().toLowerCase()
}

/** Reads bodies as JSON that keeps every digit, and nothing but JSON. */
export function readBodies(app: App): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    [...JSON_TYPES, MERGE_PATCH_TYPE],
    { parseAs: 'buffer' },
    async (_request: unknown, body: Buffer) => readJson(body),
  )
}

/** @throws {ServandaError} `BODY_MALFORMED` */
export function readJson(body: Buffer): unknown {
  const text = decoded(body)
  try {
    return parseJson(text)
  } catch (error) {
    const place = jsonErrorPlace(text, error)
    const where = place === null ? '' : ` (line ${place.line}, column ${place.column})`
    throw problem(
      'BODY_MALFORMED',
      `The body is not JSON as it is taken here${where}: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

/** @throws {ServandaError} `BODY_MALFORMED` */
export function decoded(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    throw problem('BODY_MALFORMED', 'The body is not UTF-8.')
  }
}
