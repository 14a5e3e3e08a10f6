import { Type } from 'typebox'
import { formatInstant, instant, type Problem } from '../../../rules/index.ts'
import {
  checkOverHttp,
  type OfferDeps,
  offerOverHttp,
  type RulebookVersion,
  rulebookText,
  rulebookVersions,
} from '../../rulebooks/index.ts'
import type { App, AppDeps } from '../app.ts'
import { decoded, YAML_TYPE } from '../body.ts'
import { authorOf } from '../credentials.ts'
import { PreviewShape } from '../preview-shape.ts'
import { problem } from '../problem.ts'
import { readableAgreement } from '../readable.ts'

const Params = Type.Object({ agreement: Type.String({ maxLength: 200 }) })

const Query = Type.Object(
  { version: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,8}$' })) },
  { additionalProperties: false },
)

const Version = Type.Object({
  version: Type.Integer(),
  hash: Type.String(),
  origin: Type.Enum(['folder', 'http']),
  file: Type.String(),
  adopted_at: Type.String(),
})

const Whole = Type.Intersect([
  Type.Object({ agreement: Type.String() }),
  Version,
  Type.Object({
    text: Type.String(),
    included: Type.Array(Type.Object({ name: Type.String(), file: Type.String(), text: Type.String() })),
    versions: Type.Array(Version),
  }),
])

const Adopted = Type.Object({
  agreement: Type.String(),
  version: Type.Integer(),
  state: Type.Enum(['adopted', 'unchanged']),
})

const writing = { access: 'rulebooks', takes: [YAML_TYPE] } as const

/** `/v1/rulebooks`: what is in use and was, what is offered in its place, and what that would change. */
export function rulebookRoutes(app: App, { store, shelf, trials, history, clock, log, evaluate }: AppDeps): void {
  const now = () => instant(clock.now().epochMilliseconds)
  const deps: OfferDeps = { store, trials, now, log }

  app.addContentTypeParser(YAML_TYPE, { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => decoded(body))

  app.get(
    '/v1/rulebooks/:agreement',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'readRulebook',
        tags: ['Rulebooks'],
        summary: 'The rulebook in use, or an earlier version of it',
        params: Params,
        querystring: Query,
        response: { 200: Whole },
      },
    },
    async (request, reply) => {
      const {
        params: { agreement },
        query,
      } = request
      await readableAgreement(request, agreement, { shelf, store })
      const versions = await rulebookVersions(store.db, agreement)
      const [inUse] = versions
      if (!inUse) throw problem('AGREEMENT_UNKNOWN', `There is no agreement ${agreement}.`)
      const asked = query.version === undefined ? inUse.version : Number(query.version)
      const version = versions.find((one) => one.version === asked)
      const found = await rulebookText(store.db, agreement, asked)
      if (!version || !found) throw problem('VERSION_UNKNOWN', `The rulebook of ${agreement} has no version ${asked}.`)
      reply.header('ETag', `"${version.hash}"`).header('Cache-Control', 'no-cache')
      return {
        agreement,
        ...versionBody(version),
        text: found.text,
        included: found.included.map((one) => ({ ...one })),
        versions: versions.map(versionBody),
      }
    },
  )

  app.put(
    '/v1/rulebooks/:agreement',
    {
      config: writing,
      schema: {
        operationId: 'replaceRulebook',
        tags: ['Rulebooks'],
        summary: 'Take a rulebook into use as the next version',
        params: Params,
        body: Type.String(),
        response: { 200: Adopted, 201: Adopted },
      },
    },
    async (request, reply) => {
      const {
        params: { agreement },
        body: text,
        headers,
      } = request
      const author = authorOf(request, clock)
      const adoption = await offerOverHttp({ agreement, text }, replacedBy(headers['if-match']), deps, author)
      if (adoption.state === 'rejected') throw rejected(adoption.problems)
      const { state, version } = adoption
      if (state === 'adopted') evaluate(agreement)
      return reply.code(state === 'adopted' ? 201 : 200).send({ agreement, version, state })
    },
  )

  app.post(
    '/v1/rulebooks/:agreement/preview',
    {
      config: { ...writing, repeats: 'ignored', documented: { answers: { 'application/json': PreviewShape } } },
      schema: {
        operationId: 'previewRulebook',
        tags: ['Rulebooks'],
        summary: 'What taking a rulebook into use would change',
        params: Params,
        body: Type.String(),
      },
    },
    async ({ params: { agreement }, body: text }, reply) => {
      const checked = await checkOverHttp({ agreement, text }, deps)
      if (!checked.ok) throw rejected(checked.problems)
      reply.header('Cache-Control', 'no-store')
      return history.preview(checked.rulebook, { file: `${agreement}.yaml`, text }, now())
    },
  )
}

/** The hash that `If-Match` names; null: any version may be replaced. */
function replacedBy(header: string | undefined): string | null {
  if (header === undefined || header.trim() === '*') return null
  return header.trim().replace(/^"(.*)"$/, '$1')
}

function rejected(problems: readonly Problem[]) {
  const many = problems.length === 1 ? 'one problem' : `${problems.length} problems`
  return problem(
    'RULEBOOK_REJECTED',
    `The rulebook has ${many}; what is in use stays.`,
    problems.map((one) => ({ pointer: '', ...one })),
  )
}

function versionBody({ adoptedAt, ...version }: RulebookVersion) {
  return { ...version, adopted_at: formatInstant(adoptedAt) }
}
