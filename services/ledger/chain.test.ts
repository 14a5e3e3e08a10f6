import { expect, test } from 'vitest'
import { canonicalText, formatInstant, parseInstant } from '../../rules/index.ts'
import { GENESIS, type Link, linkHash, sha256 } from './chain.ts'

const LINK: Link = {
  seq: 7,
  recordedAt: parseInstant('2026-03-01T10:00:00.123Z'),
  claimedAt: null,
  content: '{"id":"é \u2028"}',
  digest: 'd'.repeat(64),
  origin: 'http',
  keyId: 'a "key" \\ with \u007f',
}

test.each([
  LINK,
  { ...LINK, seq: Number.MAX_SAFE_INTEGER, keyId: null },
  { ...LINK, claimedAt: parseInstant('0001-01-01T00:00:00Z') },
])('a row is hashed over the RFC 8785 text of what it holds', (link) => {
  const { seq, digest, origin, content, recordedAt, claimedAt, keyId } = link
  const facts = {
    ...{ seq, digest, origin, key: keyId, previous: GENESIS, content: sha256(content) },
    ...{ recorded_at: formatInstant(recordedAt), claimed_at: claimedAt === null ? null : formatInstant(claimedAt) },
  }
  expect(linkHash(GENESIS, link)).toBe(sha256(canonicalText(facts)))
})

test('a hash is the same for ever', () => {
  expect(linkHash(GENESIS, LINK)).toBe('e0b9b36cf169d5c4b869348891a96072bfbdc289d41603006d54094a8f42c10b')
})
