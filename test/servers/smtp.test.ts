import { createTransport } from 'nodemailer'
import { expect, onTestFinished, test } from 'vitest'
import { startSmtpSink } from './smtp.ts'

const MAIL = {
  from: 'Servanda <servanda@example.org>',
  to: 'ana@example.org',
  subject: 'Порушено',
  text: 'Talks are overdue.',
}

async function startSink() {
  const sink = await startSmtpSink()
  onTestFinished(() => sink.close())
  return { sink, transport: createTransport(sink.url) }
}

test('keeps what it is sent, to be read back', async () => {
  const { sink, transport } = await startSink()
  const waiting = sink.waitFor(1)
  await transport.sendMail(MAIL)
  const [message] = await waiting
  expect(message).toMatchObject({ from: 'servanda@example.org', to: ['ana@example.org'] })
  expect(message?.mail.subject).toBe('Порушено')
  expect(message?.raw).toContain('Talks are overdue.')
})

test('refuses as it is told, and takes mail again', async () => {
  const { sink, transport } = await startSink()
  sink.answerWith({ code: 450, text: 'come back later' })
  await expect(transport.sendMail(MAIL)).rejects.toMatchObject({ responseCode: 450 })
  sink.answerWith('accept')
  await transport.sendMail(MAIL)
  expect(sink.received).toHaveLength(1)
})

test('can take a mail and lose the answer', async () => {
  const { sink, transport } = await startSink()
  sink.answerWith('hang up after accepting')
  await expect(transport.sendMail(MAIL)).rejects.toThrow()
  expect(sink.received).toHaveLength(1)
})
