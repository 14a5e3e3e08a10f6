/** The address that a delivery comes back to: `bounces@example.org` with its id (VERP). */
export function bounceAddress(bounceTo: string, deliveryId: string): string {
  const at = bounceTo.lastIndexOf('@')
  return `${bounceTo.slice(0, at)}+${deliveryId}${bounceTo.slice(at)}`
}

/** The delivery that an address made by {@link bounceAddress} names; null: none. */
export function bouncedDelivery(address: string): string | null {
  return /\+([0-9a-f]{32})@/i.exec(address)?.[1]?.toLowerCase() ?? null
}
