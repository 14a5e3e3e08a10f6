import { sql } from 'kysely'
import { Type } from 'typebox'
import type { App, AppDeps } from '../app.ts'

const config = { access: 'open' } as const

const Health = Type.Object({ ok: Type.Boolean() })
const Alive = Type.Object({
  ok: Type.Boolean(),
  now: Type.String({ format: 'date-time' }),
  clock: Type.Union([Type.String(), Type.Null()]),
})

/** `/livez`: the process answers, and what its clock says. `/readyz`: it can do its work. */
export function healthRoutes(app: App, { store, status, clock, log }: AppDeps): void {
  app.get('/livez', { config, schema: { response: { 200: Alive } } }, async () => ({
    ok: true,
    now: clock.now().toString({ fractionalSecondDigits: 3 }),
    clock: clock.describe(),
  }))

  app.get('/readyz', { config, schema: { response: { 200: Health, 503: Health } } }, async (_request, reply) => {
    try {
      await sql`select 1`.execute(store.db)
    } catch (err) {
      log.warn({ err }, 'not ready: the database does not answer')
      return reply.code(503).send({ ok: false })
    }
    if (status.seq < 0) return reply.code(503).send({ ok: false })
    return { ok: true }
  })
}
