/** Who may do what: keys, sessions, scopes, through which doors, and how often. */
export { eventRefusal, scopeForType } from './event-access.ts'
export { ensureFirstKey, firstKeyFile, keepRotated, readFirstKey } from './first-key.ts'
export { forgetKeys } from './forget-keys.ts'
export { type AccessKey, formatToken, hasScope, newToken, SCOPES, type Scope, type Token } from './key.ts'
export { KeyUses } from './key-uses.ts'
export {
  authenticate,
  createKey,
  issueKey,
  type KeyRecord,
  listKeys,
  type OpenedKey,
  revokeKey,
} from './keys.ts'
export { type Limits, openLimits } from './limits.ts'
export { placeOf, type RateLimit, WINDOW_SECONDS } from './rate-limit.ts'
export { type Doors, doorsOf, isLoopback, isOurHost, isOurOrigin } from './request-origin.ts'
export { rotateKey } from './rotation.ts'
export { endSession, isCsrfToken, openSession, type Session, startSession } from './sessions.ts'
export { signingSecrets } from './signing-secrets.ts'
