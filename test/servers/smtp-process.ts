import { SMTPServer } from 'smtp-server'

// A mail server as a process of its own: `node --import tsx smtp-process.ts`. It prints its port, and then the Message-ID of
// each mail as it takes it, a line each; it knows nobody at gone.example, and takes nothing for later.example yet. It ends when its standard input does.

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['AUTH', 'STARTTLS'],
  disableReverseLookup: true,
  onRcptTo({ address }, _, done) {
    if (address.endsWith('@gone.example')) done(refusal(550, '5.1.1 No such user here'))
    else done(address.endsWith('@later.example') ? refusal(450, '4.2.0 Later') : null)
  },
  onData(stream, _, done) {
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('end', () => {
      const id = /^message-id: *(<\S+>)/im.exec(Buffer.concat(chunks).toString('utf8'))?.[1]
      process.stdout.write(`${id}\n`, () => done())
    })
  },
})
server.on('error', () => {}) // clients that are killed break off
server.listen(0, '127.0.0.1', () => {
  const address = server.server.address()
  if (address !== null && typeof address === 'object') process.stdout.write(`${address.port}\n`)
})

function refusal(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode })
}

process.stdin.resume().on('end', () => process.exit())
