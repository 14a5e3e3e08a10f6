import { type Instant, parseInstant } from '../engine/instant.ts'
import { VERDICTS, type Verdict } from '../engine/result.ts'
import { type Amount, parseDecimal } from './decimal.ts'
import { type Edtf, isMoment, parseEdtf } from './edtf.ts'
import { isJsonObject, JsonNumber } from './json.ts'

/** What a `servanda.*` event orders. Cases are named by their full id. */
export type Control =
  | {
      readonly kind: 'judgement'
      readonly agreement: string
      readonly case: string
      readonly verdict: Verdict
      readonly about: { readonly source: string; readonly id: string } | null
    }
  | {
      readonly kind: 'waiver' | 'discharge'
      readonly agreement: string
      readonly case: string | null
      readonly commitment: string | null
    }
  | {
      readonly kind: 'suspension' | 'resumption'
      readonly agreement: string
      readonly commitments: readonly string[] | null
    }
  | { readonly kind: 'termination'; readonly agreement: string }
  | {
      readonly kind: 'watermark'
      readonly source: string
      readonly through: Instant
      readonly types: readonly string[] | null
    }
  | {
      readonly kind: 'indicator'
      readonly series: string
      readonly period: Edtf
      readonly value: Amount
      readonly unit: string
    }

export type ControlKind = Control['kind']

export const CONTROL_KINDS = [
  'judgement',
  'waiver',
  'discharge',
  'suspension',
  'resumption',
  'termination',
  'watermark',
  'indicator',
] as const satisfies readonly ControlKind[]

type Complain = (pointer: string, message: string, mend: string) => void

/** The fields each kind may have, beside `why` and `by`. */
const FIELDS: Readonly<Record<ControlKind, readonly string[]>> = {
  judgement: ['agreement', 'case', 'verdict', 'about'],
  waiver: ['agreement', 'case', 'commitment'],
  discharge: ['agreement', 'case', 'commitment'],
  suspension: ['agreement', 'commitments'],
  resumption: ['agreement', 'commitments'],
  termination: ['agreement'],
  watermark: ['source', 'through', 'types'],
  indicator: ['series', 'period', 'value', 'unit'],
}

/** Reads the data of the control event `type`; complains of every problem and then answers null. */
export function readControl(type: string, data: unknown, occurred: Edtf | null, complain: Complain): Control | null {
  const kind = CONTROL_KINDS.find((known) => `servanda.${known}` === type)
  if (!kind) {
    complain(
      '/type',
      `${type} is not a control event`,
      `write one of ${CONTROL_KINDS.map((k) => `servanda.${k}`).join(', ')}`,
    )
    return null
  }
  if (occurred !== null && !isMoment(occurred)) {
    complain('/occurred', `a ${kind} needs a precise instant`, 'write "time", for example 2024-06-13T20:15:00Z')
    return null
  }
  if (!isJsonObject(data)) {
    complain('/data', `a ${kind} needs its data as an object`, `write ${FIELDS[kind].join(', ')}`)
    return null
  }
  const read = new DataReader(data, complain)
  for (const name of Object.keys(data)) {
    if (!FIELDS[kind].includes(name) && name !== 'why' && name !== 'by') {
      complain(`/data/${name}`, `a ${kind} has no field ${name}`, `it has ${FIELDS[kind].join(', ')}, why, by`)
    }
  }
  read.optionalText('why')
  read.optionalText('by')
  const control = readKind(kind, read)
  return read.failed ? null : control
}

function readKind(kind: ControlKind, read: DataReader): Control {
  switch (kind) {
    case 'judgement': {
      const about = read.about()
      const allowed = about ? (['breached', 'met'] as const) : VERDICTS.filter((v) => v !== 'open' && v !== 'void')
      return {
        kind,
        agreement: read.text('agreement'),
        case: read.text('case'),
        verdict: read.oneOf('verdict', allowed),
        about,
      }
    }
    case 'waiver':
    case 'discharge': {
      const control = {
        kind,
        agreement: read.text('agreement'),
        case: read.optionalText('case'),
        commitment: read.optionalText('commitment'),
      }
      if ((control.case === null) === (control.commitment === null)) {
        read.fail('', 'names not exactly one of case and commitment', 'write either "case" or "commitment"')
      }
      return control
    }
    case 'suspension':
    case 'resumption':
      return { kind, agreement: read.text('agreement'), commitments: read.optionalTexts('commitments') }
    case 'termination':
      return { kind, agreement: read.text('agreement') }
    case 'watermark':
      return { kind, source: read.text('source'), through: read.instant('through'), types: read.optionalTexts('types') }
    case 'indicator':
      return {
        kind,
        series: read.text('series'),
        period: read.period('period'),
        value: read.decimal('value'),
        unit: read.text('unit'),
      }
  }
}

class DataReader {
  failed = false
  private readonly data: Record<string, unknown>
  private readonly complain: Complain

  constructor(data: Record<string, unknown>, complain: Complain) {
    this.data = data
    this.complain = complain
  }

  fail(name: string, message: string, mend: string): void {
    this.failed = true
    this.complain(name === '' ? '/data' : `/data/${name}`, message, mend)
  }

  text(name: string): string {
    const found = this.data[name]
    if (typeof found === 'string' && found !== '') return found
    this.fail(name, `${name} is missing or not a text`, `write "${name}" as a text`)
    return ''
  }

  optionalText(name: string): string | null {
    return this.data[name] === undefined || this.data[name] === null ? null : this.text(name)
  }

  optionalTexts(name: string): readonly string[] | null {
    const found = this.data[name]
    if (found === undefined || found === null) return null
    if (Array.isArray(found) && found.length > 0 && found.every((part) => typeof part === 'string' && part !== ''))
      return found
    this.fail(name, `${name} is not a list of texts`, `write "${name}" as ["one", "two"], or leave it out for all`)
    return null
  }

  oneOf<T extends string>(name: string, allowed: readonly T[]): T {
    const found = allowed.find((value) => value === this.data[name])
    if (found !== undefined) return found
    this.fail(name, `${name} is none of ${allowed.join(', ')}`, `write one of ${allowed.join(', ')}`)
    return allowed[0] as T
  }

  about(): { source: string; id: string } | null {
    const about = this.data.about
    if (about === undefined || about === null) return null
    if (
      isJsonObject(about) &&
      typeof about.source === 'string' &&
      typeof about.id === 'string' &&
      Object.keys(about).length === 2
    ) {
      return { source: about.source, id: about.id }
    }
    this.fail('about', 'about does not name one event', 'write {"source": "…", "id": "…"}')
    return null
  }

  instant(name: string): Instant {
    try {
      return parseInstant(this.text(name))
    } catch {
      this.fail(name, `${name} is not an RFC 3339 timestamp with an offset`, 'for example 2024-06-30T23:59:59.999Z')
      return 0 as Instant
    }
  }

  period(name: string): Edtf {
    const period = parseEdtf(this.text(name))
    if (period) return period
    this.fail(name, `${name} is no year, month or day`, 'for example 2024, 2024-06 or 2024-06-13')
    return { kind: 'year', text: '0000' }
  }

  decimal(name: string): Amount {
    const found = this.data[name]
    const text =
      found instanceof JsonNumber
        ? found.text
        : typeof found === 'number' || typeof found === 'string'
          ? String(found)
          : ''
    const value = parseDecimal(text)
    if (value) return value
    this.fail(name, `${name} is not a decimal number`, 'write it as a text of digits, for example "1.0823"')
    return parseDecimal('0') as Amount
  }
}
