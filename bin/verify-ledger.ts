import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isServandaError } from '../config/error.ts'
import { type AuditVerificationDocument, auditVerificationDocument, verifyAudit } from '../services/audit/index.ts'
import {
  type Noted,
  parseNoted,
  type VerificationDocument,
  verificationDocument,
  verifyLedger,
} from '../services/ledger/index.ts'
import { openStore, type Store } from '../services/store/index.ts'
import { askHolder, bodyOf } from './call-api.ts'
import { asUsageError, openSettings } from './open-settings.ts'
import { UsageError } from './usage-error.ts'

/** What was found in the ledger, and in the audit log. */
export type VerifiedDocument = VerificationDocument & { readonly audit: AuditVerificationDocument }

/** Rows that have to be there, as `SEQ:HASH`. */
export interface Expected {
  readonly expect?: string
  readonly expectAudit?: string
}

/**
 * Verifies the ledger and the audit log of the settings: on the database itself, or through the service that holds the
 * data folder.
 * @throws {UsageError} when what is expected cannot be read, or there is no ledger
 */
export async function verify({ expect, expectAudit }: Expected): Promise<VerifiedDocument> {
  const expected = readNoted('--expect', expect)
  const expectedEntry = readNoted('--expect-audit', expectAudit)
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
    const query = new URLSearchParams({
      ...(expect !== undefined && { expect }),
      ...(expectAudit !== undefined && { expect_audit: expectAudit }),
    })
    return bodyOf(await askHolder(settings, error, 'GET', `/v1/ledger/verification?${query}`)) as VerifiedDocument
  }
  try {
    const ledger = await verifyLedger(store.db, { expected, progress: tellProgress() })
    const audit = await verifyAudit(store.db, { expected: expectedEntry })
    return { ...verificationDocument(ledger), audit: auditVerificationDocument(audit) }
  } finally {
    await store.close()
  }
}

function readNoted(option: string, text: string | undefined): Noted | null {
  const noted = text === undefined ? null : parseNoted(text)
  if (text === undefined || noted !== null) return noted
  throw new UsageError(`${option} takes SEQ:HASH as "servanda verify" prints it, not "${text}"`)
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
