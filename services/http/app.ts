import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import cookies from '@fastify/cookie'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
  type RawServerDefault,
} from 'fastify'
import { Type } from 'typebox'
import type { Clock } from '../../config/clock.ts'
import type { Log } from '../../config/log.ts'
import type { AccessKey, Doors, KeyUses, Limits, Token } from '../access/index.ts'
import type { Delivery } from '../alerts/index.ts'
import type { BackupMade } from '../backup/index.ts'
import type { Courier } from '../delivery/index.ts'
import type { Health } from '../health/index.ts'
import type { History } from '../history/index.ts'
import type { Batch, Outcome, Rehearsal } from '../ledger/index.ts'
import type { LetterContext } from '../letters/index.ts'
import type { Metrics } from '../metrics/index.ts'
import type { ReportDesk } from '../reports/index.ts'
import type { RulebookShelf, ScenarioTrials } from '../rulebooks/index.ts'
import type { StatusProjection } from '../status/index.ts'
import type { Store } from '../store/index.ts'
import { BODY_LIMIT, readBodies } from './body.ts'
import { shareAnswers } from './cors.ts'
import { guardDoors } from './guard.ts'
import { keepAnswers } from './idempotency.ts'
import { KnownPolls } from './known-polls.ts'
import { refuseOtherMethods } from './methods.ts'
import { describeRoutes } from './openapi.ts'
import { problem, problemDocument, translated } from './problem.ts'
import { callerIds } from './request-ids.ts'
import { agreementRoutes } from './routes/agreements.ts'
import { alertRoutes } from './routes/alerts.ts'
import { auditRoutes } from './routes/audit.ts'
import { backupRoutes } from './routes/backups.ts'
import { candidateRoutes } from './routes/candidates.ts'
import { caseRoutes } from './routes/cases.ts'
import { decisionRoutes } from './routes/decisions.ts'
import { deliveryRoutes } from './routes/deliveries.ts'
import { dryRunRoutes } from './routes/dry-run.ts'
import { eventRoutes } from './routes/events.ts'
import { explanationRoutes } from './routes/explanation.ts'
import { healthRoutes } from './routes/health.ts'
import { holdRoutes } from './routes/hold.ts'
import { keyRoutes } from './routes/keys.ts'
import { ledgerRoutes } from './routes/ledger.ts'
import { linkRoutes } from './routes/links.ts'
import { offerRoutes } from './routes/offers.ts'
import { personRoutes } from './routes/persons.ts'
import { recordedEventRoutes } from './routes/recorded-events.ts'
import { reportScheduleRoutes } from './routes/report-schedules.ts'
import { reportRoutes } from './routes/reports.ts'
import { revisionRoutes } from './routes/revisions.ts'
import { rulebookRoutes } from './routes/rulebooks.ts'
import { sessionRoutes } from './routes/session.ts'
import { silenceRoutes } from './routes/silences.ts'
import { sourceRoutes } from './routes/sources.ts'
import { statusRoutes } from './routes/status.ts'
import { streamRoutes } from './routes/stream.ts'
import { subscribeRoutes } from './routes/subscribe.ts'
import { subscriptionRoutes } from './routes/subscriptions.ts'
import { transitionRoutes } from './routes/transitions.ts'

/** What the web server calls. */
export interface AppDeps {
  readonly store: Store
  readonly shelf: RulebookShelf
  readonly trials: ScenarioTrials
  readonly status: StatusProjection
  readonly history: History
  readonly desk: ReportDesk
  readonly health: Health
  readonly metrics: Metrics
  readonly version: string
  /** Appends a batch, whole or not at all; answers once it is committed. */
  readonly append: (batch: Batch) => Promise<Outcome>
  /** What appending a batch would come to; nothing is written. */
  readonly rehearse: (batch: Batch) => Promise<Rehearsal>
  /** Lets an agreement be evaluated soon. */
  readonly evaluate: (agreement: string) => void
  readonly courier: Pick<Courier, 'waiting' | 'resume' | 'domain'>
  /** Lets what is to be sent go soon. */
  readonly deliver: () => void
  /** What a letter about this delivery knows besides. */
  readonly contextOf: (delivery: Delivery) => Promise<LetterContext>
  /** What links in messages are signed with; the first one signs. */
  readonly secrets: readonly string[]
  /** Whether anybody may ask for mails about what is public. */
  readonly publicSubscribe: boolean
  /** Writes a backup into the data folder; absent where the database can be opened by others too. */
  readonly backUp?: () => Promise<BackupMade & { readonly file: string }>
  /** Appends each batch by itself, when there is room; answers once all are committed or refused. */
  readonly appendInTurn: (batches: readonly Batch[]) => Promise<readonly Outcome[]>
  readonly clock: Clock
  readonly log: Log
  readonly doors: Doors
  readonly limits: Limits
  /** Told which secret opened a key. */
  readonly keyUses: Pick<KeyUses, 'note'>
  /** Keeps the new secret of a key where the old one was kept. */
  readonly keyRotated: (token: Token) => Promise<void>
  /** The folder of mails where no server takes them. */
  readonly outbox: string
  /** Whether status and cases are open to everybody. */
  readonly publicRead: boolean
  /** Where others find this service; known for certain only once it listens. */
  readonly publicUrl: () => string
  /** Whether they are open to whoever asks directly from this machine. */
  readonly localRead: boolean
  readonly trustProxy: boolean
  /** How long a stream of events may bring nothing, or leave its answers lying; two minutes when left out. */
  readonly streamPatienceMs?: number
  /** How many may follow the status at once; 5,000 when left out. */
  readonly mostFollowers?: number
  /** Set off when the service begins to stop: it says so, and lets go of its connections. */
  readonly stopping?: AbortSignal
  /** For a process that only works: it tells how it is, and nothing else. */
  readonly probesOnly?: boolean
  /** A key that only this process knows and nobody stored, for questions it asks itself. */
  readonly insider?: { readonly token: string; readonly key: AccessKey }
}

