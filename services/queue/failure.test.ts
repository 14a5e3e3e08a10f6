import { expect, test } from 'vitest'
import { ServandaError } from '../../config/error.ts'
import { NeverWillError, neverWill } from './failure.ts'

/** What the database driver throws. */
function databaseError(code: string): Error {
  return Object.assign(new Error(code), { code, severity: 'ERROR' })
}

test.each([
  { what: 'a handler that says so', error: new NeverWillError('UNUSABLE', 'no'), never: true },
  { what: 'a mistake of ours', error: new TypeError('x is not a function'), never: true },
  { what: 'a broken constraint', error: databaseError('23505'), never: true },
  { what: 'data the database cannot hold', error: databaseError('22P05'), never: true },
  { what: 'a deadlock', error: databaseError('40P01'), never: false },
  { what: 'a full disk', error: databaseError('53100'), never: false },
  { what: 'a database that shuts down', error: databaseError('57P01'), never: false },
  { what: 'an error with a system code', error: Object.assign(new Error('gone'), { code: '22' }), never: false },
  { what: 'a network error', error: Object.assign(new Error('reset'), { code: 'ECONNRESET' }), never: false },
  { what: 'another error of ours', error: new ServandaError('DATABASE_LOST', 'gone'), never: false },
  { what: 'something thrown that is no error', error: 'text', never: false },
])('$what: never will is $never', ({ error, never }) => {
  expect(neverWill(error)).toBe(never)
})
