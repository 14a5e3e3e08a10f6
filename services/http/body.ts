import { jsonErrorPlace, parseJson } from '../../rules/index.ts'
import type { App } from './app.ts'
import { problem } from './problem.ts'

/** JSON deeper than this says nothing about an event and would cost stack to walk. */
const DEEPEST = 64

/** The content types a write may have. */
export const JSON_TYPES = [
  'application/json',
  'application/cloudevents+json',
  'application/cloudevents-batch+json',
] as const

/** Reads bodies as JSON that keeps every digit, and nothing but JSON. */
export function readBodies(app: App): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser([...JSON_TYPES], { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) =>
    readJson(body),
  )
}

function readJson(body: Buffer): unknown {
  const text = decoded(body)
  if (depthOf(text) > DEEPEST) throw problem('BODY_MALFORMED', `The JSON is nested deeper than ${DEEPEST} levels.`)
  try {
    return parseJson(text)
  } catch (error) {
    const place = jsonErrorPlace(text, error)
    const where = place === null ? '' : ` (line ${place.line}, column ${place.column})`
    throw problem(
      'BODY_MALFORMED',
      `The body is not JSON${where}: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

function decoded(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    throw problem('BODY_MALFORMED', 'The body is not UTF-8.')
  }
}

/** How deep brackets nest in `text`, those inside strings left out. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  let inString = false
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (inString) {
      if (c === BACKSLASH) i++
      else if (c === QUOTE) inString = false
    } else if (c === QUOTE) inString = true
    else if (c === OPEN_BRACE || c === OPEN_BRACKET) deepest = Math.max(deepest, ++depth)
    else if (c === CLOSE_BRACE || c === CLOSE_BRACKET) depth--
  }
  return deepest
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
