import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { CloudEvent, emitterFor, HTTP, httpTransport, Mode } from 'cloudevents'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import { ACCORD, attack, call, talksCase } from '../journeys/accord.ts'
import { type RunningService, runService } from '../journeys/running-service.ts'
import { describeInEveryMode } from '../servers/modes.ts'

const NOON = '2026-03-01T12:00:00Z'
const run = promisify(execFile)

describeInEveryMode('clients that others wrote', (server) => {
  let running: RunningService

  beforeAll(async () => {
    const rulebook = { file: 'accord/rulebook.yaml', text: ACCORD }
    running = await runService(server(), new TestClock(NOON), [rulebook])
  })

  afterAll(() => running.close())

  test('send CloudEvents in structured and in binary mode, and in a batch', async () => {
    const headers = { authorization: `Bearer ${running.adminKey}` }
    for (const [mode, id] of [[Mode.STRUCTURED, 'a1'] as const, [Mode.BINARY, 'a-é'] as const]) {
      const emit = emitterFor(httpTransport(`${running.url}/v1/events`), { mode })
      const sent = await emit(
        new CloudEvent({ ...attack('a1', NOON), id: mode === Mode.BINARY ? encodeURIComponent(id) : id }),
        { headers },
      )
      expect(JSON.parse(`${(sent as { body: string }).body}`)).toMatchObject({ id, revision: 1, duplicate: false })
    }
    const batch = [call('c1', NOON), call('c2', NOON)].map((event) =>
      JSON.parse(`${HTTP.structured(new CloudEvent(event)).body}`),
    )
    const answer = await running.request('POST', '/v1/events', {
      type: 'application/cloudevents-batch+json',
      body: JSON.stringify(batch),
    })
    expect(answer.body).toMatchObject({
      events: [
        { id: 'c1', duplicate: false },
        { id: 'c2', duplicate: false },
      ],
    })
  })

  test('ask only for what has changed', async () => {
    // Nothing is left to do, so nothing changes in between.
    await running.service.sweep()
    const curl = async (...args: string[]) => (await run('curl', ['--silent', '--show-error', ...args])).stdout
    const etag = /^etag: (\S+)/im.exec(await curl('--head', `${running.url}/v1/status`))?.[1] ?? ''
    const code = ['--output', '/dev/null', '--write-out', '%{http_code} %{size_download}']
    expect(await curl(...code, '-H', `if-none-match: ${etag}`, `${running.url}/v1/status`)).toBe('304 0')
    expect(await curl(...code, '-H', `if-none-match: W/${etag}, "x"`, `${running.url}/v1/status`)).toBe('304 0')
    expect(await curl(...code, '-H', 'if-none-match: "x"', `${running.url}/v1/status`)).toMatch(/^200 [1-9]/)
    const packed = await curl('--compressed', `${running.url}/v1/status/accord`)
    expect(JSON.parse(packed)).toMatchObject({ agreement: { id: 'accord' } })
    const path = encodeURIComponent(talksCase('c1'))
    expect(JSON.parse(await curl(`${running.url}/v1/agreements/accord/cases/${path}`))).toMatchObject({
      verdict: 'open',
    })
  })
})
