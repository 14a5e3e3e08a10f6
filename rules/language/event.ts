import { createHash } from 'node:crypto'
import { formatInstant, type Instant, parseInstant, type Span } from '../engine/instant.ts'
import { isZone } from '../engine/zone-time.ts'
import { canonicalText } from './canonical-json.ts'
import { type Control, readControl } from './control-event.ts'
import { formatDecimal, parseDecimal } from './decimal.ts'
import { type Edtf, edtfSpan, isMoment, needsZone, normaliseEdtf, parseEdtf } from './edtf.ts'
import { isJsonObject, parseJson, unmarkNumbers } from './json.ts'

export const STANDINGS = ['reported', 'confirmed', 'disputed'] as const
/** How well established a report is; `reported` unless the event says otherwise. */
export type Standing = (typeof STANDINGS)[number]

/**
 * One event as it was told: a CloudEvent 1.0 with the extension attributes `revision`, `retracted`, `occurred`, `zone`,
 * `recordedtime` and `standing`.
 */
export interface ServandaEvent {
  readonly source: string
  readonly id: string
  /** 1 for the first telling; a correction or retraction has a higher one. */
  readonly revision: number
  readonly retracted: boolean
  /** Null only for a retraction that names none. */
  readonly type: string | null
  readonly subject: string | null
  readonly standing: Standing
  readonly data: unknown
  /** When it happened; null only for a retraction without a time. A moment without an offset is read in `zone`. */
  readonly occurred: Edtf | null
  readonly zone: string | null
  /** What a `servanda.*` event orders; null for every other event. */
  readonly control: Control | null
  /** The event's own claim of when it became known. */
  readonly recordedTime: Instant | null
  /** RFC 8785 text of everything but `recordedtime`, with defaults filled in and its own instants in UTC; digits are kept. */
  readonly content: string
  /** SHA-256, hex, of `content` with decimals at their shortest: two tellings are the same when their digests are. */
  readonly digest: string
}

/** An event with the instant since which it is known; null: always. */
export interface KnownEvent extends ServandaEvent {
  readonly recordedAt: Instant | null
}

/** What is wrong in one event, and where (RFC 6901 pointer). */
export interface EventProblem {
  readonly pointer: string
  readonly message: string
  readonly mend: string
}

export type ParsedEvent =
  | { readonly ok: true; readonly event: ServandaEvent }
  | { readonly ok: false; readonly problems: readonly EventProblem[] }

const MAX_TEXT = 2_048
const ATTRIBUTES = new Set([
  'specversion',
  'source',
  'id',
  'type',
  'time',
  'data',
  'subject',
  'datacontenttype',
  'dataschema',
  'revision',
  'retracted',
  'occurred',
  'zone',
  'recordedtime',
  'standing',
])

/**
 * Reads one CloudEvent in the JSON format (as {@link parseJson} gives it). Every problem is reported at once; nothing is
 * guessed. The event that comes out holds exactly what `content` says, so `parseEvent(parseJson(content))` gives it back.
 * @see CloudEvents 1.0.2, JSON Event Format
 */
export function parseEvent(value: unknown): ParsedEvent {
  if (!isJsonObject(value)) {
    return refused('', 'an event is a JSON object', 'send one CloudEvent, for example {"specversion":"1.0","source":…}')
  }
  const read = new Reader(value)
  const retracted = read.flag('retracted')
  if (read.text('specversion', !retracted) !== null && value.specversion !== '1.0') {
    read.problem('/specversion', 'specversion is not "1.0"', 'Servanda reads CloudEvents 1.0')
  }
  const source = read.text('source', true) ?? ''
  const id = read.text('id', true) ?? ''
  const type = read.text('type', !retracted)
  const subject = read.text('subject', false)
  const revision = read.revision()
  const standing = read.standing()
  const zone = read.zone()
  const occurred = read.occurred(retracted, zone)
  const recordedTime = read.instantAt('recordedtime')
  read.otherAttributes()
  read.safeText(value.data, '/data', 0)
  const data = value.data === undefined ? null : value.data
  const control =
    type?.startsWith('servanda.') && !retracted
      ? readControl(type, data, occurred, (pointer, message, mend) => read.problem(pointer, message, mend))
      : null
  if (read.problems.length > 0) return { ok: false, problems: read.problems }
  const told = contentOf(value, {
    source,
    id,
    type,
    subject,
    revision,
    retracted,
    standing,
    zone,
    data,
    time: read.time,
    occurred: read.written,
  })
  const content = unmarkNumbers(canonicalText(told))
  const comparable = unmarkNumbers(canonicalText({ ...told, data: normalised(told.data) }))
  const digest = createHash('sha256').update(comparable).digest('hex')
  return {
    ok: true,
    event: {
      source,
      id,
      revision,
      retracted,
      type,
      subject,
      standing,
      data,
      occurred,
      zone,
      control,
      recordedTime,
      content,
      digest,
    },
  }
}

