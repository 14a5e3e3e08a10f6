import { expect, test } from 'vitest'
import { readBounce } from './bounce.ts'
import { bounceAddress, bouncedDelivery } from './bounce-address.ts'

const ID = '0123456789abcdef0123456789abcdef'

interface ReportOptions {
  readonly to?: string
  readonly status?: readonly string[]
  readonly returned?: readonly string[]
  readonly returnedType?: string
}

const FAILED = [
  'Reporting-MTA: dns; mx.example.net',
  'Arrival-Date: Mon, 2 Mar 2026 12:00:07 +0000',
  '',
  'Final-Recipient: rfc822; desk@ministry.example',
  'Action: failed',
  'Status: 5.1.1',
  'Diagnostic-Code: smtp; 550 5.1.1 <desk@ministry.example>:',
  '  Recipient address rejected: User unknown',
]

/** A report as a mail server writes it (RFC 3464). */
function report({
  to = `bounces+${ID}@example.org`,
  status = FAILED,
  returned = ['From: servanda@example.org', 'Subject: [Servanda] Talks'],
  returnedType = 'text/rfc822-headers',
}: ReportOptions = {}): Buffer {
  const lines = [
    'From: MAILER-DAEMON@mx.example.net',
    `To: ${to}`,
    'Subject: Undelivered Mail Returned to Sender',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b1"',
    '',
    '--b1',
    'Content-Type: text/plain; charset=us-ascii',
    '',
    'I am sorry to have to inform you that your message could not be delivered.',
    '--b1',
    'Content-Type: message/delivery-status',
    '',
    ...status,
    '--b1',
    `Content-Type: ${returnedType}`,
    '',
    ...returned,
    '',
    '--b1--',
  ]
  return Buffer.from(lines.join('\r\n'))
}

/** The report of a server, with other fields of the recipient. */
function saying(...fields: readonly string[]): ReportOptions {
  return {
    status: ['Reporting-MTA: dns; mx.example.net', '', 'Final-Recipient: rfc822; desk@ministry.example', ...fields],
  }
}

const ANONYMOUS = 'bounces@example.org'
const OURS = [`Message-ID: <${ID}@example.org>`, 'Subject: [Servanda] Talks']

test.each<[string, ReportOptions, boolean, string]>([
  ['no such user', {}, true, 'smtp; 550 5.1.1 <desk@ministry.example>: Recipient address rejected: User unknown'],
  ['a full mailbox, for which the server waits', saying('Action: delayed', 'Status: 4.2.2'), false, 'Status: 4.2.2'],
  ['that it was given up after days', saying('Action: failed', 'Status: 4.4.7'), false, 'Status: 4.4.7'],
  ['a delay, with a status that does not fit', saying('Action: delayed', 'Status: 5.0.0'), false, 'Status: 5.0.0'],
  [
    'by a server that shouts',
    saying('ACTION: FAILED', 'STATUS: 5.1.1 (bad mailbox)'),
    true,
    'STATUS: 5.1.1 (bad mailbox)',
  ],
  [
    'with a name beside our address',
    { to: `"Bounces" <bounces+${ID}@example.org>` },
    true,
    'smtp; 550 5.1.1 <desk@ministry.example>: Recipient address rejected: User unknown',
  ],
  [
    'of an address in capitals',
    { to: `BOUNCES+${ID.toUpperCase()}@EXAMPLE.ORG` },
    true,
    'smtp; 550 5.1.1 <desk@ministry.example>: Recipient address rejected: User unknown',
  ],
  [
    'with our Message-ID only, in headers',
    { to: ANONYMOUS, returned: OURS },
    true,
    'smtp; 550 5.1.1 <desk@ministry.example>: Recipient address rejected: User unknown',
  ],
  [
    'with our Message-ID only, in the whole mail',
    { to: ANONYMOUS, returned: [...OURS, '', 'Talks are breached.'], returnedType: 'message/rfc822' },
    true,
    'smtp; 550 5.1.1 <desk@ministry.example>: Recipient address rejected: User unknown',
  ],
])('a report of %s is read', async (_, options, isPermanent, answer) => {
  expect(await readBounce(report(options))).toEqual({ delivery: ID, isPermanent, answer })
})

test('a report is read where the address it came to is known from the server only', async () => {
  const raw = Buffer.concat([Buffer.from(`Delivered-To: bounces+${ID}@example.org\r\n`), report({ to: ANONYMOUS })])
  expect(await readBounce(raw)).toMatchObject({ delivery: ID, isPermanent: true })
})

test.each<[string, Buffer]>([
  [
    'an answer by somebody on holiday',
    Buffer.from(
      `From: desk@ministry.example\r\nTo: bounces+${ID}@example.org\r\nAuto-Submitted: auto-replied\r\nSubject: Out of office\r\n\r\nStatus: 5.1.1\r\nI am back on Monday.`,
    ),
  ],
  ['a report that it has arrived', report(saying('Action: delivered', 'Status: 2.0.0'))],
  ['a report without a status', report(saying('Action: failed'))],
  [
    'a report about a mail of somebody else',
    report({ to: ANONYMOUS, returned: ['Message-ID: <x@elsewhere.example>'] }),
  ],
  [
    'a Message-ID that stands in the text of a mail',
    report({
      to: ANONYMOUS,
      returned: ['Subject: x', '', `Message-ID: <${ID}@example.org>`],
      returnedType: 'message/rfc822',
    }),
  ],
  ['nothing', Buffer.alloc(0)],
  ['no mail at all', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 1])],
  ['a report that breaks off', report().subarray(0, 300)],
  ['a mail that nests without end', Buffer.from(nested(2_000))],
  ['a mail that is nothing but headers', Buffer.from('X-Much: x\r\n'.repeat(300_000))],
])('%s is no bounce', async (_, raw) => {
  expect(await readBounce(raw)).toBeNull()
})

test('what a server says is one harmless line, however much it is', async () => {
  const said = `Diagnostic-Code: smtp; 550 \u202e${'no '.repeat(100_000)}\u0007`
  const bounce = await readBounce(report(saying('Status: 5.1.1', said)))
  expect(bounce?.answer).toMatch(/^smtp; 550 (no )+n?o?…$/)
  expect(bounce?.answer.length).toBeLessThanOrEqual(500)
})

test('an address that a mail comes back to names its delivery', () => {
  expect(bounceAddress('bounces@example.org', ID)).toBe(`bounces+${ID}@example.org`)
  expect(bouncedDelivery(bounceAddress('bounces@example.org', ID))).toBe(ID)
  expect(bouncedDelivery('bounces+more@example.org')).toBeNull()
})

function nested(depth: number): string {
  const open = Array.from(
    { length: depth },
    (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}\r\n`,
  )
  return `To: bounces+${ID}@example.org\r\n${open.join('')}Content-Type: message/delivery-status\r\n\r\nStatus: 5.1.1\r\n`
}
