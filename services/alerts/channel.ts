/** The ways in which somebody can be told. */
export const CHANNELS = ['mail', 'webhook', 'slack', 'teams', 'alertmanager'] as const
export type ChannelName = (typeof CHANNELS)[number]

/** The domain of a mail address, or the host of a URL: what can be slow for all who are told through it. */
export function receiverOf({ channel, address }: { readonly channel: ChannelName; readonly address: string }): string {
  if (channel !== 'mail') return URL.canParse(address) ? new URL(address).host : ''
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase()
}
