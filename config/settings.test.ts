import { expect, test } from 'vitest'
import { isServandaError } from './error.ts'
import { readSettings } from './settings.ts'

const SECRET = 'a'.repeat(32)

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readSettings(env)
  } catch (error) {
    if (isServandaError(error, 'SETTINGS_INVALID')) return error.details.problems as string[]
    throw error
  }
  return []
}

test('nothing configured is the embedded default, frozen', () => {
  const settings = readSettings({ PATH: '/bin', PORT: '' })
  expect(settings).toMatchObject({
    host: '127.0.0.1',
    port: 8080,
    publicUrl: 'http://127.0.0.1:8080',
    rulesDir: null,
    secrets: [],
    trustProxy: false,
    corsOrigins: [],
    rateLimit: 6_000,
    publicRead: false,
    alertWindowMs: 48 * 3_600_000,
    logLevel: 'info',
    clock: { kind: 'system' },
  })
  expect(settings.dataDir).toMatch(/\/data$/)
  expect(settings).not.toHaveProperty('databaseUrl')
  expect(Object.isFrozen(settings)).toBe(true)
})

test('every setting is read', () => {
  const settings = readSettings({
    HOST: '::1',
    PORT: '0',
    PROBE_PORT: '9000',
    PUBLIC_URL: 'https://watch.example/',
    DATA_DIR: '/var/lib/servanda',
    RULES_DIR: '/etc/rules',
    DATABASE_URL: 'postgres://u:p@db/servanda',
    REDIS_URL: 'redis://cache',
    SMTP_URL: 'smtp://mail:25',
    MAIL_FROM: 'alerts@example.org',
    SECRET: `${SECRET},${'b'.repeat(32)}`,
    TRUST_PROXY: 'true',
    CORS_ORIGINS: 'https://a.example, https://b.example',
    RATE_LIMIT: '0',
    PUBLIC_READ: 'yes',
    ALERT_WINDOW: '3d',
    HEARTBEAT_URL: 'https://hc.example/x',
    LOG_LEVEL: 'debug',
  })
  expect(settings).toMatchObject({
    port: 0,
    probePort: 9000,
    publicUrl: 'https://watch.example',
    dataDir: '/var/lib/servanda',
    secrets: [SECRET, 'b'.repeat(32)],
    trustProxy: true,
    corsOrigins: ['https://a.example', 'https://b.example'],
    rateLimit: 0,
    publicRead: true,
    alertWindowMs: 259_200_000,
  })
})

test('a simulated clock has a start and a rate', () => {
  const { clock } = readSettings({ CLOCK: '2024-12-24T22:00:00Z x3600' })
  expect(clock).toMatchObject({ kind: 'simulated', rate: 3600 })
})

test('all problems are listed at once', () => {
  const problems = problemsOf({
    PORT: '99999',
    TRUST_PROXY: 'maybe',
    ALERT_WINDOW: '2 days',
    LOG_LEVEL: 'loud',
    CLOCK: 'x2',
  })
  expect(problems.map((problem) => problem.split(' ')[0]).sort()).toEqual([
    'ALERT_WINDOW',
    'CLOCK',
    'LOG_LEVEL',
    'PORT',
    'TRUST_PROXY',
  ])
  expect(problems.join('\n')).toContain('PORT must be a port, 0 to 65535, not 99999')
})

test.each([
  { env: { REDIS_URL: 'redis://x' } as Record<string, string>, problem: /REDIS_URL needs DATABASE_URL/ },
  { env: { DATABASE_URL: 'postgres://x/y' }, problem: /SECRET is required/ },
  { env: { DATABASE_URL: 'postgres://x/y', SECRET, CLOCK: '2024-01-01T00:00:00Z' }, problem: /CLOCK can only/ },
  { env: { SMTP_URL: 'smtp://x' }, problem: /MAIL_FROM is required/ },
  { env: { SECRET: 'short' }, problem: /SECRET must be at least 32/ },
  { env: { MAIL_FROM: 'a@b.c\nBcc: x@y.z' }, problem: /MAIL_FROM must be one mail address/ },
])('$env is refused', ({ env, problem }) => {
  expect(problemsOf(env)).toEqual([expect.stringMatching(problem)])
})

test('a problem with an address or a secret does not repeat its value', () => {
  const problems = problemsOf({ DATABASE_URL: 'mysql://u:hunter2@x', SECRET: 'hunter2' })
  expect(problems.join()).not.toContain('hunter2')
})
