import { generateKeyPairSync } from 'node:crypto'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { verifiedDkim } from '../../test/mail/verify-dkim.ts'
import { freePort } from '../../test/servers/process.ts'
import { type ReceivedMail, type SmtpSink, startSmtpSink } from '../../test/servers/smtp.ts'
import type { Delivery } from '../alerts/index.ts'
import type { SendFailure } from '../delivery/index.ts'
import { SAMPLE_CONTEXT, samples } from '../letters/index.ts'
import { type Carrier, smtpCarrier } from './carrier.ts'
import { mailChannel } from './mail-channel.ts'

const ID = '0123456789abcdef0123456789abcdef'
const PNG = Buffer.from('89504e470d0a1a0a', 'hex')

const keys = generateKeyPairSync('rsa', {
  modulusLength: 2_048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})

let sink: SmtpSink
let carrier: Carrier

beforeAll(async () => {
  sink = await startSmtpSink()
  carrier = smtpCarrier(sink.url, {
    domainName: 'example.org',
    keySelector: 'servanda',
    privateKey: keys.privateKey,
  })
})

beforeEach(() => sink.answerWith('accept'))

afterAll(async () => {
  carrier.close()
  await sink.close()
})

function deliveryOf(sample: string): Delivery {
  const found = samples().find(({ name }) => name === sample)
  if (!found) throw new Error(`no sample is called ${sample}`)
  return { ...found.delivery, id: ID, messageId: `<${ID}@example.org>` }
}

function delivery(changes: Partial<Delivery> = {}): Delivery {
  return { ...deliveryOf('corrected'), ...changes }
}

function send(sent: Delivery, by = carrier): Promise<string> {
  return mailChannel({
    carrier: by,
    mailFrom: 'Servanda <servanda@example.org>',
    bounceTo: 'bounces@example.org',
    contextOf: async () => SAMPLE_CONTEXT,
    pictureOf: async () => PNG,
    filesOf: async () => [],
    log: pino({ level: 'silent' }),
  }).send(sent)
}

async function received(changes: Partial<Delivery> = {}): Promise<ReceivedMail> {
  await send(delivery(changes))
  return sink.received.at(-1) as ReceivedMail
}

