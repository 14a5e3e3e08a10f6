import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer } from 'smtp-server'

/** One message as the mail server took it. */
export interface ReceivedMail {
  readonly from: string
  readonly to: readonly string[]
  readonly raw: string
  readonly mail: Email
}

/** How the server treats a message: take it, or answer with this SMTP code and text. */
export type Verdict = 'accept' | { readonly code: number; readonly text: string } | 'hang up after accepting'

/** A real SMTP server that keeps what it is given. */
export interface SmtpSink {
  readonly url: string
  readonly received: readonly ReceivedMail[]
  /** Resolves with everything received once there are at least `count` messages. */
  waitFor(count: number): Promise<readonly ReceivedMail[]>
  /** From the next message on. */
  answerWith(verdict: Verdict): void
  close(): Promise<void>
}

/** Starts an SMTP server on a free loopback port. */
export async function startSmtpSink(): Promise<SmtpSink> {
  const received: ReceivedMail[] = []
  const waiting = new Set<() => void>()
  let verdict: Verdict = 'accept'
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', async () => {
        if (typeof verdict === 'object')
          return done(Object.assign(new Error(verdict.text), { responseCode: verdict.code }))
        const raw = Buffer.concat(chunks).toString('utf8')
        const { mailFrom, rcptTo } = session.envelope
        const from = mailFrom === false ? '' : mailFrom.address
        received.push({ from, to: rcptTo.map(({ address }) => address), raw, mail: await PostalMime.parse(raw) })
        for (const look of waiting) look()
        if (verdict === 'accept') return done()
        for (const connection of server.connections) connection.close()
      })
    },
  })
  server.on('error', () => {}) // a client that breaks off is part of some tests
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.server.address()
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return {
    url: `smtp://127.0.0.1:${address.port}`,
    received,
    waitFor: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (received.length < count) return
          waiting.delete(look)
          resolve(received)
        }
        waiting.add(look)
        look()
      }),
    answerWith(next) {
      verdict = next
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
