import { describe, expect, test } from 'vitest'
import { ServandaError } from '../../config/error.ts'
import { problemDocument, translated } from './problem.ts'

const REQUEST = { url: '/v1/events', id: 'r1' }

describe('a database that is away', () => {
  test.each([
    ['a refused connection', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
    ['a server that shuts down', Object.assign(new Error('terminating'), { code: '57P01' })],
    ['a connection that broke', new Error('Connection terminated unexpectedly')],
    ['no connection to be had', new Error('timeout exceeded when trying to connect')],
    ['the embedded one that stopped', new ServandaError('DATABASE_LOST', 'The embedded database stopped: /secret')],
  ])('is 503 for %s, and does not claim to know what was done', (_what, error) => {
    const { status, detail } = problemDocument(translated(error), REQUEST)
    expect(status).toBe(503)
    expect(detail).toContain('sending the same again is safe')
    expect(detail).not.toMatch(/Nothing was changed|secret/)
  })
})

test('an unexpected error says nothing about what happened inside', () => {
  const { status, detail } = problemDocument(translated(new Error('select secret')), REQUEST)
  expect(status).toBe(500)
  expect(detail).not.toContain('secret')
})
