import { ServandaError } from '../config/error.ts'

/** Why nobody can listen on an address, and what to choose instead. */
const REASONS: Readonly<Record<string, (host: string, port: number) => string>> = {
  EADDRINUSE: (host, port) => `port ${port} on ${host} is in use; choose another with PORT, or PORT=0 for any free one`,
  EACCES: (host, port) => `this user may not listen on port ${port} of ${host}; choose one above 1023 with PORT`,
  EADDRNOTAVAIL: (host) => `this machine has no address ${host}; choose another with HOST`,
  ENOTFOUND: (host) => `the name ${host} is not known; choose another with HOST`,
  EAI_AGAIN: (host) => `the name ${host} cannot be looked up; choose another with HOST`,
}

/** `cause` as a sentence, when it is about the address; else as it is. */
export function addressUnusable(host: string, port: number, cause: unknown): unknown {
  const reason = REASONS[(cause as NodeJS.ErrnoException).code ?? '']
  return reason ? new ServandaError('ADDRESS_UNUSABLE', reason(host, port), { cause }) : cause
}