/** `event` as known since `recordedAt` (null: always). */
export function knownEvent(event: ServandaEvent, recordedAt: Instant | null): KnownEvent {
  return { ...event, recordedAt }
}

/**
 * When `event` happened, read in its own zone, else in the agreement's `zone`.
 * Null when it names an empty day, or is a retraction without a time.
 */
export function occurrence(event: ServandaEvent, zone: string): Span | null {
  return event.occurred === null ? null : edtfSpan(event.occurred, event.zone ?? zone)
}

/** The identity of an event across its revisions. */
export function identityOf(event: { readonly source: string; readonly id: string }): string {
  return `${event.source}\u0000${event.id}`
}

function refused(pointer: string, message: string, mend: string): ParsedEvent {
  return { ok: false, problems: [{ pointer, message, mend }] }
}

/** Everything that makes two tellings the same or not; `undefined` members are left out by RFC 8785. */
function contentOf(value: Record<string, unknown>, event: Record<string, unknown>): Record<string, unknown> {
  const content: Record<string, unknown> = { specversion: '1.0' }
  for (const [name, extra] of Object.entries(value)) if (!ATTRIBUTES.has(name)) content[name] = extra
  for (const name of ['datacontenttype', 'dataschema']) if (value[name] !== undefined) content[name] = value[name]
  for (const [name, part] of Object.entries(event)) if (part !== null && part !== undefined) content[name] = part
  if (event.retracted !== true) delete content.retracted
  return content
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

/** Reads attributes one by one and collects what is wrong with them. */
class Reader {
  readonly problems: EventProblem[] = []
  /** `time` in UTC, as content compares it. */
  time: string | null = null
  /** `occurred` in its normal form, as content compares it. */
  written: string | null = null
  private readonly value: Record<string, unknown>

  constructor(value: Record<string, unknown>) {
    this.value = value
  }

  problem(pointer: string, message: string, mend: string): void {
    this.problems.push({ pointer, message, mend })
  }

  text(name: string, required: boolean): string | null {
    const found = this.value[name]
    if (found === undefined || found === null) {
      if (required) this.problem(`/${name}`, `${name} is missing`, `every event needs "${name}"`)
      return null
    }
    if (typeof found !== 'string' || found === '' || found.length > MAX_TEXT || UNSAFE_TEXT.test(found)) {
      const want = `a text of 1 to ${MAX_TEXT} characters without control characters`
      this.problem(`/${name}`, `${name} is not ${want}`, `write "${name}" as ${want}`)
      return null
    }
    return found
  }

  flag(name: string): boolean {
    const found = this.value[name]
    if (found === undefined || typeof found === 'boolean') return found === true
    this.problem(
      `/${name}`,
      `${name} is neither true nor false`,
      `write true or false without quotes, or leave "${name}" out`,
    )
    return false
  }

  revision(): number {
    const found = this.value.revision ?? 1
    if (typeof found === 'number' && Number.isSafeInteger(found) && found >= 1 && found <= 2_147_483_647) return found
    this.problem(
      '/revision',
      'revision is not a whole number from 1',
      'the first telling is revision 1, each correction one more',
    )
    return 1
  }

  standing(): Standing {
    const found = this.value.standing ?? 'reported'
    const known = STANDINGS.find((standing) => standing === found)
    if (known) return known
    this.problem('/standing', `standing is none of ${STANDINGS.join(', ')}`, 'leave it out for a plain report')
    return 'reported'
  }

  zone(): string | null {
    const zone = this.text('zone', false)
    if (zone === null || isZone(zone)) return zone
    this.problem('/zone', `${zone} is not an IANA time zone`, 'write a name such as Europe/Kyiv')
    return null
  }

  instantAt(name: string): Instant | null {
    const text = this.text(name, false)
    if (text === null) return null
    try {
      return parseInstant(text)
    } catch {
      this.problem(
        `/${name}`,
        `${name} is not an RFC 3339 timestamp with an offset`,
        'for example 2024-06-13T20:15:00+02:00',
      )
      return null
    }
  }

  occurred(retracted: boolean, zone: string | null): Edtf | null {
    const time = this.instantAt('time')
    this.time = time === null ? null : formatInstant(time)
    const text = this.text('occurred', false)
    if (text === null) {
      if (time !== null) return { kind: 'instant', at: time }
      if (!retracted && this.value.time === undefined && this.value.occurred === undefined) {
        this.problem(
          '/time',
          'neither time nor occurred is there',
          'say when it happened: "time" for a moment, "occurred" for a day, month or range',
        )
      }
      return null
    }
    const edtf = parseEdtf(text)
    if (edtf === null) {
      this.problem(
        '/occurred',
        `${text} is no date, month, year, local time or range`,
        'for example 2024-07-09, 2024-06 or 2024-07-09/2024-07-10',
      )
      return null
    }
    this.written = normaliseEdtf(edtf)
    const readable = zone !== null || !needsZone(edtf)
    if (readable && edtfSpan(edtf, zone ?? 'UTC') === null) {
      this.problem(
        '/occurred',
        `${text} is empty${isMoment(edtf) ? '' : ': it ends before it starts, or the zone skipped that day'}`,
        'check the dates and the zone',
      )
      return null
    }
    return edtf
  }

  otherAttributes(): void {
    for (const [name, value] of Object.entries(this.value)) {
      if (ATTRIBUTES.has(name)) continue
      if (name === 'data_base64')
        this.problem('/data_base64', 'binary data cannot be read as evidence', 'send "data" as JSON')
      else if (!/^[a-z0-9]{1,40}$/.test(name)) {
        this.problem(
          `/${pointerPart(name)}`,
          `${name} is not a CloudEvents attribute name`,
          'put your own fields into "data"',
        )
      } else if (!['string', 'number', 'boolean'].includes(typeof value) || UNSAFE_TEXT.test(String(value))) {
        this.problem(
          `/${name}`,
          `${name} is neither a text, a number nor true or false`,
          'extension attributes are plain values; put objects into "data"',
        )
      }
    }
  }

  /** PostgreSQL text holds neither NUL nor lone surrogates, and neither means anything in evidence. */
  safeText(value: unknown, pointer: string, depth: number): void {
    if (typeof value === 'string') {
      if (value.includes('\u0000') || !value.isWellFormed()) {
        this.problem(
          pointer,
          'the text holds a NUL or half a character',
          'remove the character U+0000 or the lone surrogate',
        )
      }
    } else if (Array.isArray(value)) {
      for (const [i, part] of value.entries()) this.safeText(part, `${pointer}/${i}`, depth + 1)
    } else if (isJsonObject(value)) {
      for (const [name, part] of Object.entries(value)) {
        if (name.includes('\u0000') || !name.isWellFormed())
          this.problem(pointer, 'a field name holds a NUL or half a character', 'rename the field')
        this.safeText(part, `${pointer}/${pointerPart(name)}`, depth + 1)
      }
    }
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const UNSAFE_TEXT = /[\u0000-\u001f\u007f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

function pointerPart(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
