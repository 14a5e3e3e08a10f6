import type { ChannelName, Delivery } from '../alerts/index.ts'

/** A way in which deliveries reach people. */
export interface Channel {
  readonly name: ChannelName
  /** How many go out at the same time. */
  readonly lanes: number
  /**
   * Answers when the delivery is in other hands, with what these said.
   * @throws {SendFailure} when it is not, or nobody knows; anything else counts as a fate nobody knows
   */
  send(delivery: Delivery): Promise<string>
}

/**
 * What became of a delivery that did not arrive for certain: the receiver may take it later (`later`), nobody knows
 * whether it has it (`uncertain`), it will never take this one (`refused`), the address is no good (`bounced`), or there
 * is no receiver any more (`gone`).
 */
export type Fate = 'later' | 'uncertain' | 'refused' | 'bounced' | 'gone'

/** Why a delivery did not arrive. The message is what the other side said. */
export class SendFailure extends Error {
  readonly fate: Fate

  constructor(fate: Fate, answer: string, options?: { readonly cause?: unknown }) {
    super(answer, options)
    this.name = 'SendFailure'
    this.fate = fate
  }
}
