import type { Command } from 'commander'

interface CreateOptions {
  readonly name: string
  readonly scopes: readonly string[]
  readonly sources?: readonly string[]
  readonly standing?: string
  readonly expires?: string
  readonly person?: string
  readonly format: string
}

/** What is told of a key. */
interface Key {
  readonly id: string
  readonly name: string
  readonly scopes: readonly string[]
  readonly expires_at: string | null
  readonly secrets: readonly { readonly expires_at: string | null; readonly last_used_at: string | null }[]
}

/** `servanda key`: makes, lists, rotates and ends keys, also while a service holds the data folder. */
export function keyCommand(program: Command): void {
  const key = program.command('key').description('Make, list, rotate and end the keys that open the API.')

  key
    .command('create')
    .description('Make a key and print it. It is shown this once.')
    .requiredOption('--name <name>', 'whose key it is')
    .requiredOption(
      '--scopes <scope...>',
      'events, judgement, control, watermark, indicator, recordedtime, rulebooks, alerts, reports, read, admin',
    )
    .option('--sources <source...>', 'the event sources it may write: exact, or a prefix ending in / (default: any)')
    .option(
      '--standing <standing>',
      'the best standing its events may have: disputed, reported, confirmed (default: reported; confirmed for an admin)',
    )
    .option('--expires <time>', 'when it ends, such as 2027-01-01T00:00:00Z')
    .option('--person <id>', 'the id of the person who holds it')
    .option('--format <format>', 'text or json', 'text')
    .action(async (options: CreateOptions) => {
      const body = {
        name: options.name,
        scopes: options.scopes,
        ...(options.sources && { sources: options.sources }),
        ...(options.standing !== undefined && { highest_standing: options.standing }),
        ...(options.expires !== undefined && { expires_at: options.expires }),
        ...(options.person !== undefined && { person: options.person }),
      }
      const created = (await call('POST', '/v1/keys', body)) as { key: string }
      say(options.format === 'json' ? JSON.stringify(created) : created.key)
    })

  key
    .command('list')
    .description('List the keys, without their secrets: what each may do, when it was used last, when it ends.')
    .option('--format <format>', 'text or json', 'text')
    .action(async ({ format }: { format: string }) => {
      const { keys } = (await call('GET', '/v1/keys')) as { keys: readonly Key[] }
      if (format === 'json') return say(JSON.stringify(keys))
      const { table } = await import('../table.ts')
      say(table([['id', 'scopes', 'last used', 'ends', 'name'], ...keys.map(rowOf)]))
    })

  key
    .command('rotate <id>')
    .description('Give a key a new secret and print it, this once. The old one opens it for another day.')
    .option('--old-until <time>', 'until when the old one does: such as 2027-01-01T00:00:00Z, or now')
    .option('--format <format>', 'text or json', 'text')
    .action(async (id: string, { oldUntil, format }: { oldUntil?: string; format: string }) => {
      const body = oldUntil === undefined ? {} : { old_until: oldUntil }
      const path = `/v1/keys/${encodeURIComponent(id)}/rotate`
      const rotated = (await call('POST', path, body)) as Key & { key: string }
      say(format === 'json' ? JSON.stringify(rotated) : rotated.key)
      const old = rotated.secrets[1]
      // Beside the key, which may be taken from standard output.
      if (format !== 'json')
        process.stderr.write(`The old one ${old ? `opens it until ${old.expires_at}` : 'has ended'}.\n`)
    })

  key
    .command('revoke <id>')
    .description('End a key for good.')
    .action(async (id: string) => {
      await call('DELETE', `/v1/keys/${encodeURIComponent(id)}`)
      say(`Key ${id} is ended.`)
    })
}

/** To be read in a line; a key that is being rotated shows until when its old secret opens it. */
function rowOf({ id, name, scopes, expires_at: ends, secrets }: Key): readonly string[] {
  const used = secrets.flatMap(({ last_used_at: at }) => at ?? []).sort()
  const old = secrets[1]?.expires_at
  const note = old ? ` (rotated; the old secret ends ${short(old)})` : ''
  return [id, scopes.join(','), short(used.at(-1) ?? 'never'), short(ends ?? 'never'), `${name}${note}`]
}

function short(at: string): string {
  return at.replace(/:\d\d\.\d{3}Z$/, 'Z')
}

async function call(method: string, path: string, body?: unknown): Promise<unknown> {
  const { callApi } = await import('../call-api.ts')
  return callApi(method, path, body)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
