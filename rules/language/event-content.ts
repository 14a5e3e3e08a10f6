import { createHash } from 'node:crypto'
import { formatInstant, type Instant, parseInstant } from '../engine/instant.ts'
import { canonicalText } from './canonical-json.ts'
import { formatDecimal, parseDecimal } from './decimal.ts'
import { type Edtf, normaliseEdtf } from './edtf.ts'
import { isJsonObject, unmarkNumbers } from './json.ts'

/** Everything that makes two tellings of an event the same or not: all but `recordedtime`. */
export interface Content {
  readonly source: string
  readonly id: string
  readonly revision: number
  readonly retracted: boolean
  readonly type: string | null
  readonly subject: string | null
  readonly standing: string
  readonly zone: string | null
  readonly data: unknown
  /** The attribute `time`. */
  readonly time: Instant | null
  /** The attribute `occurred`. */
  readonly written: Edtf | null
  /** The attributes that Servanda only keeps. */
  readonly others: Readonly<Record<string, unknown>> | null
}

/** RFC 8785 text of `content`, with defaults filled in and its own instants in UTC; digits are kept. */
export function contentText(content: Content): string {
  return unmarkNumbers(canonicalText(attributesOf(content)))
}

/** SHA-256, hex, of that text with decimals at their shortest and every instant in UTC. */
export function contentDigest(content: Content): string {
  const attributes = attributesOf(content)
  const comparable = unmarkNumbers(canonicalText({ ...attributes, data: normalised(attributes.data) }))
  return createHash('sha256').update(comparable).digest('hex')
}

/** The attributes as JSON; `undefined` members are left out by RFC 8785. */
function attributesOf({ time, written, others, retracted, ...plain }: Content): Record<string, unknown> {
  const attributes: Record<string, unknown> = { specversion: '1.0', ...others }
  for (const [name, part] of Object.entries(plain)) if (part !== null) attributes[name] = part
  if (retracted) attributes.retracted = true
  if (time !== null) attributes.time = formatInstant(time)
  if (written !== null) attributes.occurred = normaliseEdtf(written)
  return attributes
}

const WRITTEN_DECIMAL = /^-?\d+\.\d+$/

/** Decimals at their shortest and instants in UTC, so that `4.50` and `4.5` are the same telling. */
function normalised(value: unknown): unknown {
  if (typeof value === 'string' && value.length < 80 && WRITTEN_DECIMAL.test(value)) {
    const exact = parseDecimal(value)
    return exact === null ? value : formatDecimal(exact)
  }
  if (typeof value === 'string') return inUtc(value)
  if (Array.isArray(value)) return value.map(normalised)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, normalised(part)]))
}

function inUtc(text: string): string {
  try {
    return text.length >= 20 && text.length < 40 ? formatInstant(parseInstant(text)) : text
  } catch {
    return text
  }
}
