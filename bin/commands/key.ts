import type { Command } from 'commander'

interface CreateOptions {
  readonly name: string
  readonly scopes: readonly string[]
  readonly sources?: readonly string[]
  readonly standing?: string
  readonly expires?: string
  readonly format: string
}

/** `servanda key`: makes, lists and ends keys, also while a service holds the data folder. */
export function keyCommand(program: Command): void {
  const key = program.command('key').description('Make, list and end the keys that open the API.')

  key
    .command('create')
    .description('Make a key and print it. It is shown this once.')
    .requiredOption('--name <name>', 'whose key it is')
    .requiredOption(
      '--scopes <scope...>',
      'events, judgement, control, watermark, indicator, recordedtime, read, admin',
    )
    .option('--sources <source...>', 'the event sources it may write: exact, or a prefix ending in / (default: any)')
    .option(
      '--standing <standing>',
      'the best standing its events may have: disputed, reported, confirmed (default: reported; confirmed for an admin)',
    )
    .option('--expires <time>', 'when it ends, such as 2027-01-01T00:00:00Z')
    .option('--format <format>', 'text or json', 'text')
    .action(async (options: CreateOptions) => {
      const body = {
        name: options.name,
        scopes: options.scopes,
        ...(options.sources && { sources: options.sources }),
        ...(options.standing !== undefined && { highest_standing: options.standing }),
        ...(options.expires !== undefined && { expires_at: options.expires }),
      }
      const created = (await call('POST', '/v1/keys', body)) as { key: string }
      say(options.format === 'json' ? JSON.stringify(created) : created.key)
    })

  key
    .command('list')
    .description('List the keys, without their secrets.')
    .option('--format <format>', 'text or json', 'text')
    .action(async ({ format }: { format: string }) => {
      const { keys } = (await call('GET', '/v1/keys')) as { keys: { id: string; name: string; scopes: string[] }[] }
      if (format === 'json') return say(JSON.stringify(keys))
      for (const { id, name, scopes } of keys) say(`${id}  ${scopes.join(',')}  ${name}`)
    })

  key
    .command('revoke <id>')
    .description('End a key for good.')
    .action(async (id: string) => {
      await call('DELETE', `/v1/keys/${encodeURIComponent(id)}`)
      say(`Key ${id} is ended.`)
    })
}

async function call(method: string, path: string, body?: unknown): Promise<unknown> {
  const { callApi } = await import('../call-api.ts')
  return callApi(method, path, body)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
