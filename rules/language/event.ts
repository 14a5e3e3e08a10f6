import { type Instant, parseInstant, type Span } from '../engine/instant.ts'
import { isZone } from '../engine/zone-time.ts'
import { type Control, readControl } from './control-event.ts'
import { type Edtf, edtfSpan, isMoment, needsZone, parseEdtf } from './edtf.ts'
import { type Content, contentDigest, contentText } from './event-content.ts'
import { isJsonObject } from './json.ts'

export const STANDINGS = ['reported', 'confirmed', 'disputed'] as const
/** How well established a report is; `reported` unless the event says otherwise. */
export type Standing = (typeof STANDINGS)[number]

/**
 * What an event's attributes amount to, computed when it is first asked for. As accessors of a class they are no part of a
 * copy by spreading, here and in TypeScript's eyes: copy an event with {@link knownEvent}.
 */
declare abstract class Computed {
  /** RFC 8785 text of everything but `recordedtime`, with defaults filled in and its own instants in UTC; digits are kept. */
  get content(): string
  /** SHA-256, hex, of `content` with decimals at their shortest: two tellings are the same when their digests are. */
  get digest(): string
}

/**
 * One event as it was told: a CloudEvent 1.0 with the extension attributes `revision`, `retracted`, `occurred`, `zone`,
 * `recordedtime` and `standing`.
 */
export interface ServandaEvent extends Computed {
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

/**
 * Reads one CloudEvent in the JSON format (as {@link parseJson} gives it). Every problem is reported at once; nothing is
 * guessed. The event that comes out holds exactly what `content` says, so `parseEvent(parseJson(content))` gives it back.
 * @see CloudEvents 1.0.2, JSON Event Format
 */
export function parseEvent(value: unknown): ParsedEvent {
  return readEvent(value, false)
}

/**
 * As {@link parseEvent}.
 * @param isClean  the caller knows that no text in `value` holds a control character or half a character
 */
export function readEvent(value: unknown, isClean: boolean): ParsedEvent {
  if (!isJsonObject(value)) {
    return refused('', 'an event is a JSON object', 'send one CloudEvent, for example {"specversion":"1.0","source":…}')
  }
  const read = new Reader(isClean)
  const retracted = read.flag('retracted', value.retracted)
  if (read.text('specversion', value.specversion, !retracted) !== null && value.specversion !== '1.0') {
    read.problem('/specversion', 'specversion is not "1.0"', 'Servanda reads CloudEvents 1.0')
  }
  const source = read.text('source', value.source, true) ?? ''
  const id = read.text('id', value.id, true) ?? ''
  const type = read.text('type', value.type, !retracted)
  const subject = read.text('subject', value.subject, false)
  const revision = read.revision(value.revision)
  const standing = read.standing(value.standing)
  const zone = read.zone(value.zone)
  const time = read.instantAt('time', value.time)
  const written = read.occurred(value.occurred, zone)
  if (time === null && written === null && !retracted && value.time === undefined && value.occurred === undefined) {
    read.problem(
      '/time',
      'neither time nor occurred is there',
      'say when it happened: "time" for a moment, "occurred" for a day, month or range',
    )
  }
  const occurred: Edtf | null = written ?? (time === null ? null : { kind: 'instant', at: time })
  const recordedTime = read.instantAt('recordedtime', value.recordedtime)
  const others = read.otherAttributes(value)
  const data = value.data === undefined ? null : value.data
  read.safeData(data)
  const control =
    type?.startsWith('servanda.') && !retracted
      ? readControl(type, data, occurred, (pointer, message, mend) => read.problem(pointer, message, mend))
      : null
  if (read.problems !== null) return { ok: false, problems: read.problems }
  const told = {
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
    time,
    written,
    others,
  }
  return { ok: true, event: new Telling(told, recordedTime) }
}

/** `event` as known since `recordedAt` (null: always). */
export function knownEvent(event: ServandaEvent, recordedAt: Instant | null): KnownEvent {
  if (!(event instanceof Telling)) return { ...event, recordedAt, content: event.content, digest: event.digest }
  return event.recordedAt === recordedAt ? event : new Telling(event, recordedAt)
}

/** What a telling holds beside its content. */
interface Told extends Content {
  readonly standing: Standing
  readonly occurred: Edtf | null
  readonly control: Control | null
  readonly recordedTime: Instant | null
}

/**
 * An event as it was read. Most events of a long file are never compared, so that canonical text and digest wait until
 * somebody asks. As far as the event alone can say, it is known since `recordedTime`.
 */
class Telling implements KnownEvent, Told {
  readonly source: string
  readonly id: string
  readonly revision: number
  readonly retracted: boolean
  readonly type: string | null
  readonly subject: string | null
  readonly standing: Standing
  readonly data: unknown
  readonly occurred: Edtf | null
  readonly zone: string | null
  readonly control: Control | null
  readonly recordedTime: Instant | null
  readonly recordedAt: Instant | null
  readonly time: Instant | null
  readonly written: Edtf | null
  readonly others: Readonly<Record<string, unknown>> | null
  #content: string | null = null
  #digest: string | null = null

