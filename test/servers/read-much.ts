import { openLog } from '../../config/log.ts'
import { openStore } from '../../services/store/index.ts'

// Reads far more rows from an embedded database than its process, started with little memory, could hold.

const [, , dataDir = ''] = process.argv
const store = await openStore({ dataDir, log: openLog({ logLevel: 'silent' }) })
for (let page = 0; page < 150; page += 1) {
  await store.pool.query('select i, md5(i::text) as text from generate_series(1, 2000) as i')
}
await store.close()
process.stdout.write('read\n')
