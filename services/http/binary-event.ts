import type { IncomingHttpHeaders } from 'node:http'
import { problem } from './problem.ts'

/** Whether a request carries a CloudEvent in binary mode: attributes in `ce-*` headers, the body is the data. */
export function isBinary(headers: IncomingHttpHeaders): boolean {
  return headers['ce-specversion'] !== undefined
}

/** A CloudEvent in binary mode as the JSON it would be in structured mode. */
export function binaryEvent({ headers, body }: { headers: IncomingHttpHeaders; body: unknown }): unknown {
  const attributes = Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith('ce-') && typeof value === 'string' ? [[name.slice(3), attributeValue(name, value)] as const] : [],
  )
  return { ...Object.fromEntries(attributes), data: body }
}

/** Header values are percent-encoded; ours that are no texts are read as what they are. */
function attributeValue(header: string, value: string): unknown {
  const text = decoded(header, value)
  if (header === 'ce-revision' && /^\d{1,10}$/.test(text)) return Number(text)
  if (header === 'ce-retracted' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

/** @see CloudEvents 1.0.2, HTTP Protocol Binding, 3.1.3.2 */
function decoded(header: string, value: string): string {
  try {
    return decodeURIComponent(value.replace(/^"(.*)"$/, '$1'))
  } catch {
    throw problem('EVENT_INVALID', `The header ${header} is not percent-encoded UTF-8.`)
  }
}
