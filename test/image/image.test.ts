import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { packageRoot } from '../../config/root.ts'
import { readSettings, settingNames } from '../../config/settings.ts'
import { copyOf, readDockerfile, wordsOf } from './dockerfile.ts'

const read = (file: string) => readFileSync(join(packageRoot(), file), 'utf8')
const inCheckout = (file: string) => existsSync(join(packageRoot(), file))
const hasCommand = (name: string) => inCheckout(`bin/commands/${name}.ts`)

describe('the image', () => {
  const stages = readDockerfile()
  const image = stages.at(-1)

  test('copies what is there and is not ignored', () => {
    const allowed = read('.dockerignore')
      .split('\n')
      .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []))
    const copies = stages.flatMap(({ instructions }) => instructions.filter(({ name }) => name === 'COPY').map(copyOf))
    const sources = copies.filter(({ from }) => from === null).flatMap((copy) => copy.sources)
    expect(sources.filter((source) => !inCheckout(source))).toEqual([])
    expect(sources.filter((source) => !allowed.some((one) => `${source}/`.startsWith(`${one}/`)))).toEqual([])
    expect(copies.flatMap(({ from }) => from ?? []).every((from) => stages.some(({ name }) => name === from))).toBe(
      true,
    )
  })

  test('holds everything the compiled program reads beside itself', () => {
    const copied = image?.instructions.filter(({ name }) => name === 'COPY').flatMap((one) => copyOf(one).sources)
    expect(copied).toEqual(expect.arrayContaining(['package.json', 'rules/agreements', 'config/samples', '/src/dist']))
  })

  test('runs scripts that exist, and starts the program that is built', () => {
    const { scripts, bin } = JSON.parse(read('package.json'))
    const run = stages.flatMap(({ instructions }) => instructions.filter(({ name }) => name === 'RUN'))
    const named = run.flatMap(({ rest }) => [...rest.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, name]) => name))
    expect(named.length).toBeGreaterThan(0)
    expect(named.filter((name) => scripts[name ?? ''] === undefined)).toEqual([])
    expect(wordsOf(image, 'ENTRYPOINT')).toEqual(['node', `/app/${bin.servanda}`])
    expect(wordsOf(image, 'CMD').filter((name) => !hasCommand(name))).toEqual([])
  })

  test('is not root, keeps its data in a volume of its user, and asks a route that exists how it is', () => {
    const of = (name: string) => image?.instructions.filter((one) => one.name === name).map(({ rest }) => rest)
    expect(of('USER')).toEqual(['1000:1000'])
    const [dataDir] = of('VOLUME') ?? []
    expect(of('ENV')?.join(' ')).toContain(`DATA_DIR=${dataDir}`)
    expect(of('RUN')?.join(' ')).toMatch(new RegExp(`install .*--owner=node .*--mode=0700 ${dataDir}`))
    expect(of('STOPSIGNAL')).toEqual(['SIGTERM'])
    expect(wordsOf(image, 'HEALTHCHECK').join(' ')).toContain('/livez')
    expect(read('services/http/routes/health.ts')).toContain("'/livez'")
  })

  test('sets nothing but settings', () => {
    const names = image?.instructions
      .filter(({ name }) => name === 'ENV')
      .flatMap(({ rest }) => [...rest.matchAll(/(\w+)=/g)].map(([, name]) => name ?? ''))
    expect(names?.filter((name) => name !== 'NODE_ENV' && !settingNames().includes(name))).toEqual([])
  })
})

interface ComposeService {
  readonly image: string
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly deploy?: { readonly replicas: number }
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly healthcheck?: { readonly disable?: boolean }
}

describe('the composition', () => {
  const { services } = parse(read('compose.yaml'), { merge: true }) as { services: Record<string, ComposeService> }
  const ours = Object.values(services).filter(({ image }) => image === 'servanda')

  /** What a variable becomes: `${NAME:-default}`, or `given` where one is required. */
  function substituted(text: string, given: Readonly<Record<string, string>>): string {
    return text.replaceAll(
      /\$\{(\w+):([-?])([^}]*)\}/g,
      (_, name, kind, rest) => given[name] ?? (kind === '-' ? rest : ''),
    )
  }

  test('is two that answer, two that work, and what they need', () => {
    expect(Object.keys(services).sort()).toEqual(['api', 'mail', 'postgres', 'valkey', 'worker'])
    expect(ours.map(({ command, deploy }) => [command, deploy?.replicas])).toEqual([
      [['api'], 2],
      [['worker'], 2],
    ])
    expect(ours.flatMap(({ command = [] }) => command).every(hasCommand)).toBe(true)
    expect(services.valkey?.command).toEqual(expect.arrayContaining(['--maxmemory-policy', 'noeviction']))
    expect(Object.values(services).filter(({ image }) => image.endsWith(':latest'))).toEqual([])
  })

  test('waits for what can say that it is ready', () => {
    for (const { depends_on = {} } of ours) {
      for (const [name, { condition }] of Object.entries(depends_on)) {
        expect(condition).toBe('service_healthy')
        expect(services[name]?.healthcheck).toBeDefined()
      }
    }
  })

  test('gives settings that exist, and that make a start', () => {
    for (const { environment = {} } of ours) {
      expect(Object.keys(environment).filter((name) => !settingNames().includes(name))).toEqual([])
      const given = { SECRET: 'x'.repeat(32), POSTGRES_PASSWORD: 'secret' }
      const settings = Object.fromEntries(
        Object.entries(environment).map(([name, text]) => [name, substituted(text, given)]),
      )
      expect(readSettings(settings)).toMatchObject({
        databaseUrl: 'postgres://servanda:secret@postgres:5432/servanda',
        redisUrl: 'redis://valkey:6379',
        smtpUrl: 'smtp://mail:1025',
      })
    }
  })

  test('has no secret of its own: each has to be given', () => {
    const text = read('compose.yaml')
    for (const name of ['SECRET', 'POSTGRES_PASSWORD']) {
      expect(
        text
          .split(`\${${name}`)
          .slice(1)
          .every((rest) => rest.startsWith(':?')),
      ).toBe(true)
    }
  })
})

test('every setting is in the table of docs/operations.md, and no other', () => {
  const section = read('docs/operations.md').split('## Settings')[1]?.split('\n## ')[0] ?? ''
  const documented = [...section.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name)
  expect(documented).toEqual(settingNames())
})
