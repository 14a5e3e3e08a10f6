import { SendFailure } from '../delivery/index.ts'

/** The part of a session in which the mail itself is spoken of; a refusal before is none of the mail. */
const ABOUT_THE_MAIL = ['MAIL FROM', 'RCPT TO', 'DATA']

/** How an error begins that comes up while there is no connection yet: the server has no mail that it could have taken. */
const NEVER_CONNECTED = /^(connect|getaddrinfo|queryA|Connection timeout|Greeting never received)\b/

/** A status of RFC 3463 that says that there is no such mailbox. */
const NO_SUCH_MAILBOX = /(?<![\d.])5\.1\.(?:[1236]|10)(?![\d.]*\d)/

/** What a failed attempt to hand a mail over means for it. Pure. */
export function smtpFailure(error: unknown): SendFailure {
  const answer = error instanceof Error ? error.message : String(error)
  const { responseCode: code, command = '' } = (error ?? {}) as { responseCode?: unknown; command?: string }
  const isAboutTheMail = ABOUT_THE_MAIL.includes(command)
  if (typeof code !== 'number') {
    // A connection that breaks later may break after the server has taken the mail: nodemailer does not tell.
    return new SendFailure(NEVER_CONNECTED.test(answer) ? 'later' : 'uncertain', answer, { cause: error })
  }
  if (code < 500 || !isAboutTheMail) return new SendFailure('later', answer, { cause: error })
  const isBounce = command === 'RCPT TO' && NO_SUCH_MAILBOX.test(answer)
  return new SendFailure(isBounce ? 'bounced' : 'refused', answer, { cause: error })
}
