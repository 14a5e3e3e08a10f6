import { expect, test } from 'vitest'
import { smtpFailure } from './smtp-fate.ts'

// What the mail library throws; the tests of the carrier let a real server bring these about.

test.each([
  ['the server is greylisting', 'later', 450, 'RCPT TO', '450 4.2.0 Greylisted, see you in 5 minutes'],
  ['the mailbox is full', 'refused', 552, 'RCPT TO', '552 5.2.2 Mailbox full'],
  ['the mailbox is full for now', 'later', 452, 'RCPT TO', '452 4.2.2 Mailbox full'],
  ['there is no such mailbox', 'bounced', 550, 'RCPT TO', '550 5.1.1 No such user here'],
  ['there is no such domain', 'bounced', 550, 'RCPT TO', '550 5.1.2 Host unknown'],
  ['the address is malformed', 'bounced', 553, 'RCPT TO', '553 5.1.3 Bad recipient address syntax'],
  ['the mailbox has moved away', 'bounced', 551, 'RCPT TO', '551 5.1.6 Mailbox has moved'],
  ['the domain takes no mail at all', 'bounced', 556, 'RCPT TO', '556 5.1.10 Recipient address has null MX'],
  ['the sender is not known', 'refused', 550, 'RCPT TO', '550 5.1.8 Bad sender'],
  ['the policy forbids it', 'refused', 550, 'RCPT TO', '550 5.7.1 Relaying denied'],
  ['the server does not say why', 'refused', 550, 'RCPT TO', '550 no'],
  ['a number only looks like a status', 'refused', 550, 'RCPT TO', '550 see ticket 15.1.12'],
  ['the sender is refused', 'refused', 553, 'MAIL FROM', '553 5.1.7 Bad sender address'],
  ['the text is refused', 'refused', 550, 'DATA', '550 5.1.1 is in this text'],
  ['the text may be taken later', 'later', 451, 'DATA', '451 4.3.0 Try again'],
  ['the server shuts down', 'later', 421, 'DATA', '421 4.3.2 Shutting down'],
  ['the password is wrong', 'later', 535, 'AUTH PLAIN', '535 5.7.8 Authentication failed'],
  ['the server greets with a refusal', 'later', 554, 'CONN', '554 5.7.1 Go away'],
] as const)('where %s, the mail is %s', (_, fate, responseCode, command, answer) => {
  const failure = smtpFailure(Object.assign(new Error(answer), { responseCode, command }))
  expect(failure).toMatchObject({ fate, message: answer })
})

test.each([
  ['connect ECONNREFUSED 127.0.0.1:25', 'later'],
  ['getaddrinfo ENOTFOUND mail.invalid', 'later'],
  ['queryA ETIMEOUT mail.example.org', 'later'],
  ['Connection timeout', 'later'],
  ['Greeting never received', 'later'],
  ['Timeout', 'uncertain'],
  ['read ECONNRESET', 'uncertain'],
  ['Connection closed unexpectedly', 'uncertain'],
  ['connected, and then nothing', 'uncertain'],
] as const)('without an answer, “%s” leaves the mail %s', (message, fate) => {
  expect(smtpFailure(new Error(message))).toMatchObject({ fate, message })
})

test.each([[undefined], [null], ['gone'], [{}]])('of %o nobody knows more', (thrown) => {
  expect(smtpFailure(thrown)).toMatchObject({ fate: 'uncertain' })
})
