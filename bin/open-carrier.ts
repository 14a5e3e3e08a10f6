import { readFileSync } from 'node:fs'
import { ServandaError } from '../config/error.ts'
import type { Settings } from '../config/settings.ts'
import { type Carrier, type DkimKey, outboxCarrier, smtpCarrier } from '../services/mail/index.ts'

/**
 * What takes the mails of an instance.
 * @param outbox  the folder of mails where no server takes them
 * @throws {ServandaError} `SETTINGS_INVALID` when the key that signs them cannot be read
 */
export function openCarrier({ smtpUrl, dkim }: Pick<Settings, 'smtpUrl' | 'dkim'>, outbox: string): Carrier {
  return smtpUrl === undefined ? outboxCarrier(outbox) : smtpCarrier(smtpUrl, dkim === undefined ? null : keyOf(dkim))
}

function keyOf({ domain, selector, keyFile }: NonNullable<Settings['dkim']>): DkimKey {
  try {
    return { domainName: domain, keySelector: selector, privateKey: readFileSync(keyFile, 'utf8') }
  } catch (cause) {
    const message = `DKIM_KEY_FILE cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`
    throw new ServandaError('SETTINGS_INVALID', message, { cause })
  }
}
