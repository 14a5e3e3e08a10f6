/** A copy of everything in one file, which any mode of the service can be restored from. */
export { BACKUP_ENDING, type BackupMade, decompressed, writeBackup, writeBackupTo } from './file.ts'
export { type Restored, restoreBackup } from './restore.ts'
