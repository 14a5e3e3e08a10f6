import Fastify from 'fastify'

// A web server that answers each path with the same bytes again and again: what a route can cost at least.

/** What it answers at a path. */
export interface BareAnswer {
  readonly path: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Base64. */
  readonly body: string
}

process.on('message', async (answers: readonly BareAnswer[]) => {
  const app = Fastify()
  for (const { path, status, headers, body } of answers) {
    const bytes = Buffer.from(body, 'base64')
    app.get(path, (_request, reply) => {
      reply.code(status).headers(headers)
      return status === 304 ? reply.send() : reply.send(bytes)
    })
  }
  process.send?.(await app.listen({ host: '127.0.0.1', port: 0 }))
})
process.on('disconnect', () => process.exit())
