import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifySchema } from 'fastify'
import { type TSchema, Type } from 'typebox'
import { version } from '../../config/root.ts'
import type { App } from './app.ts'
import { JSON_TYPES } from './body.ts'
import type { Access } from './guard.ts'
import { IDEMPOTENCY_HEADERS } from './idempotency.ts'
import { ProblemSchema } from './problem.ts'

/** What a route takes and answers where Fastify itself neither checks nor writes it. */
export interface Documented {
  /** The body; its content types are those the route `takes`. */
  readonly body?: TSchema
  /** What 200 answers besides, by content type. */
  readonly answers?: Readonly<Record<string, TSchema>>
}

/** What the operations are about, in the order of the page. */
const TAGS = {
  Status: 'How everything stands, for people and machines that poll',
  Agreements: 'Agreements, their commitments and cases, and why a case stands as it does',
  Events: 'What was reported, corrected and taken back',
  Decisions: 'What people decide: judgements, waivers, suspensions, and what sources vouch for',
  Rulebooks: 'What is promised, in the words of the language',
  Alerts: 'Who is told, and what was',
  Access: 'Keys, sessions and what was done with them',
  Operation: 'Whether the service works, and what its ledger vouches for',
} as const

export type Tag = keyof typeof TAGS

/** Where people read the description. */
const PAGE = '/docs'

/** Its scripts and styles are its own, and it talks to nobody but this service. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Describes every route that is registered after it: `GET /openapi.json`, and a page to read and try it. */
export async function describeRoutes(app: App, publicUrl: () => string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Servanda',
        description: 'Watches whether international commitments are kept: who kept what, why, and how sure we are.',
        version: version(),
        license: { name: 'MIT', identifier: 'MIT' },
      },
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      components: {
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer', description: 'A key: `svd_<id>_<secret>`' },
        },
        schemas: { Problem: ProblemSchema },
        responses: { Problem: PROBLEM },
      },
    },
    transform: ({ schema, url, route }) => {
      const { access = 'admin', allow, takes, documented, repeats } = route.config ?? {}
      if (allow !== undefined || schema?.hide || route.method === 'HEAD') return { schema: { hide: true }, url }
      const headers = route.method === 'POST' && repeats !== 'ignored' ? { headers: IDEMPOTENCY_HEADERS } : {}
      return { schema: { ...headers, ...described(schema ?? {}, { access, takes, documented }) }, url }
    },
    transformObject: (document) => {
      if (!('openapiObject' in document)) return document.swaggerObject
      const { openapiObject } = document
      for (const path of Object.values(openapiObject.paths ?? {})) {
        for (const operation of Object.values(path ?? {}) as { readonly responses?: object }[]) {
          Object.assign(operation.responses ?? {}, { '4XX': PROBLEM_REF, '5XX': PROBLEM_REF })
        }
      }
      return openapiObject
    },
  })
  app.get(
    '/openapi.json',
    {
      config: { access: 'open' },
      schema: {
        operationId: 'readDescription',
        tags: ['Operation'],
        summary: 'This description',
        response: { 200: Type.Object({}, { additionalProperties: true }) },
      },
    },
    async (_request, reply) => {
      return reply.header('Cache-Control', 'no-cache').send({ ...app.swagger(), servers: [{ url: publicUrl() }] })
    },
  )
  await app.register(swaggerUi, {
    routePrefix: PAGE,
    staticCSP: PAGE_POLICY,
    uiConfig: { deepLinking: true, persistAuthorization: false },
    theme: {
      title: 'Servanda: the HTTP interface',
      css: [{ filename: 'theme.css', content: '.swagger-ui .topbar { display: none }' }],
    },
  })
}

/** Whether `url` belongs to the page, whose routes are another's and say nothing about who may use them. */
export function isOfPage(url: string): boolean {
  return url === PAGE || url.startsWith(`${PAGE}/`)
}

function described(
  schema: FastifySchema,
  {
    access,
    takes,
    documented,
  }: { access: Access; takes: readonly string[] | undefined; documented?: Documented | undefined },
): FastifySchema {
  const body = schema.body ?? documented?.body
  const types = takes ?? JSON_TYPES.slice(0, 1)
  return {
    ...schema,
    ...(body !== undefined && { body: { content: byType(types, body) } }),
    response: Object.fromEntries(
      Object.entries({ ...(documented?.answers && { 200: undefined }), ...(schema.response as object) }).map(
        ([status, answer]) => [status, answerOf(status, answer, status === '200' ? documented?.answers : undefined)],
      ),
    ),
    security:
      access === 'open'
        ? []
        : access === 'public' || access === 'inside'
          ? [{}, { key: ['read'] }]
          : [{ key: access === 'key' ? [] : [access] }],
  }
}

/** A response of the description, from what Fastify writes and what is documented beside it. */
function answerOf(status: string, written: object | undefined, documented: Documented['answers']) {
  const description = WORDS[status] ?? 'OK'
  if (!documented) return { description, ...written }
  return {
    description,
    content: { ...(written && { 'application/json': { schema: written } }), ...mapped(documented) },
  }
}

const WORDS: Readonly<Record<string, string>> = {
  200: 'OK',
  201: 'Made',
  202: 'Recorded',
  204: 'Done',
  304: 'Not modified',
}

const PROBLEM = {
  description: 'What is wrong, and how to mend it (RFC 9457)',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}

const PROBLEM_REF = { $ref: '#/components/responses/Problem' }

function byType(types: readonly string[], schema: unknown) {
  return Object.fromEntries(types.map((type) => [type, { schema }]))
}

function mapped(answers: Readonly<Record<string, TSchema>>) {
  return Object.fromEntries(Object.entries(answers).map(([type, schema]) => [type, { schema }]))
}
