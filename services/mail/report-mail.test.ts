import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import PostalMime, { type Email } from 'postal-mime'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SmtpSink, startSmtpSink } from '../../test/servers/smtp.ts'
import type { Delivery } from '../alerts/index.ts'
import { SAMPLE_CONTEXT, samples } from '../letters/index.ts'
import { type Attachment, type Carrier, outboxCarrier, safeFileName, smtpCarrier } from './carrier.ts'
import { type MailDeps, mailChannel, mailOf } from './mail-channel.ts'

const ID = '0123456789abcdef0123456789abcdef'
const FILES = 'https://servanda.example/answers/report/k7Qm2/files'

/** Every byte there is, and every end of line. */
const BYTES = Buffer.concat([
  Buffer.from('%PDF-1.7\n\r\n\r%âãÏÓ\n.\n..\nFrom here\r\n'),
  Buffer.from(Array.from({ length: 70_000 }, (_, n) => n % 256)),
])

const PDF: Attachment = { name: 'servanda-2025.pdf', mediaType: 'application/pdf', bytes: BYTES }
const CSV: Attachment = {
  name: 'servanda-2025.csv',
  mediaType: 'text/csv; charset=utf-8',
  bytes: Buffer.from('\ufeffid,title\r\n1,"Угода"\n2,x\r\n'),
}

let sink: SmtpSink
let carrier: Carrier
let folder: string

beforeAll(async () => {
  sink = await startSmtpSink()
  carrier = smtpCarrier(sink.url, null)
  folder = await mkdtemp(join(tmpdir(), 'servanda-report-mail-'))
})

afterAll(async () => {
  carrier.close()
  await sink.close()
  await rm(folder, { recursive: true })
})

function delivery(sample = 'report'): Delivery {
  const found = samples().find(({ name }) => name === sample)
  if (!found) throw new Error(`no sample is called ${sample}`)
  return { ...found.delivery, id: ID, messageId: `<${ID}@example.org>` }
}

function deps(filesOf: MailDeps['filesOf'], by = carrier): MailDeps & { readonly logged: readonly string[] } {
  const logged: string[] = []
  return {
    carrier: by,
    mailFrom: 'Servanda <servanda@example.org>',
    bounceTo: 'bounces@example.org',
    contextOf: async () => SAMPLE_CONTEXT,
    pictureOf: async () => null,
    filesOf,
    log: pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) }),
    logged,
  }
}

async function received(filesOf: MailDeps['filesOf']): Promise<{ readonly mail: Email; readonly raw: string }> {
  await mailChannel(deps(filesOf)).send(delivery())
  const last = sink.received.at(-1)
  if (!last) throw new Error('nothing was received')
  return last
}

function contents(mail: Email): readonly Buffer[] {
  return mail.attachments.map(({ content }) => Buffer.from(content as ArrayBuffer))
}

