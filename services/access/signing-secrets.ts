import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where an instance without the setting SECRET keeps its own. */
const FILE = 'secret'

/**
 * What signs, the first one, and what is still taken: from the settings, else what this data folder has, made when it has
 * none.
 */
export function signingSecrets(given: readonly string[], dataDir: string): readonly string[] {
  if (given.length > 0) return given
  const path = join(dataDir, FILE)
  try {
    writeFileSync(path, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return [readFileSync(path, 'utf8').trim()]
}
