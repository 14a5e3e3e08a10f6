import { expect, test } from 'vitest'
import { recipientIn } from './outbox-mails.ts'

test.each([
  ['To: Ann <ann@example.org>', 'ann@example.org'],
  ['From: x@y\r\nTO: ann@example.org\r\nSubject: To: no', 'ann@example.org'],
  ['To: "A Very Long Name, That Is Folded"\r\n <ann@example.org>\r\nDate: x', 'ann@example.org'],
  ['Subject: none', null],
  ['Subject: none\r\n\r\nTo: bob@example.org', null],
])('%j is to %s', (mail, recipient) => {
  expect(recipientIn(mail)).toBe(recipient)
})
