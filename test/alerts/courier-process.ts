import { smtpCarrier } from '../../services/mail/index.ts'
import { openRig } from './rig.ts'

// A process that sends what is due, once: `node --import tsx courier-process.ts SMTP_URL AT DATA_DIR [DATABASE_URL]`.

const [, , smtpUrl, at, dataDir, databaseUrl] = process.argv
if (smtpUrl === undefined || dataDir === undefined)
  throw new Error('usage: courier-process.ts SMTP_URL AT DATA_DIR [DATABASE_URL]')

const rig = await openRig({ dataDir, ...(databaseUrl !== undefined && { databaseUrl }) }, at)
const carrier = smtpCarrier(smtpUrl, null)
const courier = rig.courier(carrier)
// As at a start: where there can be no other process, nobody else is sending what was claimed.
if (rig.store.mode === 'embedded') await courier.takeUpInterrupted()
await courier.deliverDue()
await courier.settled()
carrier.close()
await rig.close()
