/** Mail: what an alert says, and how it gets to the people who are to be told. */
export { type Carrier, type OutgoingMail, outboxCarrier, smtpCarrier } from './carrier.ts'
export { Courier, type CourierDeps } from './courier.ts'
export { eraseMails, mailsTo } from './outbox-mails.ts'
