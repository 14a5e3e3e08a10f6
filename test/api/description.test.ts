import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import createClient from 'openapi-fetch'
import openapiTS, { astToString } from 'openapi-typescript'
import ts from 'typescript'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import { packageRoot } from '../../config/root.ts'
import { ACCORD, attack } from '../journeys/accord.ts'
import { type RunningService, runService } from '../journeys/running-service.ts'
import { describeInModes } from '../servers/modes.ts'
import { operationsOf, readDescription } from './described.ts'

describeInModes(['postgresql'], 'the description of the interface', (server) => {
  let running: RunningService

  beforeAll(async () => {
    const rulebook = { file: 'accord/rulebook.yaml', text: ACCORD }
    running = await runService(server(), new TestClock('2026-03-01T00:00:00Z'), [rulebook])
  })

  afterAll(() => running.close())

  test('has nothing a linter objects to', async () => {
    const problems = await lintFromString({
      source: JSON.stringify(await readDescription(running)),
      config: await createConfig(LINTER as never),
      absoluteRef: 'openapi.json',
    })
    expect(problems.map(({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer}: ${message}`)).toEqual([])
  })

  test('names each operation once, and says what it is about', async () => {
    const operations = await operationsOf(running)
    const ids = operations.map(({ operationId }) => operationId)
    expect(ids.filter((id, n) => ids.indexOf(id) !== n)).toEqual([])
    expect(operations.filter(({ operationId }) => !/^[a-z][A-Za-z]+$/.test(operationId))).toEqual([])
  })

  test('gives a typed client that talks to the service, and does not let it ask for what is not there', async () => {
    const types = astToString(await openapiTS(JSON.stringify(await readDescription(running))))
    expect(compileErrors(types, USES)).toEqual([])

    const client = createClient<Untyped>({
      baseUrl: running.url,
      headers: { authorization: `Bearer ${running.adminKey}` },
    })
    const recorded = await client.POST('/v1/events', { body: attack('a1', '2026-02-28T00:00:00Z') })
    expect(recorded.response.status).toBe(202)
    const { data } = await client.GET('/v1/agreements', {})
    expect(data).toMatchObject({ agreements: [{ id: 'accord' }] })
  })

  test('can be read and tried on a page that loads nothing from elsewhere', async () => {
    const page = await fetch(`${running.url}/docs/`)
    expect(page.status).toBe(200)
    expect(page.headers.get('content-security-policy')).not.toMatch(/https?:/)
    const files = [...(await page.text()).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file)
    expect(files.length).toBeGreaterThan(3)
    const answers = await Promise.all(
      files.map(async (file) => {
        const answer = await fetch(new URL(`${file}`, page.url))
        await answer.arrayBuffer()
        return answer.status
      }),
    )
    expect(answers.filter((status) => status !== 200)).toEqual([])
  })
})

/**
 * A test listens on this machine; and what everybody may ask has no refusal of its own. The type of what may be set is so
 * large that the compiler takes longer over it than over the rest of this folder.
 */
const LINTER = {
  extends: ['recommended'],
  rules: { 'no-server-example.com': 'off', 'operation-4xx-response': 'off' },
}

/** Right uses, and wrong ones that the compiler has to object to. */
const USES = `
import createClient from 'openapi-fetch'
import type { paths } from './api.ts'
const client = createClient<paths>()
const { data } = await client.GET('/v1/agreements')
export const id: string | undefined = data?.agreements[0]?.id
// @ts-expect-error there is no such path
await client.GET('/v1/agreement')
// @ts-expect-error there is no such scope
await client.POST('/v1/keys', { body: { name: 'x', scopes: ['emperor'] } })
// @ts-expect-error an agreement has no such field
data?.agreements[0]?.name
`

/** The types are checked by the compiler; here the client only talks. */
// biome-ignore lint/suspicious/noExplicitAny: any path, any answer
type Untyped = any

/** What the compiler says of `uses` of the generated `types`. */
function compileErrors(types: string, uses: string): readonly string[] {
  const folder = mkdtempSync(join(packageRoot(), 'node_modules', '.typed-client-'))
  try {
    writeFileSync(join(folder, 'api.ts'), types)
    const file = join(folder, 'client.ts')
    writeFileSync(file, uses)
    const program = ts.createProgram([file], {
      strict: true,
      noEmit: true,
      allowImportingTsExtensions: true,
      skipLibCheck: true,
      types: [],
      lib: ['lib.esnext.d.ts', 'lib.dom.d.ts'],
      target: ts.ScriptTarget.ESNext,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
    })
    return ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
