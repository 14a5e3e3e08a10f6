/** Mail: how a letter gets to the people who are to be told, and comes back. */
export { type Bounce, readBounce } from './bounce.ts'
export {
  type Attachment,
  type Carrier,
  type DkimKey,
  type OutgoingMail,
  outboxCarrier,
  smtpCarrier,
} from './carrier.ts'
export { domainOf, type MailDeps, mailChannel } from './mail-channel.ts'
export { eraseMails, mailsTo } from './outbox-mails.ts'
export { renderHtml, renderText } from './render.ts'
