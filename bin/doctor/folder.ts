import { constants, existsSync, statSync } from 'node:fs'
import { access, readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Temporal } from 'temporal-polyfill'
import { openClock } from '../../config/clock.ts'
import type { Settings } from '../../config/settings.ts'
import { firstKeyFile } from '../../services/access/index.ts'
import { degraded, down, ok, type Part, reasonOf, sentence } from '../../services/health/index.ts'
import { backupsFolder } from '../data-backup.ts'
import { compileRulebookFiles, problemsIn } from '../rulebook-files.ts'

/** What lies on this machine: the data folder and what is in it, and the rulebooks. */
export async function lookAtFolder(settings: Settings): Promise<readonly Part[]> {
  const { dataDir } = settings
  return [
    await folderPart(dataDir),
    ...secretParts(settings),
    ...keyParts(dataDir),
    ...(settings.databaseUrl === undefined ? [await backupsPart(settings)] : []),
    rulesPart(settings.rulesDir),
  ]
}

async function folderPart(dataDir: string): Promise<Part> {
  const isThere = existsSync(dataDir)
  try {
    await access(isThere ? dataDir : nearestFolder(dataDir), constants.W_OK)
  } catch (error) {
    return down(
      'data',
      `The data folder ${dataDir} cannot be written: ${reasonOf(error)}.`,
      'Give this user the right to write there, or choose another with DATA_DIR.',
    )
  }
  if (!isThere) return ok('data', `There is no folder ${dataDir} yet; the first start makes it.`)
  return othersMay(dataDir, 0o077)
    ? degraded('data', `Others on this machine may look into ${dataDir}.`, `chmod 700 ${dataDir}`)
    : ok('data', `${dataDir} can be written, by its owner alone.`)
}

function nearestFolder(path: string): string {
  return existsSync(path) || path === dirname(path) ? path : nearestFolder(dirname(path))
}

function othersMay(path: string, bits: number): boolean {
  return (statSync(path).mode & bits) !== 0
}

/** Below this it was written by hand rather than drawn. */
const FEW_CHARACTERS = 10

function secretParts({ secrets, databaseUrl }: Settings): readonly Part[] {
  if (databaseUrl === undefined && secrets.length === 0) return []
  const isWeak = secrets.some((secret) => new Set(secret).size < FEW_CHARACTERS)
  if (isWeak)
    return [degraded('secret', 'SECRET can be guessed: it has few different characters.', 'openssl rand -hex 32')]
  const [, older] = secrets
  return [
    older === undefined
      ? ok('secret', 'SECRET is set.')
      : ok('secret', 'SECRET holds two, for a rotation; leave the second out when it has come to its end.'),
  ]
}

function keyParts(dataDir: string): readonly Part[] {
  const file = firstKeyFile(dataDir)
  if (!existsSync(file)) return []
  return [
    othersMay(file, 0o077)
      ? degraded('admin key', `Others on this machine may read ${file}.`, `chmod 600 ${file}`)
      : ok('admin key', `${file} is its owner's alone.`),
  ]
}

const OLD_BACKUP_DAYS = 7
const DAY_MS = 86_400_000

async function backupsPart({ dataDir }: Settings): Promise<Part> {
  const folder = backupsFolder(dataDir)
  const names = await readdir(folder).catch(() => [])
  const times = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).mtimeMs))
  const elsewhere = 'Those that "servanda backup FILE" writes elsewhere are not known here'
  if (times.length === 0) return ok('backups', `There is none in ${folder}. ${elsewhere}.`)
  // Of files, so by the time of the machine, whatever clock the service has.
  const now = openClock({ clock: { kind: 'system' } }).now().epochMilliseconds
  const newest = Math.max(...times)
  const when = Temporal.Instant.fromEpochMilliseconds(Math.floor(newest)).toString({ smallestUnit: 'second' })
  const message = `The newest in ${folder} is of ${when}.`
  return now - newest > OLD_BACKUP_DAYS * DAY_MS
    ? degraded('backups', message, `Make one: servanda backup FILE. ${elsewhere}.`)
    : ok('backups', message)
}

function rulesPart(rulesDir: string | null): Part {
  if (rulesDir === null) return ok('rulebooks', 'The agreements that ship with Servanda are watched.')
  try {
    const files = compileRulebookFiles([rulesDir])
    const problems = problemsIn(files)
    const broken = new Set(problems.map(({ file }) => file)).size
    if (broken > 0) {
      const message = `Of ${files.length} rulebooks in ${rulesDir}, ${broken} cannot be used.`
      return degraded('rulebooks', message, `servanda check ${rulesDir}`)
    }
    return ok('rulebooks', `${files.length} in ${rulesDir}, without a problem.`)
  } catch (error) {
    return down('rulebooks', sentence(reasonOf(error)), 'Name a folder of rulebooks in RULES_DIR.')
  }
}
