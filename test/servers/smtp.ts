import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer } from 'smtp-server'

/** One message as the mail server took it. */
export interface ReceivedMail {
  readonly from: string
  readonly to: readonly string[]
  readonly raw: string
  readonly mail: Email
}

/**
 * How the server treats a message: take it, answer with this SMTP code and text (once it has all of it, or already when it
 * hears whom it is for), take it and hang up, or take it and never say so.
 */
export type Verdict =
  | 'accept'
  | { readonly code: number; readonly text: string; readonly at?: 'recipient' | 'data' }
  | 'hang up after accepting'
  | 'hang'

/** A real SMTP server that keeps what it is given. */
export interface SmtpSink {
  readonly url: string
  readonly received: readonly ReceivedMail[]
  /** Resolves with everything received once there are at least `count` messages. */
  waitFor(count: number): Promise<readonly ReceivedMail[]>
  /** From the next message on; by whom it is for where that matters. */
  answerWith(verdict: Verdict | ((recipient: string) => Verdict)): void
  /** Ends every connection, as a server does that crashes. */
  breakOff(): void
  close(): Promise<void>
}

/** Starts an SMTP server on a loopback port; 0: a free one. */
export async function startSmtpSink(port = 0): Promise<SmtpSink> {
  const received: ReceivedMail[] = []
  const waiting = new Set<() => void>()
  let verdictFor = (_: string): Verdict => 'accept'
  const breakOff = () => {
    for (const connection of server.connections) connection.close()
  }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    onRcptTo({ address }, _, done) {
      const verdict = verdictFor(address)
      done(typeof verdict === 'object' && verdict.at === 'recipient' ? refusal(verdict) : null)
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', async () => {
        const { mailFrom, rcptTo } = session.envelope
        const to = rcptTo.map(({ address }) => address)
        const verdict = verdictFor(to[0] ?? '')
        if (typeof verdict === 'object') return done(refusal(verdict))
        const raw = Buffer.concat(chunks).toString('utf8')
        const from = mailFrom === false ? '' : mailFrom.address
        received.push({ from, to, raw, mail: await PostalMime.parse(raw) })
        for (const look of waiting) look()
        if (verdict === 'accept') return done()
        if (verdict !== 'hang') breakOff()
      })
    },
  })
  server.on('error', () => {}) // a client that breaks off is part of some tests
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
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
      verdictFor = typeof next === 'function' ? next : () => next
    },
    breakOff,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function refusal({ code, text }: { readonly code: number; readonly text: string }): Error {
  return Object.assign(new Error(text), { responseCode: code })
}
