import { join } from 'node:path'
import { Temporal } from 'temporal-polyfill'
import { composeService, type Service } from '../bin/compose.ts'
import type { Clock } from '../config/clock.ts'
import { openLog } from '../config/log.ts'
import { readSettings } from '../config/settings.ts'
import { findPostgres, startPostgres } from '../test/servers/postgres.ts'
import type { Setting } from './setting.ts'

/** A clock that stands until it is let go, so that nothing falls due while a ledger is filled. */
export class HeldClock implements Clock {
  readonly rate = 1
  at: number
  private started: number | null = null

  constructor(at: number) {
    this.at = at
  }

  now(): Temporal.Instant {
    const passed = this.started === null ? 0 : performance.now() - this.started
    return Temporal.Instant.fromEpochMilliseconds(Math.floor(this.at + passed))
  }

  describe(): string | null {
    return null
  }

  letGo(): void {
    this.started = performance.now()
  }
}

/** Where the service keeps its data in a measurement. */
export type Where = 'postgresql' | 'embedded'

/** Runs `work` with a service that has loaded one rulebook and its evidence, and keeps everything in a place of its own. */
export async function withService<T>(
  { folder, say }: Pick<Setting, 'folder' | 'say'>,
  { where, clock, rulebook, evidence }: { where: Where; clock: Clock; rulebook: string; evidence: Iterable<string> },
  work: (service: Service) => Promise<T>,
): Promise<T> {
  const programs = findPostgres()
  if (where === 'postgresql' && programs === null) throw new Error('PostgreSQL is not installed')
  const server = where === 'postgresql' && programs !== null ? await startPostgres(programs) : null
  try {
    const settings = readSettings({
      DATA_DIR: join(folder, `data-${crypto.randomUUID()}`),
      PORT: '0',
      DATABASE_URL: server?.url,
      SECRET: 'x'.repeat(32),
      PUBLIC_READ: 'true',
    })
    const log = openLog({ logLevel: 'silent' })
    const service = await composeService(settings, { roles: { api: true, worker: true }, log, clock })
    try {
      say(`${where}: filling the ledger`)
      await service.loadRules({
        rulebooks: [
          {
            file: 'rulebook.yaml',
            text: rulebook,
            evidence: { file: 'evidence.ndjson', text: [...evidence].join('\n') },
          },
        ],
        shared: [],
        evidence: [],
      })
      say(`${where}: evaluating it`)
      await service.sweep()
      await service.store.pool.query('analyze')
      return await work(service)
    } finally {
      await service.close()
    }
  } finally {
    await server?.stop()
  }
}
