import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Carrier, smtpCarrier } from '../../services/mail/index.ts'
import { type ModeServer, needsServers, type Reserved, reserveServer } from '../servers/modes.ts'
import {
  findBinary,
  freePort,
  type RunningServer,
  removeFolder,
  startServer,
  temporaryFolder,
} from '../servers/process.ts'
import { openRig, type Rig, withoutDefault } from './rig.ts'

// A mail server and a reader of mails that nobody here wrote, and in another language: Python's.

/** What the reader says of each mail in a maildir. */
const READ = `
import email, email.policy, json, mailbox, sys
def said(mail):
    body, page = mail.get_body(('plain',)), mail.get_body(('html',))
    return {
        'messageId': mail['Message-ID'], 'inReplyTo': mail['In-Reply-To'], 'references': mail['References'],
        'subject': mail['Subject'], 'date': mail['Date'].datetime.isoformat(),
        'from': [str(one) for one in mail['From'].addresses], 'to': [str(one) for one in mail['To'].addresses],
        'autoSubmitted': mail['Auto-Submitted'], 'unsubscribe': mail['List-Unsubscribe'],
        'unsubscribePost': mail['List-Unsubscribe-Post'], 'envelopeFrom': mail['X-MailFrom'],
        'text': body.get_content(), 'page': page.get_content(),
        'defects': [repr(one) for part in mail.walk() for one in part.defects]
            + [repr(one) for value in mail.values() for one in value.defects],
    }
make = lambda file: email.message_from_binary_file(file, policy=email.policy.default)
print(json.dumps([said(mail) for mail in mailbox.Maildir(sys.argv[1], factory=make)]))
`

interface Read {
  readonly messageId: string
  readonly inReplyTo: string | null
  readonly references: string | null
  readonly text: string
  readonly page: string
  readonly defects: readonly string[]
}

const aiosmtpd = pythonWith('aiosmtpd')

describe('a mail server that nobody here wrote', () => {
  if (!needsServers({ aiosmtpd })) return
  const python = aiosmtpd ?? ''
  let reserved: Reserved
  let server: ModeServer
  let rig: Rig
  let peer: RunningServer
  let carrier: Carrier
  let folder: string

  beforeAll(async () => {
    reserved = await reserveServer('pglite')
    server = reserved.server
    rig = await openRig(server)
    await withoutDefault(rig)
    folder = temporaryFolder('maildir')
    const port = await freePort()
    const at = `127.0.0.1:${port}`
    const maildir = ['-c', 'aiosmtpd.handlers.Mailbox', join(folder, 'mails')]
    const args = ['-m', 'aiosmtpd', '-n', '-d', '-l', at, ...maildir]
    peer = await startServer({ command: python, args, identity: null, ready: /listening|Starting asyncio loop/i })
    carrier = smtpCarrier(`smtp://${at}`, null)
  })

  afterAll(async () => {
    carrier.close()
    await peer.stop()
    await rig.close()
    await reserved.remove()
    removeFolder(folder)
  })

  function mails(): readonly Read[] {
    return JSON.parse(execFileSync(python, ['-c', READ, join(folder, 'mails')], { encoding: 'utf8' }))
  }

  test('takes a breach and its correction, and another language reads them as they were meant', async () => {
    // Short enough for one encoded word: this reader puts a space between two.
    const reader = await rig.subscribe({ name: 'Büro "Kyïv", 2' })
    const { about, number } = await rig.alert()
    await rig.alert({ about, kind: 'corrected', verdict: 'met', replaces: number })
    const courier = rig.courier(carrier)
    await courier.deliverDue()
    const read = mails()
    expect(read.flatMap(({ defects }) => defects)).toEqual([])
    const breach = read.find(({ inReplyTo }) => inReplyTo === null)
    const correction = read.find(({ inReplyTo }) => inReplyTo !== null)
    expect(read).toHaveLength(2)
    expect(correction).toMatchObject({ inReplyTo: breach?.messageId, references: breach?.messageId })
    for (const one of read) {
      const id = /^<([0-9a-f]{32})@/.exec(one.messageId)?.[1]
      expect(one).toMatchObject({
        subject: '[Servanda] Talks · Accord',
        date: '2026-03-02T12:00:00+00:00',
        from: ['Servanda <servanda@example.org>'],
        to: [`"Büro \\"Kyïv\\", 2" <${reader.address}>`],
        autoSubmitted: 'auto-generated',
        unsubscribe: '<http://localhost:8080/v1/links/x>',
        unsubscribePost: 'List-Unsubscribe=One-Click',
        envelopeFrom: `bounces+${id}@example.org`,
      })
      expect(one.text).toContain('Nothing was held.')
      expect(one.page).toContain('Nothing was held.')
    }
    const rows = await rig.store.db.selectFrom('servanda.deliveries').select(['state', 'message_id']).execute()
    expect(rows.map(({ state }) => state)).toEqual(['sent', 'sent'])
    expect(rows.map(({ message_id }) => message_id).sort()).toEqual(read.map(({ messageId }) => messageId).sort())
  })
})

/** A Python that has `module`; the system's own may have what another in front of it has not. */
function pythonWith(module: string): string | null {
  const candidates = [findBinary('python3'), '/usr/bin/python3'].filter((one) => one !== null)
  return candidates.find((one) => knows(one, module)) ?? null
}

function knows(python: string, module: string): boolean {
  try {
    execFileSync(python, ['-c', `import ${module}`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
