import { openLog } from '../../config/log.ts'
import { openStore } from '../../services/store/index.ts'

// A process that writes and says so, until somebody ends it: `node --import tsx write-until-killed.ts DATA_DIR`.
// Each line it prints is the number of a row whose transaction has committed.

const dataDir = process.argv[2]
if (dataDir === undefined) throw new Error('usage: write-until-killed.ts DATA_DIR')

const store = await openStore({ dataDir, log: openLog({ logLevel: 'error' }) })
await store.pool.query('create schema if not exists scratch')
await store.pool.query('create table if not exists scratch.written (number int primary key, half int not null)')
const { rows } = await store.pool.query<{ last: number }>(
  'select coalesce(max(number), 0) as last from scratch.written',
)

for (let number = (rows[0]?.last ?? 0) + 1; ; number += 1) {
  const client = await store.pool.connect()
  await client.query('begin')
  await client.query('insert into scratch.written values ($1, 1)', [number])
  await client.query('update scratch.written set half = 2 where number = $1', [number])
  await client.query('commit')
  client.release()
  process.stdout.write(`${number}\n`)
}
