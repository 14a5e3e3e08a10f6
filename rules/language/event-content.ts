import { hash } from 'node:crypto'
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

/**
 * SHA-256, hex, of that text with decimals at their shortest and every instant in UTC.
 * @param text  what `contentText` gives: mostly there is nothing to shorten
 */
export function contentDigest(content: Content, text: string): string {
  const data = normalised(content.data)
  const comparable = data === content.data ? text : contentText({ ...content, data })
  return hash('sha256', comparable, 'hex')
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

/** Decimals at their shortest and instants in UTC, so that `4.50` and `4.5` are the same telling; itself where it is so already. */
function normalised(value: unknown): unknown {
  if (typeof value === 'string') return normalisedText(value)
  if (Array.isArray(value)) {
    const parts = value.map(normalised)
    return parts.every((part, i) => part === value[i]) ? value : parts
  }
  if (!isJsonObject(value)) return value
  let isSame = true
  const parts = Object.entries(value).map(([name, part]) => {
    const normal = normalised(part)
    isSame &&= normal === part
    return [name, normal] as const
  })
  return isSame ? value : Object.fromEntries(parts)
}

const DIGIT = /^[-+]?\d/

function normalisedText(text: string): string {
  if (!DIGIT.test(text)) return text
  if (text.length < 80 && WRITTEN_DECIMAL.test(text)) {
    const exact = parseDecimal(text)
    return exact === null ? text : formatDecimal(exact)
  }
  try {
    return text.length >= 20 && text.length < 40 ? formatInstant(parseInstant(text)) : text
  } catch {
    return text
  }
}
