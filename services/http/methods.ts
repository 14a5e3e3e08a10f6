import type { HTTPMethods } from 'fastify'
import type { App } from './app.ts'
import { isOfPage } from './openapi.ts'

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/**
 * Watches which methods each path gets.
 * @returns what to call once every route is there: it gives each path an answer to the other methods, 405 with `Allow`
 */
export function refuseOtherMethods(app: App): () => void {
  const known = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method }) => {
    if (isOfPage(url)) return
    known.set(url, new Set([...(known.get(url) ?? []), ...[method].flat()]))
  })
  return () => {
    for (const [url, methods] of [...known]) {
      const allow = [...methods].sort().join(', ')
      const others = METHODS.filter((method) => !methods.has(method))
      app.route({ url, method: others, config: { access: 'admin', allow }, handler: async () => {} })
    }
  }
}