describe('a mail', () => {
  test('says what it is to the programs that sort, answer and unsubscribe', async () => {
    const { mail, from, to } = await received({ thread: ['<a@example.org>', '<b@example.org>'] })
    const headers = new Map(mail.headers.map(({ key, value }) => [key, value]))
    expect(mail).toMatchObject({
      from: { name: 'Servanda', address: 'servanda@example.org' },
      to: [{ name: 'Policy desk', address: 'desk@ministry.example' }],
      messageId: `<${ID}@example.org>`,
      inReplyTo: '<b@example.org>',
      references: '<a@example.org> <b@example.org>',
      date: '2026-03-02T12:02:00.000Z',
    })
    expect(headers.get('auto-submitted')).toBe('auto-generated')
    expect(headers.get('list-id')).toBe('<accord.servanda.example.org>')
    expect(headers.get('list-unsubscribe')).toBe(`<${SAMPLE_CONTEXT.links.unsubscribe}>`)
    expect(headers.get('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click')
    expect([...headers.keys()].filter((key) => /^(x-|cc$|bcc$|reply-to$|sender$)/.test(key))).toEqual([])
    expect(from, 'where it comes back to').toBe(`bounces+${ID}@example.org`)
    expect(to).toEqual(['desk@ministry.example'])
  })

  test('has a text, a page, and the picture that the page shows', async () => {
    const { mail } = await received(deliveryOf('partly_met'))
    const [picture, ...others] = mail.attachments
    expect(others).toEqual([])
    expect(picture).toMatchObject({ contentId: '<chart-6>', mimeType: 'image/png', disposition: 'inline' })
    expect(Buffer.from(picture?.content as ArrayBuffer)).toEqual(PNG)
    expect(mail.html).toContain('src="cid:chart-6"')
    expect(mail.text).toContain('Financial support of 4.5 billion dollars in 2025')
  })

  test('has no picture where its page shows none', async () => {
    expect((await received()).mail.attachments).toEqual([])
  })

  test('is the same at every attempt', async () => {
    const [first, second] = [await received(), await received({ attempts: 2 })]
    expect(unsigned(second.raw)).toBe(unsigned(first.raw))
  })

  test('that begins a thread answers none', async () => {
    const { mail } = await received({ thread: [] })
    expect([mail.inReplyTo, mail.references]).toEqual([undefined, undefined])
  })
})

describe('the signature of a mail', () => {
  test('is verified by whoever knows the key, and covers what unsubscribes', async () => {
    const { raw } = await received({ thread: ['<a@example.org>'] })
    const verified = verifiedDkim(raw, keys.publicKey)
    expect(verified).toMatchObject({ domain: 'example.org', selector: 'servanda' })
    expect(verified?.signed).toEqual(
      expect.arrayContaining(['from', 'to', 'subject', 'message-id', 'list-unsubscribe', 'list-unsubscribe-post']),
    )
  })

  test.each([
    ['another word in it', (raw: string) => raw.replace('talks are held', 'talks were held')],
    [
      'another address to unsubscribe at',
      (raw: string) => raw.replace(/^(List-Unsubscribe: <https:)/m, '$1//evil.example'),
    ],
    ['another way to unsubscribe', (raw: string) => raw.replace('=One-Click', '=Two-Click')],
    ['another subject', (raw: string) => raw.replace(/^Subject: /m, 'Subject: Re: ')],
  ])('is not that of a mail with %s', async (_, tamper) => {
    const { raw } = await received()
    expect(tamper(raw)).not.toBe(raw)
    expect(verifiedDkim(tamper(raw), keys.publicKey)).toBeNull()
  })

  test('is not made where there is no key', async () => {
    const plain = smtpCarrier(sink.url, null)
    await send(delivery(), plain)
    plain.close()
    expect(sink.received.at(-1)?.raw).not.toMatch(/^DKIM-Signature/im)
  })
})

test.each([
  ['line breaks', 'Desk\r\nBcc: victim@example.org\r\n\r\n<script>', 'Desk Bcc: victim@example.org <script>'],
  ['a line break of its own kind', 'Desk\u2028Bcc: victim@example.org\u0085X: y', 'Desk Bcc: victim@example.org X: y'],
  ['quotes and brackets', 'A "B" <victim@example.org>, C', 'A "B" <victim@example.org>, C'],
  ['a backslash at its end', 'Desk\\', 'Desk\\'],
  ['marks that turn the direction', '\u202eksed\u2066', 'ksed'],
  ['an encoded word in it', '=?utf-8?q?=0D=0ABcc:_victim@example.org?=', null],
  ['other letters', 'Відділ політики', 'Відділ політики'],
  ['no end', 'x'.repeat(5_000), `${'x'.repeat(99)}…`],
  ['nothing', '', ''],
])('a subscription whose name has %s makes no header and no recipient', async (_, name, shown) => {
  const usual = await received()
  const { subscription } = delivery()
  const { mail, to, raw } = await received({ subscription: { ...subscription, name } })
  expect(to).toEqual(['desk@ministry.example'])
  expect(mail.headers.map(({ key }) => key)).toEqual(usual.mail.headers.map(({ key }) => key))
  expect(mail.to).toHaveLength(1)
  expect(mail.to?.[0]?.address).toBe('desk@ministry.example')
  if (shown !== null) expect(mail.to?.[0]?.name).toBe(shown)
  expect(verifiedDkim(raw, keys.publicKey), 'and it is signed').not.toBeNull()
})

describe('a server', () => {
  const failureOf = (by = carrier): Promise<SendFailure> =>
    send(delivery(), by).then(
      (answer) => expect.unreachable(`it was taken: ${answer}`),
      (failure) => failure,
    )

  test.each([
    ['greylists', 'later', { code: 450, text: '4.2.0 greylisted', at: 'recipient' }],
    ['knows no such user', 'bounced', { code: 550, text: '5.1.1 no such user', at: 'recipient' }],
    ['has a full mailbox', 'refused', { code: 552, text: '5.2.2 mailbox full', at: 'recipient' }],
    ['shuts down', 'later', { code: 421, text: '4.3.2 shutting down', at: 'recipient' }],
    ['does not like the text', 'refused', { code: 550, text: '5.7.1 spam', at: 'data' }],
    ['has no room for the text', 'later', { code: 452, text: '4.3.1 disk full', at: 'data' }],
  ] as const)('that %s leaves the mail %s', async (_, fate, verdict) => {
    sink.answerWith(verdict)
    expect(await failureOf()).toMatchObject({ fate, message: expect.stringContaining(verdict.text) })
  })

  test('that hangs up after it has taken the mail leaves it uncertain', async () => {
    sink.answerWith('hang up after accepting')
    expect(await failureOf()).toMatchObject({ fate: 'uncertain' })
  })

  test('that breaks off while it is waited for leaves the mail uncertain', async () => {
    sink.answerWith('hang')
    const before = sink.received.length
    const failure = failureOf()
    await sink.waitFor(before + 1)
    sink.breakOff()
    expect(await failure).toMatchObject({ fate: 'uncertain' })
  })

  test('that is not there has not taken it', async () => {
    const nowhere = smtpCarrier(`smtp://127.0.0.1:${await freePort()}`, null)
    expect(await failureOf(nowhere)).toMatchObject({ fate: 'later' })
    nowhere.close()
  })
})

/** Without what says when it was signed, if anything does. */
function unsigned(raw: string): string {
  return raw.replace(/^DKIM-Signature:.*\r\n(?:[ \t].*\r\n)*/m, '')
}
