import { join } from 'node:path'
import type { Clock } from '../config/clock.ts'
import { ServandaError } from '../config/error.ts'
import type { Log } from '../config/log.ts'
import type { Store } from '../services/store/index.ts'
import { backUpInto, backupsFolder } from './data-backup.ts'

/**
 * What happens before the tables of a database in use are changed: the embedded one, which nobody else looks after, is
 * backed up; with a server, it is for whoever runs it to say when, since other processes work on the same tables.
 */
export function beforeMigratingIn(dataDir: string, clock: Clock, log: Log) {
  return async (store: Store, pending: readonly string[]): Promise<void> => {
    if (store.mode === 'server') {
      throw new ServandaError(
        'SCHEMA_OLDER',
        `This version changes the tables of the database (${pending.join(', ')}). Stop the processes of the version ` +
          'before, make a backup ("servanda backup FILE", or the tools of PostgreSQL), then run "servanda migrate".',
        { details: { pending } },
      )
    }
    const { file } = await backUpInto(dataDir, store, clock, `before-${pending[0]}`)
    log.warn({ backup: join(backupsFolder(dataDir), file), pending }, 'the tables are changed; a backup was made first')
  }
}
