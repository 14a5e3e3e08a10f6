import PostalMime from 'postal-mime'
import { oneLine } from '../text/index.ts'
import { bouncedDelivery } from './bounce-address.ts'

/** A mail that came back. */
export interface Bounce {
  /** The id of the delivery. */
  readonly delivery: string
  /** Whether it will never arrive there (RFC 3463, class 5), or is only late. */
  readonly isPermanent: boolean
  /** What the mail server said. */
  readonly answer: string
}

/** The headers in which mail servers name the address that a mail came to. */
const RECIPIENT_HEADERS = ['x-original-to', 'delivered-to', 'envelope-to', 'to']

/**
 * Reads a report about a mail that could not be delivered.
 * @param raw  the message as it came to the bounce address (RFC 3464)
 * @returns null when it names no delivery of ours or reports nothing, as an answer to all by somebody on holiday
 */
export async function readBounce(raw: Buffer): Promise<Bounce | null> {
  // What is too deep or too long to be read is nobody's report.
  const mail = await PostalMime.parse(raw, { attachmentEncoding: 'utf8' }).catch(() => null)
  const report = mail?.attachments.find(({ mimeType }) => mimeType === 'message/delivery-status')
  if (!mail || !report) return null
  const fields = String(report.content)
  const addresses = mail.headers.flatMap(({ key, value }) => (RECIPIENT_HEADERS.includes(key) ? [value] : []))
  const returned = mail.attachments.find(({ mimeType }) => /^message\/rfc822|^text\/rfc822-headers/.test(mimeType))
  const delivery = addresses.map(recipientOf).find((id) => id !== null) ?? messageOf(String(returned?.content ?? ''))
  const status = /^status:\s*([245])\.\d+\.\d+/im.exec(fields)?.[1]
  const action = /^action:\s*(\w+)/im.exec(fields)?.[1]?.toLowerCase()
  if (delivery === null || (status !== '5' && status !== '4')) return null
  const said = /^diagnostic-code:\s*(.+(?:\r?\n[ \t].+)*)/im.exec(fields)?.[1] ?? /^status:.*/im.exec(fields)?.[0] ?? ''
  return { delivery, isPermanent: status === '5' && action !== 'delayed', answer: oneLine(said, 500) }
}

function recipientOf(header: string): string | null {
  return bouncedDelivery(/<([^<>]+)>/.exec(header)?.[1] ?? header)
}

/** The delivery whose Message-ID the returned mail has. */
function messageOf(returned: string): string | null {
  const [headers = ''] = returned.trimStart().split(/\r?\n\r?\n/, 1)
  return /^message-id:\s*<([0-9a-f]{32})@/im.exec(headers)?.[1]?.toLowerCase() ?? null
}
