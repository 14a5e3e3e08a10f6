import { expect, test } from 'vitest'
import { encodingFor } from './accept-encoding.ts'

test.each([
  [undefined, 'identity'],
  ['', 'identity'],
  ['identity', 'identity'],
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['gzip, deflate, br, zstd', 'br'],
  ['GZIP;Q=1.0', 'gzip'],
  ['br;q=0.5, gzip;q=0.8', 'gzip'],
  ['br;q=0, gzip', 'gzip'],
  ['br;q=0, gzip;q=0', 'identity'],
  ['gzip;q=0', 'identity'],
  ['*', 'br'],
  ['*;q=0', 'identity'],
  ['*;q=0, gzip', 'gzip'],
  ['br;q=0, *', 'gzip'],
  ['gzip;q=0.5, identity', 'identity'],
  ['identity;q=0.5, gzip;q=0.4', 'identity'],
  ['identity;q=0, gzip;q=0.001', 'gzip'],
  ['gzip;q=nonsense', 'identity'],
  ['deflate', 'identity'],
  ['identity;q=0', 'identity'],
])('who asks with %j is answered in %s', (header, encoding) => {
  expect(encodingFor(header)).toBe(encoding)
})

test.each([
  ['br, gzip', 'gzip'],
  ['br', 'identity'],
  ['*', 'gzip'],
])('who asks with %j for what there is only as gzip is answered in %s', (header, encoding) => {
  expect(encodingFor(header, ['gzip', 'identity'])).toBe(encoding)
})
