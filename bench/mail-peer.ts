import { SMTPServer } from 'smtp-server'

// A mail server that takes everything, as a process of its own: it prints where it is, and how many mails it has when asked.

let taken = 0
const recipients = new Set<string>()
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['AUTH', 'STARTTLS'],
  disableReverseLookup: true,
  logger: false,
  onData(stream, session, done) {
    stream.resume()
    stream.on('end', () => {
      taken += 1
      for (const { address } of session.envelope.rcptTo) recipients.add(address)
      done()
    })
  },
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.server.address() as { port: number }
  process.send?.({ url: `smtp://127.0.0.1:${port}` })
})
process.on('message', () => process.send?.({ taken, recipients: recipients.size }))
