import { execFileSync } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { composeService, type Service } from '../../bin/compose.ts'
import { TestClock } from '../../config/clock.ts'
import { readSettings } from '../../config/settings.ts'
import { readWork } from '../../services/health/index.ts'
import { Heartbeat } from '../../workers/heartbeat.ts'
import { describeInModes } from '../servers/modes.ts'
import { findBinary, freePort } from '../servers/process.ts'
import { type SmtpSink, startSmtpSink } from '../servers/smtp.ts'
import { ACCORD, attack, call, talks } from './accord.ts'
import { type RunningService, runService } from './running-service.ts'

const promtool = findBinary('promtool')

describeInModes(['postgresql'], 'a service that is looked at', (server) => {
  const clock = new TestClock('2026-03-01T00:00:00Z')
  let sink: SmtpSink
  let running: RunningService
  let reader: string

  beforeAll(async () => {
    sink = await startSmtpSink()
    const broken = ACCORD.replace('id: accord', 'id: other').replace('kind: act', 'kind: deed')
    const files = [
      { file: 'accord.yaml', text: ACCORD },
      { file: 'other.yaml', text: broken },
    ]
    running = await runService(server(), clock, files, { SMTP_URL: sink.url, MAIL_FROM: 'alerts@servanda.example' })
    reader = await running.key(['read'])
    await running.post(attack('a1', '2026-03-01T00:00:00Z'))
    await running.post(call('c1', '2026-03-01T00:00:00Z'))
    await running.post(call('c1', '2026-03-01T00:00:00Z'))
    await running.post(call('c2', '2026-03-01T20:00:00Z'))
    await running.post(call('c3', 'soon'))
    await running.service.sweep()
    clock.set('2026-03-02T00:00:30Z')
    const told = sink.waitFor(1)
    await running.service.sweep()
    await told
    await running.service.sweep()
  })

  afterAll(async () => {
    await running?.close()
    await sink?.close()
  })

  const ask = async (path: string, key: string | null = reader) => {
    const response = await fetch(`${running.url}${path}`, {
      headers: key === null ? {} : { authorization: `Bearer ${key}` },
    })
    return { status: response.status, text: await response.text() }
  }

  test('says in figures what is on record and what it did, as promtool reads it', async () => {
    const { status, text } = await ask('/metrics')
    expect(status).toBe(200)
    if (promtool) execFileSync(promtool, ['check', 'metrics'], { input: text, stdio: ['pipe', 'pipe', 'inherit'] })
    else expect(process.env.CI, 'promtool is not installed, and CI must run everything').toBeUndefined()
    const value = (series: string) => {
      const line = text.split('\n').find((one) => one.startsWith(`${series} `))
      return line === undefined ? line : Number(line.slice(series.length))
    }
    expect({
      up: value('servanda_database_up'),
      recorded: value('servanda_events_recorded_total'),
      taken: value('servanda_ingest_events_total{outcome="recorded"}'),
      known: value('servanda_ingest_events_total{outcome="duplicate"}'),
      posted: value('servanda_http_request_duration_seconds_count{method="POST",route="/v1/events",status="2xx"}'),
      refused: value('servanda_http_request_duration_seconds_count{method="POST",route="/v1/events",status="4xx"}'),
      lag: value('servanda_evaluation_lag_seconds'),
      overdue: value('servanda_deadlines_overdue_seconds'),
      failed: value('servanda_evaluations_total{outcome="failed"}'),
      late: value('servanda_deadline_lateness_seconds_count'),
      running: value('servanda_cases{phase="running"}'),
      open: value('servanda_open_cases{indicator="on_track"}'),
      breached: value('servanda_commitments{indicator="breached"}'),
      sent: value('servanda_deliveries_total{state="sent"}'),
      given_up: value('servanda_deliveries_total{state="failed"}'),
      pending: value('servanda_deliveries_waiting{state="pending"}'),
      rejected: value('servanda_rejected_rulebooks'),
      silent: value('servanda_silent_sources'),
      held: value('servanda_alerts_held'),
      muted: value('servanda_alerts_muted'),
      unreached: value('servanda_unreached_commitments'),
      failing_reports: value('servanda_failing_reports'),
      jobs: value('servanda_queue_jobs{queue="deliver",state="delayed"}'),
    }).toEqual({
      ...{ up: 1, recorded: 3, taken: 3, known: 1, posted: 4, refused: 1, lag: 0, overdue: 0, failed: 0, late: 1 },
      ...{
        running: 1,
        open: 1,
        breached: 1,
        sent: 1,
        given_up: 0,
        pending: 0,
        rejected: 1,
        silent: 0,
        held: 0,
        muted: 0,
        unreached: 0,
        failing_reports: 0,
        jobs: 0,
      },
    })
    // Due soon since 18:00 the day before, and looked at half a minute after midnight.
    expect(value('servanda_deadline_lateness_seconds_sum')).toBe(6 * 3_600 + 30)
    expect(value('servanda_evaluations_total{outcome="evaluated"}')).toBeGreaterThan(1)
    expect(value('servanda_status_seq')).toBe((await running.status()).seq)
    expect(value('servanda_build_info{version="0.1.0",mode="server"}')).toBe(1)
    expect(value('process_cpu_seconds_total')).toBeGreaterThan(0)
    expect(text).not.toMatch(/accord|c1|example/)
  })

  test('tells how it works to who may see it and to nobody else', async () => {
    const events = await running.key(['events'])
    expect((await ask('/metrics', null)).status).toBe(401)
    expect((await ask('/metrics', events)).status).toBe(403)
    for (const key of [null, events, 'svd_0_wrong']) {
      const { status, text } = await ask('/readyz?verbose', key)
      expect({ status, body: JSON.parse(text) }).toEqual({ status: 200, body: { ok: true, alerts_held_since: null } })
    }
    expect((await ask('/readyz?verbose=loud')).status).toBe(422)
  })

  test('says of each part how it is', async () => {
    const { status, text } = await ask('/readyz?verbose')
    const { parts, ...rest } = JSON.parse(text)
    expect({ status, ...rest }).toEqual({
      ...{ status: 200, ok: true, alerts_held_since: null },
      ...{ state: 'ready', version: '0.1.0' },
    })
    const said = Object.fromEntries(
      parts.map(({ part, message }: { part: string; message: string }) => [part, message]),
    )
    expect(said).toEqual({
      database: expect.stringMatching(/^PostgreSQL \d+.* answers\.$/),
      schema: 'The tables are those of this version.',
      queue: 'Jobs are kept in the database.',
      mail: 'Mails go to the mail server 127.0.0.1.',
      status: expect.stringMatching(/^Status \d+ is served\.$/),
      evaluation: 'Everything is evaluated.',
      deliveries: '1 mail sent, none waits.',
      alerts: 'Alerts are sent.',
      reports: 'Every report that is due was made.',
      recipients: 'A breach of any commitment reaches somebody.',
      disk: expect.stringMatching(/^\S+ GB of \S+ GB are free at /),
      clock: 'The clock is the one of this machine.',
    })
  })

  test('a worker by itself tells how it is where it is told to, and nothing else', async () => {
    const port = await freePort()
    const { databaseUrl, dataDir } = server()
    const env = { DATA_DIR: dataDir, DATABASE_URL: databaseUrl, SECRET: 'x'.repeat(32), PROBE_PORT: String(port) }
    const roles = { api: false, worker: true }
    const worker = await composeService(readSettings(env), { roles, log: pino({ level: 'silent' }), clock })
    try {
      await worker.start()
      const at = (path: string) =>
        fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization: `Bearer ${reader}` } })
      expect((await at('/livez')).status).toBe(200)
      expect(await (await at('/readyz')).json()).toEqual({ ok: true, alerts_held_since: null })
      expect(await (await at('/metrics')).text()).toContain('servanda_events_recorded_total 3')
      expect((await at('/v1/status')).status).toBe(404)
    } finally {
      await worker.close()
    }
  })

  test('is heard of by its monitor while its work goes on, and not while any of it is stuck', async () => {
    const monitor = await startMonitor()
    const lines: string[] = []
    const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line).why ?? 'back') })
    const { store, now } = running.service
    const work = async () => ({ ok: true, value: await readWork(store, now()) }) as const
    const heartbeat = new Heartbeat({ url: `${monitor.url}/secret`, work, rate: 1, log })
    try {
      expect(await heartbeat.beat()).toBe(true)
      // Somebody is at the agreement and does not come to an end.
      const other = await store.pool.connect()
      await other.query("begin; select from servanda.agreements where id = 'accord' for update")
      await running.post(talks('t1', '2026-03-01T10:00:00Z'))
      expect(await heartbeat.beat()).toBe(true)
      clock.advance({ minutes: 6 })
      expect(await heartbeat.beat()).toBe(false)
      expect(await heartbeat.beat()).toBe(false)
      await other.query('rollback')
      other.release()
      await running.service.sweep()
      expect(await heartbeat.beat()).toBe(true)
      monitor.answer = 500
      expect(await heartbeat.beat()).toBe(false)
      await held(running.service, async () => expect(await heartbeat.beat()).toBe(false))
      expect(monitor.asked).toEqual(['/secret', '/secret', '/secret', '/secret'])
      await monitor.close()
      expect(await heartbeat.beat()).toBe(false)
      expect(lines).toEqual([
        'nothing goes on in: evaluation',
        'back',
        'the monitor answered 500',
        'alerts are held: this is a restored copy',
        expect.stringMatching(/^the monitor was not reached: connect ECONNREFUSED/),
      ])
    } finally {
      await monitor.close()
    }
  })
})

async function held(service: Service, work: () => Promise<void>): Promise<void> {
  const query = (text: string) => service.store.pool.query(text)
  await query("insert into servanda.alert_hold values ('alerts', '2026-03-02T00:00Z', '2026-03-01T00:00Z')")
  await work()
  await query('delete from servanda.alert_hold')
}

/** What waits to be told that all goes well. */
async function startMonitor() {
  const asked: string[] = []
  const monitor = { asked, answer: 200, url: '', close: async () => {} }
  const http: Server = createServer(({ url = '' }, response) => {
    asked.push(url)
    response.writeHead(monitor.answer).end()
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  monitor.url = `http://127.0.0.1:${(http.address() as { port: number }).port}`
  monitor.close = () =>
    new Promise((resolve) => {
      http.close(() => resolve())
      http.closeAllConnections()
    })
  return monitor
}
