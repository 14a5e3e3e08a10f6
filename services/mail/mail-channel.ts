import type { Log } from '../../config/log.ts'
import { formatInstant } from '../../rules/index.ts'
import type { Content, Delivery, ToldAlert } from '../alerts/index.ts'
import type { Channel } from '../delivery/index.ts'
import { type Letter, type LetterContext, letterFor, reportAddress } from '../letters/index.ts'
import { escapeHtml, oneLine } from '../text/index.ts'
import { bounceAddress } from './bounce-address.ts'
import { type Attachment, type Carrier, CONNECTIONS, type OutgoingMail, type Picture } from './carrier.ts'
import { compactTime, mailDate } from './mail-time.ts'
import { renderHtml, renderText } from './render.ts'

export interface MailDeps {
  readonly carrier: Carrier
  readonly mailFrom: string
  /** Mails that come back go to an address made of this one and the delivery's id; null: to the sender. */
  readonly bounceTo: string | null
  /** What letters know besides the delivery. */
  readonly contextOf: (delivery: Delivery) => Promise<LetterContext>
  /** The picture of an alert's figures; null: it has none. */
  readonly pictureOf: (alert: ToldAlert, delivery: Delivery) => Promise<Buffer | null>
  /** The files that go along with a report. */
  readonly filesOf: (delivery: Delivery) => Promise<readonly Attachment[]>
  readonly log: Log
}

/** Mail: one message to one address. */
export function mailChannel(deps: MailDeps): Channel {
  return { name: 'mail', lanes: CONNECTIONS, send: async (delivery) => deps.carrier.send(await mailOf(delivery, deps)) }
}

/** The mail that a delivery is; the same at every attempt. */
export async function mailOf(delivery: Delivery, deps: MailDeps): Promise<OutgoingMail> {
  const { subscription, content } = delivery
  const context = await deps.contextOf(delivery)
  const attachments = await attachmentsOf(delivery, deps)
  const body = await bodyOf({ ...delivery, content: withAttachments(content, attachments) }, context, deps)
  const stamp = compactTime(delivery.createdAt)
  const agreements = new Set('alerts' in content ? content.alerts.map(({ intent }) => intent.agreement) : [])
  const [agreement = null] = agreements.size === 1 ? agreements : []
  return {
    deliveryId: delivery.id,
    fileName: `${stamp}-${kindOf(delivery)}-${delivery.id}.eml`,
    messageId: delivery.messageId,
    thread: delivery.thread,
    from: deps.mailFrom,
    to: { name: oneLine(subscription.name, 100), address: subscription.address },
    returnTo: deps.bounceTo === null ? null : bounceAddress(deps.bounceTo, delivery.id),
    date: mailDate(delivery.createdAt),
    listId: `<${agreement === null ? '' : `${agreement}.`}servanda.${domainOf(deps.mailFrom)}>`,
    unsubscribe: context.links.unsubscribe,
    ...body,
    attachments,
  }
}

type Body = Pick<OutgoingMail, 'subject' | 'text' | 'html' | 'pictures'>

/** A letter that cannot be written as it should be is still sent, as its bare facts. */
async function bodyOf(delivery: Delivery, context: LetterContext, deps: MailDeps): Promise<Body> {
  try {
    const draft = letterFor(delivery, context)
    const pictures = await picturesOf(draft, delivery, deps)
    const letter = withPictures(draft, pictures)
    return { subject: letter.subject, text: renderText(letter), html: renderHtml(letter), pictures }
  } catch (err) {
    deps.log.error({ err, delivery: delivery.id }, 'letter could not be written; a plain one is sent')
    return plainBody(delivery, context)
  }
}

