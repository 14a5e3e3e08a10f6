import { expect, test } from 'vitest'
import { cookieAt } from './credentials.ts'

test.each([
  ['https://watch.example', true],
  ['http://127.0.0.1:8080', false],
])('the cookie of a session at %s is for https alone: %s', (publicUrl, secure) => {
  expect(cookieAt(publicUrl)).toEqual({ path: '/', httpOnly: true, sameSite: 'strict', secure })
})
