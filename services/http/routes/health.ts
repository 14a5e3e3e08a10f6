import { Type } from 'typebox'
import { formatInstant } from '../../../rules/index.ts'
import { type AlertHold, alertHold } from '../../alerts/index.ts'
import type { App, AppDeps } from '../app.ts'

const config = { access: 'open' } as const

const Ready = Type.Object({ ok: Type.Boolean(), alerts_held_since: Type.Union([Type.String(), Type.Null()]) })
const NotReady = Type.Object({ ok: Type.Boolean() })
const Alive = Type.Object({
  ok: Type.Boolean(),
  now: Type.String({ format: 'date-time' }),
  clock: Type.Union([Type.String(), Type.Null()]),
})

/** `/livez`: the process answers, and what its clock says. `/readyz`: it can do its work, and whether it may send mail. */
export function healthRoutes(app: App, { store, status, clock, log }: AppDeps): void {
  app.get(
    '/livez',
    {
      config,
      schema: {
        operationId: 'isAlive',
        tags: ['Operation'],
        summary: 'The process answers, and what its clock says',
        response: { 200: Alive },
      },
    },
    async () => ({
      ok: true,
      now: clock.now().toString({ fractionalSecondDigits: 3 }),
      clock: clock.describe(),
    }),
  )

  app.get(
    '/readyz',
    {
      config,
      schema: {
        operationId: 'isReady',
        tags: ['Operation'],
        summary: 'Whether it can do its work, and whether it may send mail',
        response: { 200: Ready, 503: NotReady },
      },
    },
    async (_request, reply) => {
      let hold: AlertHold | null
      try {
        hold = await alertHold(store.db)
      } catch (err) {
        log.warn({ err }, 'not ready: the database does not answer')
        return reply.code(503).send({ ok: false })
      }
      if (status.seq < 0) return reply.code(503).send({ ok: false })
      return { ok: true, alerts_held_since: hold && formatInstant(hold.since) }
    },
  )
}
