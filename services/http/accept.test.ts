import { expect, test } from 'vitest'
import { preferredType } from './accept.ts'

test.each([
  [undefined, 'application/json'],
  ['', 'application/json'],
  ['*/*', 'application/json'],
  ['image/png', 'application/json'],
  ['text/plain', 'text/plain'],
  ['text/*', 'text/plain'],
  ['Text/Plain; charset=utf-8', 'text/plain'],
  ['application/json, text/plain', 'application/json'],
  ['application/json;q=0.5, text/plain', 'text/plain'],
  ['text/plain;q=0.5, */*', 'application/json'],
  ['text/plain;q=0, */*;q=0.1', 'application/json'],
  ['text/plain;q=much', 'application/json'],
])('Accept: %s is answered with %s', (accept, type) => {
  expect(preferredType(accept, ['application/json', 'text/plain'])).toBe(type)
})
