import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { packageRoot } from '../../config/root.ts'
import { freePort, type Identity, removeFolder, temporaryFolder, unprivileged } from '../servers/process.ts'
import { copyOf, type Instruction, readDockerfile, type Stage, wordsOf } from './dockerfile.ts'

// `npm run image`: the steps of the Dockerfile in empty folders, as an unprivileged user, where there is no container
// engine: copies, installs, builds, starts what came out, and asks it how it is as the image's health check does. Steps
// that need root inside the image are told, not done. With NODE_BIN, under another Node.js: NODE_BIN=/opt/node-24/bin.

const PATIENCE_MS = 120_000

const identity = unprivileged()
const root = temporaryFolder('image', identity)
const home = join(root, 'home')
const env = {
  // How this machine reaches packages is its own affair.
  ...process.env,
  PATH: [process.env.NODE_BIN, process.env.PATH].filter(Boolean).join(':'),
  HOME: home,
  npm_config_cache: join(home, 'npm'),
}
const stages = readDockerfile()
const workdirs = new Map<string, string>()

try {
  makeFolder(home)
  for (const stage of stages) build(stage)
  await start(stages.at(-1))
  console.log('The image is as it should be.')
} finally {
  removeFolder(root)
}

function build(stage: Stage): void {
  const folder = join(root, stage.name || 'image')
  makeFolder(folder)
  for (const instruction of stage.instructions) {
    const workdir = workdirs.get(stage.name) ?? '/'
    if (instruction.name === 'WORKDIR') {
      workdirs.set(stage.name, instruction.rest)
      makeFolder(join(folder, instruction.rest))
    } else if (instruction.name === 'COPY') copy(instruction, join(folder, workdir))
    else if (instruction.name === 'RUN') run(instruction, join(folder, workdir))
  }
}

function copy(instruction: Instruction, workdir: string): void {
  const { from, sources, to } = copyOf(instruction)
  console.log(`COPY ${instruction.rest}`)
  for (const source of sources) {
    const path = from === null ? join(packageRoot(), source) : join(root, from, source)
    const isFolder = statSync(path).isDirectory()
    const target = isFolder || !to.endsWith('/') ? join(workdir, to) : join(workdir, to, source)
    const place = !isFolder && existsSync(target) && statSync(target).isDirectory() ? join(target, source) : target
    cpSync(path, place, {
      recursive: true,
      filter: (file) => from !== null || !isIgnored(relative(packageRoot(), file)),
    })
    giveAway(place)
  }
}

/** What `.dockerignore` leaves out of what it lets in. */
function isIgnored(file: string): boolean {
  return file.endsWith('.test.ts') || file.startsWith(join('rules', 'testing'))
}

function run({ rest }: Instruction, workdir: string): void {
  if (/\/usr\/local|--owner=/.test(rest)) {
    console.log(`RUN ${rest}\n  left out: it needs root inside the image`)
    return
  }
  console.log(`RUN ${rest}`)
  execFileSync('/bin/sh', ['-ec', rest], { cwd: workdir, env, stdio: 'inherit', ...identity })
}

/** Starts the image's command with its settings, and asks its health check until it is well. */
async function start(image: Stage | undefined): Promise<void> {
  const folder = join(root, 'image')
  const data = join(folder, 'data')
  makeFolder(data)
  chmodSync(data, 0o700)
  const set = image?.instructions.filter(({ name }) => name === 'ENV').flatMap(({ rest }) => rest.split(/\s+/)) ?? []
  const settings = { ...env, ...Object.fromEntries(set.map((one) => one.split('='))), DATA_DIR: data }
  const running = { ...settings, HOST: '127.0.0.1', PORT: String(await freePort()) }
  const words = [...wordsOf(image, 'ENTRYPOINT'), ...wordsOf(image, 'CMD')].map((word) =>
    word.startsWith('/app/') ? join(folder, word) : word,
  )
  const [command = '', ...args] = words
  console.log(`ENTRYPOINT, CMD ${words.join(' ')}`)
  const service = spawn(command, args, { cwd: join(folder, 'app'), env: running, stdio: 'inherit', ...identity })
  const ended = new Promise<unknown>((resolve) => service.once('exit', (code, signal) => resolve(code ?? signal)))
  const [probe = '', ...probing] = wordsOf(image, 'HEALTHCHECK')
  const until = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      execFileSync(probe, probing, { env: running, stdio: 'pipe', ...identity })
      break
    } catch {
      if (performance.now() > until || service.exitCode !== null) throw new Error('it did not become healthy')
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
  }
  console.log('HEALTHCHECK it is well')
  const { uid } = statSync(join(data, 'db'))
  if (uid === 0) throw new Error('it runs as root')
  const name = image?.instructions.find((one) => one.name === 'STOPSIGNAL')?.rest as NodeJS.Signals
  service.kill(name)
  const how = await ended
  console.log(`STOPSIGNAL ${name}: it ended with ${how}`)
  if (how !== 0) throw new Error('it did not end as it was asked to')
  const size = execFileSync('du', ['-sh', join(folder, 'app')], { encoding: 'utf8' }).split('\t')[0]
  console.log(
    `/app has ${size}, user ${uid}, ${readFileSync(join(data, 'admin-key'), 'utf8').length > 0 ? 'a first key' : ''}`,
  )
}

function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (let one = folder; one.length > root.length; one = dirname(one)) giveAway(one, false)
}

function giveAway(path: string, deep = true): void {
  if (identity === null) return
  const { uid, gid }: Identity = identity
  chownSync(path, uid, gid)
  if (deep && statSync(path).isDirectory()) execFileSync('chown', ['-Rh', `${uid}:${gid}`, path])
}
