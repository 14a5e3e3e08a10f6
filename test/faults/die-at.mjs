import { isMainThread } from 'node:worker_threads'
import pg from 'pg'

// Loaded before the built program, which knows nothing of TypeScript: the process kills itself at the point of its work that
// DIE_AT names. `statements` are regular expressions: the point is reached when a connection has asked these questions, one
// after another; `when` says whether the last of them is still sent and answered.

const { statements, when } = JSON.parse(process.env.DIE_AT ?? '{"statements":[]}')
const patterns = statements.map((one) => new RegExp(one, 'i'))
const reached = new WeakMap()
const { query } = pg.Client.prototype

if (isMainThread)
  pg.Client.prototype.query = function dying(...args) {
    const [asked] = args
    const text = typeof asked === 'string' ? asked : (asked?.text ?? '')
    const at = reached.get(this) ?? 0
    if (!patterns[at]?.test(text)) return query.apply(this, args)
    reached.set(this, at + 1)
    const isLast = at + 1 === patterns.length
    if (isLast && when === 'before') die()
    const answer = query.apply(this, args)
    if (isLast) answer.then(die, die)
    return answer
  }

function die() {
  process.kill(process.pid, 'SIGKILL')
}
