import { Type } from 'typebox'
import { formatInstant, type Instant, parseInstant } from '../../../rules/index.ts'
import { alertHold, type ToldUntil } from '../../alerts/index.ts'
import type { App, AppDeps } from '../app.ts'
import { authorOf } from '../credentials.ts'
import { problem } from '../problem.ts'
import { instantIn } from '../query.ts'

const config = { access: 'admin' } as const

const TimeOrNull = Type.Union([Type.String(), Type.Null()])

const Hold = Type.Object({
  held: Type.Union([Type.Object({ since: Type.String(), backup_made_at: Type.String() }), Type.Null()]),
  waiting: Type.Object({ count: Type.Integer(), from: TimeOrNull, to: TimeOrNull }),
})

const Resume = Type.Object(
  { told_until: Type.Optional(Type.String({ maxLength: 40 })) },
  { additionalProperties: false },
)

const Resumed = Type.Object({ to_send: Type.Integer(), withheld: Type.Integer() })

/** `/v1/alerts/hold` and `/v1/alerts/resume`: a restored copy mails nothing until an admin says what has been told. */
export function holdRoutes(app: App, { store, courier, clock }: AppDeps): void {
  app.get(
    '/v1/alerts/hold',
    {
      config,
      schema: {
        operationId: 'readAlertHold',
        tags: ['Alerts'],
        summary: 'Whether alerts are held, because this is a restored copy',
        response: { 200: Hold },
      },
    },
    async () => {
      const [hold, waiting] = [await alertHold(store.db), await courier.waiting()]
      return {
        held: hold && { since: formatInstant(hold.since), backup_made_at: formatInstant(hold.backupMadeAt) },
        waiting: { count: waiting.count, from: text(waiting.from), to: text(waiting.to) },
      }
    },
  )

  app.post(
    '/v1/alerts/resume',
    {
      config: { ...config, repeats: 'answered' },
      schema: {
        operationId: 'resumeAlerts',
        tags: ['Alerts'],
        summary: 'Let a restored copy send alerts again',
        body: Resume,
        response: { 200: Resumed },
      },
    },
    async (request) => {
      const { told_until: told } = request.body
      const hold = await alertHold(store.db)
      if (hold === null) throw problem('ALERTS_NOT_HELD', 'Alerts are not held here: mails are sent.')
      const until = told === undefined ? await nothingWaits() : readUntil(told)
      const resumed = await courier.resume(until, authorOf(request, clock))
      if (resumed === null) throw problem('ALERTS_NOT_HELD', 'Alerts are not held here: mails are sent.')
      return { to_send: resumed.toSend, withheld: resumed.withheld }
    },
  )

  async function nothingWaits(): Promise<ToldUntil> {
    const { count, from, to } = await courier.waiting()
    if (count === 0) return 'never'
    throw problem(
      'ALERTS_WAITING',
      `${count === 1 ? 'One mail waits' : `${count} mails wait`}, about what became true from ${text(from)} to ` +
        `${text(to)}. Say until when the original has sent its own: an instant, "now" (send none of them) or "never" ` +
        '(send them all).',
    )
  }

  function readUntil(told: string): ToldUntil {
    if (told === 'never') return told
    if (told === 'now') return parseInstant(clock.now().toString())
    const until = instantIn(told)
    if (until !== null) return until
    throw problem('REQUEST_INVALID', 'This is no instant.', [
      {
        pointer: '/told_until',
        message: 'not RFC 3339 with an offset, nor "now" or "never"',
        mend: 'for example 2026-11-26T14:00:00Z',
      },
    ])
  }
}

function text(at: Instant | null): string | null {
  return at === null ? null : formatInstant(at)
}
