declare module 'fs-native-extensions' {
  /** Takes the exclusive lock on an open, writable file; false when another file description holds it. */
  export function tryLock(fd: number): boolean
  export function unlock(fd: number): void
}
