import { constants, existsSync } from 'node:fs'
import { access, mkdir, open, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createTransport } from 'nodemailer'
import type Mail from 'nodemailer/lib/mailer/index.js'
import { smtpFailure } from './smtp-fate.ts'

/** A mail ready to go: one recipient, one stable Message-ID. */
export interface OutgoingMail {
  readonly deliveryId: string
  /** A name for the mail as a file; the same at every attempt. */
  readonly fileName: string
  readonly messageId: string
  /** The earlier mails of the thread, the parent last. */
  readonly thread: readonly string[]
  readonly from: string
  readonly to: { readonly name: string; readonly address: string }
  /** Where it comes back to when it cannot be delivered; null: to `from`. */
  readonly returnTo: string | null
  readonly date: string
  readonly listId: string
  /** Ends the subscription, by POST and without a question (RFC 8058); null: it cannot be ended so. */
  readonly unsubscribe: string | null
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly pictures: readonly Picture[]
  readonly attachments: readonly Attachment[]
}

/** A picture that goes along with a mail, and that its page shows. */
export interface Picture {
  /** As in `<img src="cid:…">`. */
  readonly cid: string
  readonly png: Buffer
}

/** A file that goes along with a mail. */
export interface Attachment {
  readonly name: string
  readonly mediaType: string
  readonly bytes: Buffer
}

/** What takes mails away. */
export interface Carrier {
  /** Where they go, as part of a sentence. */
  readonly where: string
  /** Asks whether it would take one, without sending any. @throws why it would not */
  verify(): Promise<unknown>
  /**
   * Answers when the mail is in other hands, with what these said.
   * @throws {SendFailure}
   */
  send(mail: OutgoingMail): Promise<string>
  close(): void
}

/** The key that mails are signed with, and where others find the public one (RFC 6376). */
export interface DkimKey {
  readonly domainName: string
  readonly keySelector: string
  /** PEM. */
  readonly privateKey: string
}

/** How many mails go out at the same time. */
export const CONNECTIONS = 5

/** Beside those that are quick there are some whose recipient's server lets the carrier wait. */
const MOST_CONNECTIONS = 25

const HARDENED = { disableFileAccess: true, disableUrlAccess: true }

const TIMEOUTS = { connectionTimeout: 30_000, greetingTimeout: 30_000, socketTimeout: 120_000 }

/** RFC 8058 wants both unsubscribe headers signed; nodemailer's own list has one of them. */
const SIGNED_FIELDS = [
  'From',
  'To',
  'Subject',
  'Date',
  'Message-ID',
  'In-Reply-To',
  'References',
  'Auto-Submitted',
  'List-Id',
  'List-Unsubscribe',
  'List-Unsubscribe-Post',
  'MIME-Version',
  'Content-Type',
].join(':')

/** Hands mails to the server at `smtpUrl`. */
export function smtpCarrier(smtpUrl: string, dkim: DkimKey | null): Carrier {
  const { protocol, hostname, port, username, password } = new URL(smtpUrl)
  const secure = protocol === 'smtps:'
  const transport = createTransport({
    pool: true,
    maxConnections: MOST_CONNECTIONS,
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    ...(username !== '' && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    ...signedBy(dkim),
    ...TIMEOUTS,
    ...HARDENED,
  })
  return {
    where: `the mail server ${transport.options.host}`,
    verify: () => transport.verify(),
    async send(mail) {
      try {
        const { response } = await transport.sendMail(messageOf(mail))
        return response
      } catch (error) {
        throw smtpFailure(error)
      }
    },
    close: () => transport.close(),
  }
}

/**
 * Puts mails into `folder` as `.eml` files. A file appears whole or not at all, and a second attempt writes the same
 * file again, so that a crash between two steps neither loses a mail nor doubles it.
 */
export function outboxCarrier(folder: string): Carrier {
  const composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows', ...HARDENED })
  return {
    where: `the folder ${folder}`,
    verify: () => access(existsSync(folder) ? folder : dirname(folder), constants.W_OK),
    async send(mail) {
      const { message } = await composer.sendMail(messageOf(mail))
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const hidden = join(folder, `.${mail.fileName}.tmp`)
      const file = await open(hidden, 'w', 0o600)
      try {
        await file.writeFile(message as Buffer)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(hidden, join(folder, mail.fileName))
      return `written to ${mail.fileName}`
    },
    close: () => composer.close(),
  }
}

function signedBy(dkim: DkimKey | null) {
  return dkim === null ? {} : { dkim: { ...dkim, headerFieldNames: SIGNED_FIELDS } }
}

/** A name that every system takes for that of a plain, visible file: nothing in it leads elsewhere or ends a header. */
export function safeFileName(name: string): string {
  const safe = name
    .replaceAll(/[^\w.-]+/g, '-')
    .replaceAll(/\.{2,}/g, '.')
    .replace(/^[.-]+/, '')
    .replace(/[.-]+$/, '')
  const extension = /\.\w{1,10}$/.exec(safe)?.[0] ?? ''
  return safe === ''
    ? 'file'
    : `${safe.slice(0, safe.length - extension.length).slice(0, LONGEST_FILE_NAME)}${extension}`
}

const LONGEST_FILE_NAME = 100

/** `type` where it names the content of a file; else that there are bytes. A part of another kind would be read as mail. */
function safeMediaType(type: string): string {
  return /^(application|audio|font|image|text|video)\/[\w.+-]+(; ?charset=[\w-]+)?$/i.test(type)
    ? type
    : 'application/octet-stream'
}

function messageOf(mail: OutgoingMail): Mail.Options {
  return {
    from: mail.from,
    to: { name: mail.to.name, address: mail.to.address },
    ...(mail.returnTo !== null && { envelope: { from: mail.returnTo, to: mail.to.address } }),
    subject: mail.subject,
    messageId: mail.messageId,
    date: mail.date,
    ...(mail.thread.length > 0 && { inReplyTo: mail.thread.at(-1), references: [...mail.thread] }),
    headers: {
      'Auto-Submitted': 'auto-generated',
      'List-Id': mail.listId,
      ...(mail.unsubscribe !== null && {
        'List-Unsubscribe': { prepared: true, value: `<${mail.unsubscribe}>` },
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      }),
    },
    text: mail.text,
    html: mail.html,
    attachments: [
      ...mail.pictures.map(({ cid, png }) => ({
        cid,
        filename: `${cid}.png`,
        content: png,
        contentType: 'image/png',
        contentDisposition: 'inline' as const,
      })),
      ...mail.attachments.map(({ name, mediaType, bytes }) => ({
        filename: safeFileName(name),
        content: bytes,
        contentType: safeMediaType(mediaType),
        contentDisposition: 'attachment' as const,
        // Text, too: nothing on the way may touch an end of line of it.
        contentTransferEncoding: 'base64' as const,
      })),
    ],
    // The same bytes at every attempt.
    baseBoundary: mail.deliveryId,
    textEncoding: 'quoted-printable',
  } as Mail.Options
}
