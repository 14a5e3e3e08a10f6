import { describe, expect, test } from 'vitest'
import { doorsOf, isOurHost, isOurOrigin } from './request-origin.ts'

const doors = doorsOf({
  host: '127.0.0.1',
  publicUrl: 'https://servanda.example',
  corsOrigins: ['https://board.example'],
})

describe('which host is ours', () => {
  test.each([
    ['localhost:8080', true],
    ['127.0.0.1', true],
    ['[::1]:8080', true],
    ['SERVANDA.example', true],
    ['evil.example', false],
    ['localhost.evil.example', false],
    ['localhost@evil.example', false],
    ['127.0.0.1:80:80', false],
    ['', false],
    [undefined, false],
  ])('%s: %s', (host, ours) => {
    expect(isOurHost(host, doors)).toBe(ours)
  })
})

describe('which page may write', () => {
  test.each([
    [undefined, true],
    ['https://servanda.example', true],
    ['https://board.example', true],
    ['http://localhost:8080', true],
    ['http://localhost:3000', false],
    ['https://evil.example', false],
    ['null', false],
  ])('%s: %s', (origin, may) => {
    expect(isOurOrigin(origin, 'localhost:8080', doors)).toBe(may)
  })
})