describe('a report', () => {
  test('goes out with its file byte for byte, and says so in text and page', async () => {
    const { mail } = await received(async () => [PDF])
    expect(mail.subject).toBe('[Servanda] Status report on the year 2025')
    expect(mail.attachments).toMatchObject([
      { filename: 'servanda-2025.pdf', mimeType: 'application/pdf', disposition: 'attachment' },
    ])
    expect(contents(mail)).toEqual([BYTES])
    for (const part of [mail.text, mail.html]) {
      expect(part).toContain('One case waits for evidence')
      expect(part).toContain(`${FILES}/html`)
      expect(part).toContain(`${FILES}/csv`)
      expect(part).not.toContain(`${FILES}/pdf`)
      expect(part).toMatch(/attached, 182 kB/)
    }
    expect([mail.inReplyTo, mail.references]).toEqual([undefined, undefined])
  })

  test('goes out with text as it is, whatever its ends of line', async () => {
    const { mail } = await received(async () => [PDF, CSV])
    expect(contents(mail)).toEqual([BYTES, CSV.bytes])
    expect(mail.attachments[1]).toMatchObject({ filename: 'servanda-2025.csv', mimeType: 'text/csv' })
    expect(mail.text).not.toContain(`${FILES}/csv`)
  })

  test('goes with a link where its files cannot be read, and that is logged', async () => {
    const failing = deps(async () => {
      throw new Error('the table is locked')
    })
    await mailChannel(failing).send(delivery())
    const mail = sink.received.at(-1)?.mail
    expect(mail?.attachments).toEqual([])
    for (const part of [mail?.text, mail?.html]) {
      expect(part).toContain(`${FILES}/pdf`)
      expect(part).not.toContain('attached')
    }
    expect(failing.logged.map((line) => JSON.parse(line))).toMatchObject([
      { level: 50, delivery: ID, err: { message: 'the table is locked' } },
    ])
  })

  test('goes with a link to what is too large for a mail, and with what is not', async () => {
    const large = { ...PDF, bytes: Buffer.alloc(7_000_001) }
    const mail = await mailOf(
      delivery(),
      deps(async () => [large, CSV]),
    )
    expect(mail.attachments).toEqual([CSV])
    expect(mail.text).toContain(`${FILES}/pdf`)
    expect(mail.text).not.toContain(`${FILES}/csv`)
  })

  test('is the same at every attempt', async () => {
    const [first, second] = [await received(async () => [PDF]), await received(async () => [PDF])]
    expect(second.raw).toBe(first.raw)
  })

  test('is written to the outbox with its file', async () => {
    const outbox = outboxCarrier(folder)
    const sent = deps(async () => [PDF], outbox)
    await mailChannel(sent).send(delivery())
    const { fileName } = await mailOf(delivery(), sent)
    const mail = await PostalMime.parse(await readFile(join(folder, fileName)))
    expect(digest(contents(mail)[0])).toBe(digest(BYTES))
    outbox.close()
  })

  test('that cannot be written as it should be still leads to the report, with its files', async () => {
    const { content, ...others } = delivery()
    if (content.purpose !== 'report') throw new Error('it is no report')
    const broken = { ...others, content: { ...content, report: { ...content.report, asOf: 'nonsense' } } }
    const mail = await mailOf(
      broken,
      deps(async () => [PDF]),
    )
    expect(mail.text).toContain(`${FILES}/html`)
    expect(mail.attachments).toEqual([PDF])
  })
})

test('no other mail has files', async () => {
  const asked: string[] = []
  for (const sample of ['breached', 'digest-day', 'confirmation', 'test', 'notice-gone']) {
    await mailOf(
      delivery(sample),
      deps(async ({ content }) => {
        asked.push(content.purpose)
        return [PDF]
      }),
    )
  }
  expect(asked).toEqual([])
})

test.each([
  ['servanda-2025.pdf', 'servanda-2025.pdf'],
  ['../../etc/passwd', 'etc-passwd'],
  ['C:\\reports\\a.pdf', 'C-reports-a.pdf'],
  ['.htaccess', 'htaccess'],
  ['a\r\nBcc: victim@example.org\r\n.pdf', 'a-Bcc-victim-example.org-.pdf'],
  ['Звіт за 2025.pdf', '2025.pdf'],
  ['\u202efdp.exe', 'fdp.exe'],
  ['"; filename=evil.exe', 'filename-evil.exe'],
  [`${'x'.repeat(300)}.pdf`, `${'x'.repeat(100)}.pdf`],
  ['..', 'file'],
  ['', 'file'],
])('a file called %j goes out as %s', (name, safe) => {
  expect(safeFileName(name)).toBe(safe)
})

test('what is no kind of file, or ends a header, goes out as bytes', async () => {
  for (const mediaType of ['message/rfc822', 'multipart/mixed', 'application/pdf\r\nBcc: victim@example.org', '']) {
    const { mail } = await received(async () => [{ ...PDF, mediaType }])
    expect(mail.attachments).toMatchObject([{ mimeType: 'application/octet-stream' }])
    expect(mail.bcc).toBeUndefined()
    expect(contents(mail)).toEqual([BYTES])
  }
})

function digest(bytes: Buffer | undefined): string {
  return createHash('sha256')
    .update(bytes ?? '')
    .digest('hex')
}
