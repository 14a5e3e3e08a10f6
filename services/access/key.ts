import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Instant, Standing } from '../../rules/index.ts'

/** What a key may be allowed to do. `admin` includes all the others. */
export const SCOPES = [
  'events',
  'judgement',
  'control',
  'watermark',
  'indicator',
  'recordedtime',
  'rulebooks',
  'alerts',
  'reports',
  'read',
  'admin',
] as const
export type Scope = (typeof SCOPES)[number]

/** What a key stands for; its secret is not part of it. */
export interface AccessKey {
  readonly id: string
  readonly name: string
  readonly scopes: readonly Scope[]
  /** The event sources it may write: exact, or a prefix ending in `/`; null: any. */
  readonly sources: readonly string[] | null
  /** The best standing its events may have. */
  readonly highestStanding: Standing
  readonly expiresAt: Instant | null
}

/** A key as its owner holds it: `svd_<id>_<secret>`. */
export interface Token {
  readonly id: string
  readonly secret: string
}

/** A new key's id and secret; 256 bits that nobody guesses. */
export function newToken(): Token {
  return { id: randomBytes(6).toString('hex'), secret: randomBytes(32).toString('base64url') }
}

export function formatToken({ id, secret }: Token): string {
  return `svd_${id}_${secret}`
}

/** Reads `svd_<id>_<secret>`; null when `text` is nothing of the kind. */
export function parseToken(text: string): Token | null {
  const [, id, secret] = /^svd_([0-9a-f]{12})_([\w-]{43})$/.exec(text) ?? []
  return id !== undefined && secret !== undefined ? { id, secret } : null
}

/** What is stored of a secret: a fast hash is enough for 256 random bits. */
export function secretHash(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('hex')
}

/** Whether `secret` is the one whose hash is stored, in constant time. */
export function secretMatches(secret: string, storedHash: string): boolean {
  const given = Buffer.from(secretHash(secret), 'hex')
  const stored = Buffer.from(storedHash, 'hex')
  return given.length === stored.length && timingSafeEqual(given, stored)
}

export function hasScope(key: Pick<AccessKey, 'scopes'>, scope: Scope): boolean {
  return key.scopes.includes(scope) || key.scopes.includes('admin')
}