/** Those that the letter shows: one beside them would be an attachment that nobody expects. */
async function picturesOf(
  { sections }: Letter,
  { content, ...delivery }: Delivery,
  { pictureOf, log }: MailDeps,
): Promise<readonly Picture[]> {
  if (content.purpose !== 'alert') return []
  const shown = new Set(sections.map(({ chart }) => chart?.cid))
  const drawn = content.alerts.filter((alert) => shown.has(chartId(alert)))
  const pictures = await Promise.all(
    drawn.map(async (alert) => {
      try {
        return { cid: chartId(alert), png: await pictureOf(alert, { ...delivery, content }) }
      } catch (err) {
        log.error({ err, delivery: delivery.id }, 'picture could not be drawn; the mail goes without')
        return { cid: '', png: null }
      }
    }),
  )
  return pictures.flatMap(({ cid, png }) => (png === null ? [] : [{ cid, png }]))
}

/** A report goes all the same without its files, which are then linked; no other mail has any. */
async function attachmentsOf(delivery: Delivery, { filesOf, log }: MailDeps): Promise<readonly Attachment[]> {
  if (delivery.content.purpose !== 'report') return []
  try {
    const files = await filesOf(delivery)
    const fitting = withinOneMail(files)
    if (fitting.length < files.length)
      log.warn({ delivery: delivery.id, bytes: sizeOf(files) }, 'files are too large for a mail; they are linked')
    return fitting
  } catch (err) {
    log.error({ err, delivery: delivery.id }, 'files could not be read; the mail goes with links to them')
    return []
  }
}

/** Many servers refuse a mail of more than 10 MB, in which each byte is a third longer: it would never arrive. */
const MOST_ATTACHED_BYTES = 7_000_000

function withinOneMail(files: readonly Attachment[]): readonly Attachment[] {
  let room = MOST_ATTACHED_BYTES
  return files.filter(({ bytes }) => {
    const fits = bytes.length <= room
    if (fits) room -= bytes.length
    return fits
  })
}

function sizeOf(files: readonly Attachment[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes.length, 0)
}

/** What a report says of its files is true of the mail: those go along that do. */
function withAttachments(content: Content, attachments: readonly Attachment[]): Content {
  if (content.purpose !== 'report') return content
  const names = new Set(attachments.map(({ name }) => name))
  const files = content.report.files.map((file) => ({ ...file, isAttached: names.has(file.name) }))
  return { ...content, report: { ...content.report, files } }
}

function chartId({ intent }: ToldAlert): string {
  return `chart-${intent.number}`
}

function withPictures(letter: Letter, pictures: readonly Picture[]): Letter {
  const drawn = new Set(pictures.map(({ cid }) => cid))
  const sections = letter.sections.map((one) =>
    one.chart && !drawn.has(one.chart.cid) ? { ...one, chart: null } : one,
  )
  return { ...letter, sections }
}

/** Words that nothing can go wrong with. */
function plainBody({ content }: Delivery, context: LetterContext): Body {
  const { publicUrl, links } = context
  const alerts = 'alerts' in content ? content.alerts : []
  const lines = alerts.map(({ intent: { kind, about, occurredAt } }) =>
    oneLine(`${kind.replaceAll('_', ' ')}: ${about}, since ${formatInstant(occurredAt)}`),
  )
  const text = [
    ...(lines.length > 0 ? lines : ['There is something to tell you.']),
    ...(content.purpose === 'report'
      ? ['', 'The report:', reportAddress(context, content.report.id, 'html') ?? publicUrl]
      : []),
    '',
    'This message could not be written as it should be. How everything stands:',
    `${publicUrl}/v1/status`,
    ...(links.confirm === null ? [] : ['', 'To confirm:', links.confirm]),
    ...(links.unsubscribe === null ? [] : ['', 'To unsubscribe:', links.unsubscribe]),
  ].join('\n')
  const html = `<!doctype html>\n<html lang="en"><body><pre style="white-space:pre-wrap">${escapeHtml(text)}</pre></body></html>\n`
  return { subject: '[Servanda]', text: `${text}\n`, html, pictures: [] }
}

function kindOf({ content }: Delivery): string {
  return content.purpose === 'alert' ? (content.alerts[0]?.intent.kind ?? 'alert') : content.purpose
}

/** The domain of `Name <someone@example.org>`. */
export function domainOf(mailFrom: string): string {
  return /@([^\s<>@]+)>?\s*$/.exec(mailFrom)?.[1]?.toLowerCase() ?? 'localhost'
}
