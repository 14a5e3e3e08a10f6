import { join } from 'node:path'
import type { Clock } from '../config/clock.ts'
import { version } from '../config/root.ts'
import { instant } from '../rules/index.ts'
import { BACKUP_ENDING, type BackupMade, writeBackup } from '../services/backup/index.ts'
import type { Store } from '../services/store/index.ts'

/** Where the backups lie that a service makes itself. */
export function backupsFolder(dataDir: string): string {
  return join(dataDir, 'backups')
}

/** Writes a backup into the data folder, named after the time and `why`. @returns `file`, its name in `backupsFolder` */
export async function backUpInto(
  dataDir: string,
  store: Store,
  clock: Clock,
  why: string,
): Promise<BackupMade & { readonly file: string }> {
  const at = clock.now()
  const stamp = at.toString({ fractionalSecondDigits: 3 }).replace(/[-:.]/g, '')
  const file = `${stamp}-${why}${BACKUP_ENDING}`
  const made = await writeBackup(store, join(backupsFolder(dataDir), file), {
    at: instant(at.epochMilliseconds),
    version: version(),
  })
  return { ...made, file }
}
