import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { attack } from '../journeys/accord.ts'
import { describeInModes } from '../servers/modes.ts'
import { adminKeyOf, type ServandaProcess, spawnServanda } from './servanda-process.ts'

const LINES = 60_000

/** Far less than the lines and their answers would take: 60 MB of text each. */
const HEAP_MB = 100
const MOST_GROWTH_MB = 250

// The embedded database lives in the same process and grows with what it holds.
describeInModes(['postgresql'], 'a stream longer than the memory of the service', (server) => {
  let service: ServandaProcess

  beforeAll(async () => {
    const rules = join(server().dataDir, 'rules')
    await mkdir(rules)
    service = spawnServanda(['start'], server(), {
      RULES_DIR: rules,
      NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}`,
    })
    await service.running
  })

  afterAll(async () => {
    service.child.kill('SIGTERM')
    await service.ended
  })

  test('is taken to its end', async () => {
    const before = residentMb(service.child.pid)
    const request = httpRequest(`${await service.running}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await adminKeyOf(server())}`, 'content-type': 'application/x-ndjson' },
    })
    const last = lastLineOf(once(request, 'response') as Promise<[IncomingMessage]>)
    for (let n = 0; n < LINES; n++) {
      const event = { ...attack(`long-${n}`, '2026-03-01T12:00:00Z'), data: { scale: 'major', note: 'x'.repeat(900) } }
      if (!request.write(`${JSON.stringify(event)}\n`)) await once(request, 'drain')
    }
    request.end()
    expect(JSON.parse(await last)).toEqual({
      ...{ complete: true, lines: LINES, recorded: LINES, duplicates: 0, refused: 0 },
    })
    const after = residentMb(service.child.pid)
    if (before !== null && after !== null) expect(after - before).toBeLessThan(MOST_GROWTH_MB)
  }, 600_000)
})

async function lastLineOf(answered: Promise<[IncomingMessage]>): Promise<string> {
  const [response] = await answered
  let text = ''
  for await (const piece of response.setEncoding('utf8')) {
    text += piece
    text = text.slice(text.lastIndexOf('\n', text.length - 2) + 1)
  }
  return text
}

/** The most memory a process ever had in use; null where the system does not tell. */
function residentMb(pid: number | undefined): number | null {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
  } catch {
    return null
  }
}
