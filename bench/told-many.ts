import { fork } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openCarrier } from '../bin/open-carrier.ts'
import { openRig, type Rig, withoutDefault } from '../test/alerts/rig.ts'
import { findPostgres, startPostgres } from '../test/servers/postgres.ts'
import { builtFile } from './child.ts'
import { type Figure, spreadOf } from './figures.ts'
import type { Measured, Setting } from './setting.ts'

const SUBSCRIBERS = 10_000

/** Seconds in which all of them are to be told. */
const TARGETS = { postgresql: 120, embedded: 240 } as const

/** Mails that the carrier alone is timed with. */
const BARE = 1_000

interface Round {
  readonly seconds: number
  /** The same number of mails by the carrier alone: no database, nothing to write but what was written already. */
  readonly bareSeconds: number
}

/** How long it takes to tell 10,000 subscribers of one breach, once each, signed; beside the carrier alone. */
export async function measureToldMany(setting: Setting): Promise<Measured> {
  const embedded = await rounds('embedded', null, setting)
  const programs = findPostgres()
  if (programs === null) return { name: 'alerts', figures: figuresOf('embedded', embedded), details: { embedded } }
  const server = await startPostgres(programs)
  try {
    const postgresql = await rounds('postgresql', server.url, setting)
    const figures = [...figuresOf('embedded', embedded), ...figuresOf('postgresql', postgresql)]
    return { name: 'alerts', figures, details: { embedded, postgresql } }
  } finally {
    await server.stop()
  }
}

async function rounds(where: keyof typeof TARGETS, databaseUrl: string | null, setting: Setting) {
  const dataDir = join(setting.folder, `alerts-${where}`)
  mkdirSync(dataDir, { recursive: true })
  const keyFile = join(dataDir, 'dkim.pem')
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  writeFileSync(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const rig = await openRig({ dataDir, ...(databaseUrl !== null && { databaseUrl }) })
  try {
    await withoutDefault(rig)
    for (let n = 0; n < SUBSCRIBERS; n++) await rig.subscribe({ id: `reader-${n}`, address: `reader${n}@example.org` })
    const found: Round[] = []
    for (let round = 0; round < setting.rounds; round++) {
      setting.say(`alerts: ${where}, round ${round + 1}`)
      found.push(await measureRound(rig, keyFile))
    }
    return found
  } finally {
    await rig.close()
  }
}

async function measureRound(rig: Rig, keyFile: string): Promise<Round> {
  const peer = fork(builtFile('bench/mail-peer.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const [{ url }] = await once(peer, 'message')
  const dkim = { domain: 'example.org', selector: 'bench', keyFile }
  const carrier = openCarrier({ smtpUrl: url, dkim }, '')
  try {
    let sample: Parameters<typeof carrier.send>[0] | null = null
    const watched: typeof carrier = {
      ...carrier,
      send: (mail) => {
        sample ??= mail
        return carrier.send(mail)
      },
    }
    await rig.alert()
    const began = performance.now()
    await rig.courier(watched).deliverDue()
    const seconds = (performance.now() - began) / 1_000
    peer.send('how many')
    const [{ taken, recipients }] = await once(peer, 'message')
    if (taken !== SUBSCRIBERS || recipients !== SUBSCRIBERS)
      throw new Error(`${taken} mails reached ${recipients} of ${SUBSCRIBERS} subscribers`)
    return { seconds, bareSeconds: await bare(carrier, sample) }
  } finally {
    carrier.close()
    peer.kill()
  }
}

async function bare(carrier: ReturnType<typeof openCarrier>, sample: Parameters<typeof carrier.send>[0] | null) {
  if (sample === null) throw new Error('nothing was sent')
  const mail = sample
  const began = performance.now()
  let next = 0
  const lane = async () => {
    while (next++ < BARE) await carrier.send(mail)
  }
  await Promise.all([lane(), lane(), lane(), lane(), lane()])
  return ((performance.now() - began) / 1_000) * (SUBSCRIBERS / BARE)
}

function figuresOf(where: keyof typeof TARGETS, found: readonly Round[]): readonly Figure[] {
  const { min, median: usual, max } = spreadOf(found.map(({ seconds }) => seconds))
  const beside = spreadOf(found.map(({ seconds, bareSeconds }) => seconds / bareSeconds))
  const target = TARGETS[where]
  const many = SUBSCRIBERS.toLocaleString('en')
  return [
    {
      name: `${many} subscribers of one breach, signed, ${where}`,
      value: `${usual.toFixed(1)} s (${min.toFixed(1)}–${max.toFixed(1)})`,
      target: `≤ ${target} s`,
      ok: usual <= target,
    },
    {
      name: `beside the carrier alone, ${where}`,
      value: `${beside.median.toFixed(2)} times (${beside.min.toFixed(2)}–${beside.max.toFixed(2)})`,
      target: '',
      ok: null,
    },
  ]
}
