/** Brings deliveries to people: by which channels, how often it is tried, and what became of each. */
export { type BounceOutcome, noteBounce } from './bounced.ts'
export { type Channel, type Fate, SendFailure } from './channel.ts'
export { Courier, type CourierDeps } from './courier.ts'
export {
  DELIVERY_STATES,
  type DeliveriesAsked,
  type DeliveryRecord,
  type DeliveryState,
  deliveryById,
  deliveryPages,
  replayDelivery,
} from './delivery-pages.ts'
export { recordMessage, type Sending } from './messages.ts'
