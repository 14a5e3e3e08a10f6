/** Whom the service answers as, and which pages may write to it. */
export interface Doors {
  /** Host names it is reached by, lower case, without a port. */
  readonly hosts: ReadonlySet<string>
  /** Origins of pages that may write, beside its own. */
  readonly origins: ReadonlySet<string>
  /** Those of them that are foreign: their pages are told that they may read the answers. */
  readonly corsOrigins: ReadonlySet<string>
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

/** The loopback names, the host it listens on, and the host of its public address. */
export function doorsOf(settings: {
  readonly host: string
  readonly publicUrl: string
  readonly corsOrigins: readonly string[]
}): Doors {
  const { hostname, origin } = new URL(settings.publicUrl)
  const listening = settings.host.includes(':') ? `[${settings.host}]` : settings.host
  return {
    hosts: new Set([...LOOPBACK, listening.toLowerCase(), hostname]),
    origins: new Set([origin, ...settings.corsOrigins]),
    corsOrigins: new Set(settings.corsOrigins),
  }
}

/** Whether a request for `host` (the header, with or without a port) is for us: a foreign name may point here too. */
export function isOurHost(host: string | undefined, { hosts }: Doors): boolean {
  const name = /^(\[[0-9a-f:.]+\]|[^:/?#@\s]+)(?::\d{1,5})?$/i.exec(host ?? '')?.[1]
  return name !== undefined && hosts.has(name.toLowerCase())
}

/** Whether a page of `origin` may write to us when it asked `host`. No origin: no page. */
export function isOurOrigin(origin: string | undefined, host: string | undefined, { origins }: Doors): boolean {
  if (origin === undefined) return true
  return origins.has(origin) || origin === `http://${host}` || origin === `https://${host}`
}

/** Whether only this machine can reach `host`. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}
