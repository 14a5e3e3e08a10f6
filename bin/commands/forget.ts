import type { Command } from 'commander'

/** What was erased. */
interface Forgotten {
  readonly persons: readonly string[]
  readonly subscriptions: number
  readonly answers: number
  readonly keys: number
  readonly sessions: number
  readonly mails: number
}

/** `servanda forget WHO`: erases a person, also while a service holds the data folder. */
export function forgetCommand(program: Command): void {
  program
    .command('forget')
    .description('Erase a person: name and address, subscriptions, keys, sessions, and mails in the outbox.')
    .argument('<who>', 'the id of a person, or an address')
    .option('--format <format>', 'text or json', 'text')
    .action(async (who: string, { format }: { format: string }) => {
      const { callApi } = await import('../call-api.ts')
      const done = (await callApi('POST', '/v1/forget', { who })) as Forgotten
      process.stdout.write(`${format === 'json' ? JSON.stringify(done) : asText(done)}\n`)
    })
}

function asText({ persons, subscriptions, answers, keys, sessions, mails }: Forgotten): string {
  const erased = [
    [persons.length, 'person'],
    [subscriptions, 'subscription'],
    [keys, 'key'],
    [sessions, 'session'],
    [mails, 'mail'],
    [answers, 'answer of a mail server'],
  ] as const
  const list = erased.flatMap(([n, what]) => (n === 0 ? [] : `${n} ${n === 1 ? what : what.replace(/^\w+/, '$&s')}`))
  return (
    `Erased: ${list.join(', ')}.\n` +
    'Backups made before still hold them, and so do mailboxes, mail servers, and proxies before this service.'
  )
}
