import { expect, test } from 'vitest'
import { openLog } from './log.ts'

function logged(facts: object): string {
  const lines: string[] = []
  openLog({ logLevel: 'info' }, { write: (line: string) => void lines.push(line) }).info(facts, 'said')
  return lines.join('')
}

test.each([
  { what: 'an address', facts: { email: 'ana@example.org', address: 'ana@example.org' } },
  { what: 'a recipient', facts: { mail: { recipient: 'ana@example.org', to: { address: 'ana@example.org' } } } },
  { what: 'a key', facts: { token: 'svd_1_hidden', auth: { key: 'svd_1_hidden' } } },
  { what: 'the settings', facts: { settings: { smtpUrl: 'smtp://u:hidden@mail', secrets: ['hidden'] } } },
  { what: 'addresses of servers', facts: { databaseUrl: 'postgres://u:hidden@db/x', redisUrl: 'redis://:hidden@r' } },
  { what: 'the heartbeat', facts: { heartbeatUrl: 'https://hc.example/hidden' } },
  {
    what: 'headers of a request',
    facts: { req: { headers: { authorization: 'Bearer hidden', cookie: 's=hidden' } }, headers: { cookie: 'hidden' } },
  },
  { what: 'headers of an answer', facts: { res: { headers: { 'set-cookie': 's=hidden' } } } },
  { what: 'what a mail server says', facts: { err: new Error('550 5.1.1 <ana@example.org>: no such user') } },
  { what: 'whom it refused', facts: { err: Object.assign(new Error('refused'), { rejected: ['ana@example.org'] }) } },
  { what: 'a URL that cannot be read', facts: { err: urlError('postgres://servanda:hidden@db:x/y') } },
  { what: 'a cause', facts: { err: new Error('no', { cause: new Error('redis://:hidden@r refused') }) } },
  { what: 'a token in an error', facts: { err: new Error('Bearer hidden-1.x is wrong, and so is svd_1_hidden') } },
])('$what never reaches the log', ({ facts }) => {
  const line = logged({ caseId: 'c-1', ...facts })
  expect(line).not.toMatch(/hidden|ana@/)
  expect(JSON.parse(line)).toMatchObject({ caseId: 'c-1', msg: 'said' })
  expect(line).toContain('[redacted]')
})

test('what helps is left in an error', () => {
  const { err } = JSON.parse(
    logged({ err: Object.assign(new Error('connect postgres://u:p@db:5432/x'), { code: 'E1' }) }),
  )
  expect(err).toMatchObject({ type: 'Error', message: 'connect postgres://[redacted]@db:5432/x', code: 'E1' })
  expect(err.stack).toContain('log.test.ts')
  const inPackage = Object.assign(new Error('no'), { stack: 'at file:///app/node_modules/@scope/package/index.js:1:2' })
  expect(logged({ err: inPackage })).toContain('/node_modules/@scope/package/index.js:1:2')
})

function urlError(url: string): unknown {
  try {
    return new URL(url)
  } catch (error) {
    return error
  }
}
