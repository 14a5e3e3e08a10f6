import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isServandaError } from '../config/error.ts'
import { parseNoted, type VerificationDocument, verificationDocument, verifyLedger } from '../services/ledger/index.ts'
import { openStore, type Store } from '../services/store/index.ts'
import { askHolder, bodyOf } from './call-api.ts'
import { asUsageError, openSettings } from './open-settings.ts'
import { UsageError } from './usage-error.ts'

/**
 * Verifies the ledger of the settings: on the database itself, or through the service that holds the data folder.
 * @param noted  `SEQ:HASH`, a row that has to be there
 * @throws {UsageError} when that cannot be read, or there is no ledger
 */
export async function verify(noted: string | undefined): Promise<VerificationDocument> {
  const expected = noted === undefined ? null : parseNoted(noted)
  if (noted !== undefined && expected === null) {
    throw new UsageError(`--expect takes SEQ:HASH as "servanda verify" prints it, not "${noted}"`)
  }
  const { settings, log } = openSettings({ speaks: true })
  const { databaseUrl, dataDir } = settings
  if (databaseUrl === undefined && !existsSync(join(dataDir, 'db'))) {
    throw new UsageError(`there is no ledger in ${dataDir}; DATA_DIR or DATABASE_URL says where it is`)
  }
  let store: Store
  try {
    store = await openStore({ databaseUrl, dataDir, log })
  } catch (error) {
    if (!isServandaError(error, 'DATA_DIR_IN_USE')) throw asUsageError(error)
    const query = noted === undefined ? '' : `?expect=${encodeURIComponent(noted)}`
    return bodyOf(await askHolder(settings, error, 'GET', `/v1/ledger/verification${query}`)) as VerificationDocument
  }
  try {
    return verificationDocument(await verifyLedger(store.db, { expected, progress: tellProgress() }))
  } finally {
    await store.close()
  }
}

const TOLD_EVERY = 10_000

/** One line that is written over, on a terminal only. */
function tellProgress(): (done: number, of: number) => void {
  if (!process.stderr.isTTY) return () => {}
  let told = 0
  return (done, of) => {
    if (done < of && done - told < TOLD_EVERY) return
    told = done
    const text = `${done.toLocaleString('en')} of ${of.toLocaleString('en')} rows`
    process.stderr.write(done < of ? `\r${text}` : `\r${' '.repeat(text.length)}\r`)
  }
}
