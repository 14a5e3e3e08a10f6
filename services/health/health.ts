import { constants } from 'node:fs'
import { access, statfs } from 'node:fs/promises'
import type { Clock } from '../../config/clock.ts'
import { instant } from '../../rules/index.ts'
import { listSubscriptions, type Reach, reachOf } from '../alerts/index.ts'
import type { QueueLook } from '../queue/index.ts'
import type { RulebookShelf } from '../rulebooks/index.ts'
import type { Store } from '../store/index.ts'
import { readServer, readWork, type WorkOnRecord } from './on-record.ts'
import type { Part } from './part.ts'
import {
  alertsPart,
  clockPart,
  type DiskRoom,
  databaseParts,
  deliveriesPart,
  diskPart,
  evaluationPart,
  mailPart,
  type QueueKeeper,
  queuePart,
  reachPart,
  reportsPart,
  statusPart,
  workUnknown,
} from './parts.ts'
import { type Found, sparing } from './sparing.ts'

export interface HealthDeps {
  readonly store: Store
  readonly shelf: RulebookShelf
  readonly clock: Clock
  readonly dataDir: string
  /** What keeps the jobs; null where nobody here has a part in them. */
  readonly queue: { readonly keptIn: QueueKeeper; look(): Promise<QueueLook> } | null
  /** What takes the mails, and whether it would; null where this process sends none. */
  readonly mail: { readonly where: string; verify(): Promise<unknown> } | null
  /** What this process serves; null where it serves nothing. */
  readonly status: { readonly seq: number; readonly isAway: boolean } | null
}

const RECORD = { keepMs: 5_000, limitMs: 3_000 }
const SERVERS = { keepMs: 5_000, limitMs: 2_000 }
/** Who is told of what changes when somebody changes it, and there may be many. */
const RECIPIENTS = { keepMs: 30_000, limitMs: 3_000 }
/** A mail server is not asked more often, since it may count. */
const MAIL = { keepMs: 60_000, limitMs: 5_000 }

/** How the service is, part by part. Whoever asks is not kept waiting, and asking often costs nothing. */
export class Health {
  readonly #deps: HealthDeps
  readonly #server
  readonly #mail
  readonly #disk
  /** What is on record of the work, not older than a few seconds. */
  readonly work: () => Promise<Found<WorkOnRecord>>
  /** The jobs there are, as old at most; null where nobody here has a part in them. */
  readonly queue: () => Promise<Found<QueueLook> | null>
  /** Whether news would reach somebody, not older than half a minute. */
  readonly reach: () => Promise<Found<Reach>>

  constructor(deps: HealthDeps) {
    const { store, clock, queue, mail, dataDir } = deps
    this.#deps = deps
    this.work = sparing(() => readWork(store, instant(clock.now().epochMilliseconds)), RECORD)
    this.#server = sparing(() => readServer(store), RECORD)
    const lookAtQueue = queue && sparing(() => queue.look(), SERVERS)
    this.queue = async () => lookAtQueue && (await lookAtQueue())
    this.reach = sparing(() => readReach(deps), RECIPIENTS)
    this.#mail = mail && sparing(() => mail.verify(), MAIL)
    this.#disk = sparing(() => roomAt(dataDir), SERVERS)
  }

  async parts(): Promise<readonly Part[]> {
    const { store, clock, dataDir, mail, status, queue } = this.#deps
    const [server, work, reach, jobs, taken, disk] = await Promise.all([
      this.#server(),
      this.work(),
      this.reach(),
      this.queue(),
      this.#mail?.() ?? null,
      this.#disk(),
    ])
    const hasTables = server.ok && server.value.pendingMigrations !== null
    return [
      ...databaseParts(store.mode, server),
      ...(queue && jobs ? [queuePart(queue.keptIn, jobs)] : []),
      ...(mail && taken ? [mailPart(mail.where, taken)] : []),
      ...(status ? [statusPart(status.seq, status.isAway)] : []),
      ...(work.ok ? [...workParts(work.value, clock.rate), reachPart(reach)] : []),
      ...(server.ok && hasTables && !work.ok ? [workUnknown(work.error)] : []),
      diskPart(dataDir, disk),
      clockPart(clock.describe()),
    ]
  }
}

function workParts(work: WorkOnRecord, rate: number): readonly Part[] {
  return [evaluationPart(work, rate), deliveriesPart(work, rate), alertsPart(work), reportsPart(work)]
}

async function readReach({ store, shelf }: HealthDeps): Promise<Reach> {
  const adopted = await shelf.current(store.db)
  const rulebooks = adopted.map(({ rulebook }) => rulebook)
  return reachOf(rulebooks, await listSubscriptions(store.db))
}

async function roomAt(folder: string): Promise<DiskRoom> {
  await access(folder, constants.W_OK)
  const { bavail, blocks, bsize } = await statfs(folder)
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
}
