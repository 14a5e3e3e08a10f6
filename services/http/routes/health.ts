import { type Static, Type } from 'typebox'
import { formatInstant } from '../../../rules/index.ts'
import { type AlertHold, alertHold } from '../../alerts/index.ts'
import { type Part, worstOf } from '../../health/index.ts'
import { METRICS_TYPE } from '../../metrics/index.ts'
import type { App, AppDeps } from '../app.ts'
import { Moment, orNull } from '../shapes.ts'

const config = { access: 'open' } as const
const tags = ['Operation']

const PartShape = Type.Object({
  part: Type.String(),
  state: Type.Enum(['ok', 'degraded', 'down']),
  message: Type.String(),
  mend: Type.Optional(Type.String({ description: 'What to do about it' })),
})

/** From `state` on only with `verbose`, for who may see how the service works. */
const Ready = Type.Object({
  ok: Type.Boolean(),
  alerts_held_since: Type.Optional(orNull(Moment)),
  state: Type.Optional(Type.Enum(['ready', 'degraded', 'not_ready', 'stopping'])),
  version: Type.Optional(Type.String()),
  parts: Type.Optional(Type.Array(PartShape)),
})

const Query = Type.Object(
  { verbose: Type.Optional(Type.Enum(['', '1', 'true'], { description: 'How each part is, for who may see it' })) },
  { additionalProperties: false },
)

const Alive = Type.Object({
  ok: Type.Boolean(),
  now: Type.String({ format: 'date-time' }),
  clock: Type.Union([Type.String(), Type.Null()]),
})

/**
 * `/livez`: the process answers, and what its clock says. `/readyz`: it can do its work, and whether it may send mail; with
 * `verbose` how each part is. `/metrics`: for Prometheus.
 */
export function healthRoutes(app: App, deps: AppDeps): void {
  const { store, status, clock, log, health, metrics, version, stopping, probesOnly = false } = deps

  app.get(
    '/livez',
    {
      config,
      schema: {
        operationId: 'isAlive',
        tags,
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
        tags,
        summary: 'Whether it can do its work, and whether it may send mail',
        querystring: Query,
        response: { 200: Ready, 503: Ready },
      },
    },
    async (request, reply) => {
      const isVerbose = request.query.verbose !== undefined && (await request.seesInside())
      const answer = isVerbose ? await verbose() : await terse()
      return reply.code(answer.ok ? 200 : 503).send(answer)
    },
  )

  app.get(
    '/metrics',
    {
      config: { access: 'inside', documented: { answers: { 'text/plain': Type.String() } } },
      schema: { operationId: 'readMetrics', tags, summary: 'How the service works, in the text format of Prometheus' },
    },
    async (_request, reply) =>
      reply
        .type(METRICS_TYPE)
        .header('Cache-Control', 'no-store')
        .send(await metrics.text()),
  )

  async function terse(): Promise<Static<typeof Ready>> {
    if (stopping?.aborted) return { ok: false }
    let hold: AlertHold | null
    try {
      hold = await alertHold(store.db)
    } catch (err) {
      log.warn({ err }, 'not ready: the database does not answer')
      return { ok: false }
    }
    if (!probesOnly && status.seq < 0) return { ok: false }
    return { ok: true, alerts_held_since: hold && formatInstant(hold.since) }
  }

  async function verbose(): Promise<Static<typeof Ready>> {
    const parts = await health.parts()
    const work = await health.work()
    const state = stopping?.aborted ? 'stopping' : STATES[worstOf(parts)]
    return {
      ok: state === 'ready' || state === 'degraded',
      ...(work.ok && { alerts_held_since: work.value.alertsHeldSince && formatInstant(work.value.alertsHeldSince) }),
      state,
      version,
      parts: [...parts],
    }
  }
}

const STATES = { ok: 'ready', degraded: 'degraded', down: 'not_ready' } as const satisfies Record<Part['state'], string>
