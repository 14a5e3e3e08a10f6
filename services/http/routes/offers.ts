import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { instant } from '../../../rules/index.ts'
import {
  BadgeSchema,
  badgeView,
  CARD_POLICY,
  calendarView,
  cardView,
  feedView,
  type OfferDeps,
} from '../../status/index.ts'
import type { App, AppDeps } from '../app.ts'
import { type Asked, preparedAnswers } from '../prepared-answer.ts'
import { problem } from '../problem.ts'

const access = 'public' as const
const tags = ['Status']

const FileParams = Type.Object({ file: Type.String({ description: 'The id of the agreement, and the ending' }) })
const CommitmentFileParams = Type.Object({
  agreement: Type.String(),
  file: Type.String({ description: 'The id of the commitment, and the ending' }),
})

const Text = Type.String()
const SVG = 'image/svg+xml'
const ATOM = 'application/atom+xml'
const ICS = 'text/calendar'
const HTML = 'text/html'

/** The status for other programs and pages: badges, cards, feeds and calendars. */
export function offerRoutes(app: App, { store, status, clock, publicRead, publicUrl }: AppDeps): void {
  const { isShown, poll, send } = preparedAnswers(status, { publicRead })
  const deps: OfferDeps = { status, db: store.db, publicUrl, now: () => instant(clock.now().epochMilliseconds) }

  const badge = (request: FastifyRequest, reply: FastifyReply, { ending: form, ...asked }: Named) =>
    poll(request, reply, (seen) => badgeView(status, { ...asked, form: form as 'svg' | 'json' }, seen), {
      type: charset(form === 'svg' ? SVG : 'application/json'),
      asked,
    })
  const badges = { access, documented: { answers: { [SVG]: Text, 'application/json': BadgeSchema } } }

  app.get(
    '/v1/badges/:file',
    {
      config: badges,
      schema: {
        operationId: 'readAgreementBadge',
        tags,
        summary: 'A badge for an agreement: `accord.svg`, or `accord.json` for shields.io',
        params: FileParams,
      },
    },
    (request, reply) => badge(request, reply, ofAgreement(request.params, ['svg', 'json'])),
  )

  app.get(
    '/v1/badges/:agreement/:file',
    {
      config: badges,
      schema: {
        operationId: 'readCommitmentBadge',
        tags,
        summary: 'A badge for a commitment: `talks.svg`, or `talks.json` for shields.io',
        params: CommitmentFileParams,
      },
    },
    (request, reply) => badge(request, reply, ofCommitment(request.params, ['svg', 'json'])),
  )

  const card = (request: FastifyRequest, reply: FastifyReply, { ending: _, ...asked }: Named) => {
    reply.header('Content-Security-Policy', CARD_POLICY)
    return poll(request, reply, (seen) => cardView(status, asked, seen), { type: charset(HTML), asked })
  }
  const cards = { access, documented: { answers: { [HTML]: Text } } }

  app.get(
    '/v1/cards/:file',
    {
      config: cards,
      schema: {
        operationId: 'readAgreementCard',
        tags,
        summary: 'A small page about an agreement, to be shown within another: `accord.html`',
        params: FileParams,
      },
    },
    (request, reply) => card(request, reply, ofAgreement(request.params, ['html'])),
  )

  app.get(
    '/v1/cards/:agreement/:file',
    {
      config: cards,
      schema: {
        operationId: 'readCommitmentCard',
        tags,
        summary: 'A small page about a commitment, to be shown within another: `talks.html`',
        params: CommitmentFileParams,
      },
    },
    (request, reply) => card(request, reply, ofCommitment(request.params, ['html'])),
  )

  const feed = async (request: FastifyRequest, reply: FastifyReply, agreement: string | null) =>
    send(request, reply, await feedView(deps, agreement, isShown(request)), {
      type: charset(ATOM),
      asked: { agreement, commitment: null },
    })
  const feeds = { access, documented: { answers: { [ATOM]: Text } } }

  app.get(
    '/v1/feed.atom',
    {
      config: feeds,
      schema: { operationId: 'readFeed', tags, summary: 'The last changes of verdicts, as an Atom feed' },
    },
    (request, reply) => feed(request, reply, null),
  )

  app.get(
    '/v1/feeds/:file',
    {
      config: feeds,
      schema: {
        operationId: 'readAgreementFeed',
        tags,
        summary: 'The last changes of verdicts of an agreement, as an Atom feed: `accord.atom`',
        params: FileParams,
      },
    },
    (request, reply) => feed(request, reply, ofAgreement(request.params, ['atom']).agreement),
  )

  const calendar = async (request: FastifyRequest, reply: FastifyReply, asked: Asked) =>
    send(request, reply, await calendarView(deps, asked, isShown(request)), { type: charset(ICS), asked })
  const calendars = { access, documented: { answers: { [ICS]: Text } } }

  app.get(
    '/v1/calendar.ics',
    {
      config: calendars,
      schema: { operationId: 'readCalendar', tags, summary: 'When cases are due, as an iCalendar' },
    },
    (request, reply) => calendar(request, reply, { agreement: null, commitment: null }),
  )

  app.get(
    '/v1/calendars/:file',
    {
      config: calendars,
      schema: {
        operationId: 'readAgreementCalendar',
        tags,
        summary: 'When cases of an agreement are due, as an iCalendar: `accord.ics`',
        params: FileParams,
      },
    },
    (request, reply) => calendar(request, reply, ofAgreement(request.params, ['ics'])),
  )

  app.get(
    '/v1/calendars/:agreement/:file',
    {
      config: calendars,
      schema: {
        operationId: 'readCommitmentCalendar',
        tags,
        summary: 'When cases of a commitment are due, as an iCalendar: `talks.ics`',
        params: CommitmentFileParams,
      },
    },
    (request, reply) => calendar(request, reply, ofCommitment(request.params, ['ics'])),
  )
}

/** What the name of a file asks for. */
interface Named {
  readonly agreement: string
  readonly commitment: string | null
  readonly ending: string
}

function ofAgreement({ file }: { readonly file: string }, endings: readonly string[]): Named {
  const { id, ending } = readFile(file, endings)
  return { agreement: id, commitment: null, ending }
}

function ofCommitment(
  { agreement, file }: { readonly agreement: string; readonly file: string },
  endings: readonly string[],
): Named {
  const { id, ending } = readFile(file, endings)
  return { agreement, commitment: id, ending }
}

/** `accord.svg`: an id and one of `endings`. */
function readFile(file: string, endings: readonly string[]): { readonly id: string; readonly ending: string } {
  const dot = file.lastIndexOf('.')
  const ending = file.slice(dot + 1)
  if (dot > 0 && endings.includes(ending)) return { id: file.slice(0, dot), ending }
  const wanted = endings.map((one) => `.${one}`).join(' or ')
  throw problem('RESOURCE_UNKNOWN', `This is asked for by an id that ends with ${wanted}.`)
}

function charset(type: string): string {
  return `${type}; charset=utf-8`
}
