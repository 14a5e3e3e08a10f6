import { expect, test } from 'vitest'
import { openLog } from './log.ts'

test('addresses and secrets never reach the log, at the top or one level down', () => {
  const lines: string[] = []
  const sink = { write: (line: string) => void lines.push(line) }
  const log = openLog({ logLevel: 'info' }, sink)
  log.info({ caseId: 'c-1', email: 'ana@example.org', settings: { smtpUrl: 'smtp://u:pw@mail' } }, 'mail sent')
  log.info({ req: { headers: { authorization: 'Bearer sk' } } }, 'request')
  expect(lines.join('')).not.toMatch(/ana@example|pw@mail|Bearer/)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ caseId: 'c-1', email: '[redacted]', msg: 'mail sent' })
})
