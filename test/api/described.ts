import type { RunningService } from '../journeys/running-service.ts'

/** A JSON Schema, as far as these tests look into one. */
export type Schema = Readonly<Record<string, unknown>>

/** One operation of the description. */
export interface Operation {
  readonly operationId: string
  readonly method: string
  /** With `{names}`. */
  readonly path: string
  readonly parameters: readonly {
    readonly name: string
    readonly in: string
    readonly required?: boolean
    readonly schema: Schema
  }[]
  /** By content type. */
  readonly bodies: Readonly<Record<string, Schema>>
  /** By status, then content type. */
  readonly answers: Readonly<Record<string, Readonly<Record<string, { readonly schema?: Schema }>>>>
}

interface Described {
  readonly operationId: string
  readonly parameters?: Operation['parameters']
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
  readonly responses: Readonly<Record<string, { readonly content?: Operation['answers'][string] }>>
}

/** The description as the service gives it. */
export async function readDescription(running: RunningService) {
  return (await running.request('GET', '/openapi.json', { key: null })).body as {
    readonly openapi: string
    readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>
  }
}

/** Every operation there is. */
export async function operationsOf(running: RunningService): Promise<readonly Operation[]> {
  const { paths } = await readDescription(running)
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, parameters = [], requestBody, responses }]) => ({
      operationId,
      method: method.toUpperCase(),
      path,
      parameters,
      bodies: Object.fromEntries(
        Object.entries(requestBody?.content ?? {}).map(([type, { schema }]) => [type, schema] as const),
      ),
      answers: Object.fromEntries(Object.entries(responses).map(([status, { content = {} }]) => [status, content])),
    })),
  )
}

/** `path` with a value for each name in braces. */
export function pathWith(path: string, valueFor: (name: string) => string): string {
  return path.replace(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(valueFor(name)))
}
