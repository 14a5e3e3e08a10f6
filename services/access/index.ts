/** Who may do what: keys, scopes, and through which doors. */
export { eventRefusal } from './event-access.ts'
export { ensureFirstKey, firstKeyFile, readFirstKey } from './first-key.ts'
export { type AccessKey, formatToken, hasScope, newToken, SCOPES, type Scope } from './key.ts'
export { authenticate, createKey, type KeyOrder, listKeys, revokeKey } from './keys.ts'
export { type Doors, doorsOf, isLoopback, isOurHost, isOurOrigin } from './request-origin.ts'