/** The web server with every route; it listens once it is told to. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

const ROUTES = [
  eventRoutes,
  recordedEventRoutes,
  sourceRoutes,
  dryRunRoutes,
  revisionRoutes,
  decisionRoutes,
  candidateRoutes,
  statusRoutes,
  offerRoutes,
  streamRoutes,
  agreementRoutes,
  caseRoutes,
  explanationRoutes,
  transitionRoutes,
  rulebookRoutes,
  reportRoutes,
  reportScheduleRoutes,
  ledgerRoutes,
  alertRoutes,
  holdRoutes,
  subscriptionRoutes,
  subscribeRoutes,
  silenceRoutes,
  deliveryRoutes,
  linkRoutes,
  keyRoutes,
  sessionRoutes,
  personRoutes,
  auditRoutes,
  backupRoutes,
  healthRoutes,
]

/** A parameter that means nothing here is a mistake of whoever sends it. */
const NO_PARAMETERS = Type.Object({}, { additionalProperties: false })

/** Builds the app without listening. */
export async function buildApp(deps: AppDeps): Promise<App> {
  const answerError = (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const known = translated(error)
    const document = problemDocument(known, request)
    const ids = { reqId: request.id, ...callerIds(request.headers) }
    if (document.status >= 500) deps.log.error({ ...ids, err: known.cause ?? known }, 'request failed')
    if (document.status === 401) reply.header('WWW-Authenticate', 'Bearer realm="servanda"')
    if (document.status === 429 || document.status === 503 || known.details.retryAfter !== undefined)
      reply.header('Retry-After', String(known.details.retryAfter ?? 1))
    return reply
      .code(document.status)
      .header('Cache-Control', 'no-store')
      .type('application/problem+json; charset=utf-8')
      .send(JSON.stringify(document))
  }
  const polls = new KnownPolls(deps)
  const app = Fastify({
    serverFactory: polls.serve,
    bodyLimit: BODY_LIMIT,
    trustProxy: deps.trustProxy,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    forceCloseConnections: 'idle',
    // What still comes on an open connection while others finish is answered like them, and is the last on it.
    return503OnClosing: false,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: true } },
    // A source may have 2,048 characters, each of which may be written with three.
    routerOptions: { maxParamLength: 6_144 },
    frameworkErrors: answerError,
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.setErrorHandler(answerError)
  app.setNotFoundHandler((request) => {
    throw problem('RESOURCE_UNKNOWN', `There is nothing at ${request.url.split('?')[0]}.`)
  })
  // What every request passes waits for nothing: a promise in each of these would cost more than a poll does.
  app.addHook('onSend', (request, reply, _payload, done) => {
    reply.header('X-Content-Type-Options', 'nosniff').header('X-Request-Id', request.id)
    if (deps.stopping?.aborted) reply.header('Connection', 'close')
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    const { method, url, id, routeOptions, headers } = request
    const { statusCode: status, elapsedTime: ms } = reply
    polls.note(request, reply)
    deps.metrics.requestAnswered(method, routeOptions.url ?? 'none', status, ms / 1_000)
    if (deps.log.isLevelEnabled('debug')) {
      deps.log.debug({ reqId: id, ...callerIds(headers), method, url, status, ms }, 'request answered')
    }
    done()
  })
  app.addHook('onRoute', (route) => {
    if (route.url.startsWith('/v1/')) route.schema = { querystring: NO_PARAMETERS, ...route.schema }
  })
  app.decorateRequest('polled', null)
  readBodies(app)
  // Cookies are read where somebody looks for a session: most who poll have none.
  await app.register(cookies, { hook: false })
  shareAnswers(app, deps.doors)
  guardDoors(app, deps)
  keepAnswers(app, deps)
  const finishMethods = refuseOtherMethods(app)
  // Nobody reads the description of what a process asks itself.
  if (!deps.probesOnly && !deps.insider) await describeRoutes(app, deps.publicUrl)
  for (const routes of deps.probesOnly ? [healthRoutes] : ROUTES) {
    await app.register(async (scope) => routes(scope, deps))
  }
  finishMethods()
  return app
}