  constructor(told: Told, recordedAt: Instant | null) {
    this.source = told.source
    this.id = told.id
    this.revision = told.revision
    this.retracted = told.retracted
    this.type = told.type
    this.subject = told.subject
    this.standing = told.standing
    this.data = told.data
    this.occurred = told.occurred
    this.zone = told.zone
    this.control = told.control
    this.recordedTime = told.recordedTime
    this.recordedAt = recordedAt
    this.time = told.time
    this.written = told.written
    this.others = told.others
  }

  get content(): string {
    this.#content ??= contentText(contentOf(this))
    return this.#content
  }

  get digest(): string {
    this.#digest ??= contentDigest(contentOf(this), this.content)
    return this.#digest
  }
}

function contentOf(told: Content): Content {
  const { source, id, revision, retracted, type, subject, standing, zone, data, time, written, others } = told
  return { source, id, revision, retracted, type, subject, standing, zone, data, time, written, others }
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

const MAX_TEXT = 2_048

/** Reads attributes one by one and collects what is wrong with them. */
class Reader {
  problems: EventProblem[] | null = null
  private readonly isClean: boolean

  constructor(isClean: boolean) {
    this.isClean = isClean
  }

  problem(pointer: string, message: string, mend: string): void {
    this.problems ??= []
    this.problems.push({ pointer, message, mend })
  }

  text(name: string, found: unknown, required: boolean): string | null {
    if (found === undefined || found === null) {
      if (required) this.problem(`/${name}`, `${name} is missing`, `every event needs "${name}"`)
      return null
    }
    const isText = typeof found === 'string' && found !== '' && found.length <= MAX_TEXT
    if (isText && (this.isClean || !UNSAFE_TEXT.test(found))) return found
    const want = `a text of 1 to ${MAX_TEXT} characters without control characters`
    this.problem(`/${name}`, `${name} is not ${want}`, `write "${name}" as ${want}`)
    return null
  }

  flag(name: string, found: unknown): boolean {
    if (found === undefined || typeof found === 'boolean') return found === true
    this.problem(
      `/${name}`,
      `${name} is neither true nor false`,
      `write true or false without quotes, or leave "${name}" out`,
    )
    return false
  }

  revision(told: unknown): number {
    const found = told ?? 1
    if (typeof found === 'number' && Number.isSafeInteger(found) && found >= 1 && found <= 2_147_483_647) return found
    this.problem(
      '/revision',
      'revision is not a whole number from 1',
      'the first telling is revision 1, each correction one more',
    )
    return 1
  }

  standing(told: unknown): Standing {
    const found = told ?? 'reported'
    for (const standing of STANDINGS) if (standing === found) return standing
    this.problem('/standing', `standing is none of ${STANDINGS.join(', ')}`, 'leave it out for a plain report')
    return 'reported'
  }

  zone(told: unknown): string | null {
    const zone = this.text('zone', told, false)
    if (zone === null || isZone(zone)) return zone
    this.problem('/zone', `${zone} is not an IANA time zone`, 'write a name such as Europe/Kyiv')
    return null
  }

  instantAt(name: string, told: unknown): Instant | null {
    const text = this.text(name, told, false)
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

  occurred(told: unknown, zone: string | null): Edtf | null {
    const text = this.text('occurred', told, false)
    if (text === null) return null
    const edtf = parseEdtf(text)
    if (edtf === null) {
      this.problem(
        '/occurred',
        `${text} is no date, month, year, local time or range`,
        'for example 2024-07-09, 2024-06 or 2024-07-09/2024-07-10',
      )
      return null
    }
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

  /** The attributes that Servanda only keeps: its own are read one by one. */
  otherAttributes(value: Record<string, unknown>): Record<string, unknown> | null {
    let others: Record<string, unknown> | null = null
    for (const name in value) {
      if (isRead(name) || !this.isKept(name, value[name])) continue
      others ??= {}
      others[name] = value[name]
    }
    return others
  }

  private isKept(name: string, told: unknown): boolean {
    if (name === 'datacontenttype' || name === 'dataschema') return told !== undefined
    if (name === 'data_base64') {
      this.problem('/data_base64', 'binary data cannot be read as evidence', 'send "data" as JSON')
      return false
    }
    if (!/^[a-z0-9]{1,40}$/.test(name)) {
      this.problem(
        `/${pointerPart(name)}`,
        `${name} is not a CloudEvents attribute name`,
        'put your own fields into "data"',
      )
      return false
    }
    if (['string', 'number', 'boolean'].includes(typeof told) && !UNSAFE_TEXT.test(String(told))) return true
    this.problem(
      `/${name}`,
      `${name} is neither a text, a number nor true or false`,
      'extension attributes are plain values; put objects into "data"',
    )
    return false
  }

  safeData(data: unknown): void {
    if (!this.isClean && !isSafe(data)) this.unsafeParts(data, '/data')
  }

  private unsafeParts(value: unknown, pointer: string): void {
    if (typeof value === 'string') {
      if (!isSafeText(value)) {
        this.problem(
          pointer,
          'the text holds a NUL or half a character',
          'remove the character U+0000 or the lone surrogate',
        )
      }
    } else if (Array.isArray(value)) {
      for (const [i, part] of value.entries()) this.unsafeParts(part, `${pointer}/${i}`)
    } else if (isJsonObject(value)) {
      for (const [name, part] of Object.entries(value)) {
        if (!isSafeText(name)) this.problem(pointer, 'a field name holds a NUL or half a character', 'rename the field')
        this.unsafeParts(part, `${pointer}/${pointerPart(name)}`)
      }
    }
  }
}

/** Whether Servanda reads the attribute `name` itself. */
function isRead(name: string): boolean {
  switch (name) {
    case 'specversion':
    case 'source':
    case 'id':
    case 'type':
    case 'time':
    case 'data':
    case 'subject':
    case 'revision':
    case 'retracted':
    case 'occurred':
    case 'zone':
    case 'recordedtime':
    case 'standing':
      return true
    default:
      return false
  }
}

/** PostgreSQL text holds neither NUL nor lone surrogates, and neither means anything in evidence. */
function isSafeText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000')
}

function isSafe(value: unknown): boolean {
  if (typeof value === 'string') return isSafeText(value)
  if (Array.isArray(value)) return value.every(isSafe)
  return !isJsonObject(value) || Object.keys(value).every((name) => isSafeText(name) && isSafe(value[name]))
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const UNSAFE_TEXT = /[\u0000-\u001f\u007f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

function pointerPart(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
